//! Lists of names and values of any number and length.

use std::sync::Arc;

use leptos::prelude::*;
use session::encodings::{Payload, View, visible_line, visible_lines, visible_url};
use session::model::{Header, format_bytes};
use web_sys::MouseEvent;

use super::value::{TextValue, ValueView};
use crate::ui::{CopyButton, Icon, IconName, LongList, MAX_FULL_LIST, VNode, is_on};

/// Most characters of a name on screen.
const MAX_NAME_CHARS: usize = 500;
/// Most characters of a value on screen before the user asks for all of it.
const MAX_VALUE_CHARS: usize = 2000;
/// Most characters of a value in a virtual list: longer than the widest line shows.
const MAX_LINE_CHARS: usize = 300;
/// A value longer than this can be opened, because it may not fit on the line.
const MAX_FITTING_CHARS: usize = 60;
/// Height of a row in px, as in the style sheet.
const ROW_HEIGHT: f64 = 22.0;

/// Schemes of URLs, in which zero-width joiners are made visible.
const SCHEMES: [&str; 4] = ["http://", "https://", "ws://", "wss://"];

/// The fields in the order recorded: a complete list where they are few, else a virtual one.
#[component]
pub fn Fields(label: &'static str, fields: Arc<Vec<Header>>) -> impl IntoView {
    if fields.len() > MAX_FULL_LIST {
        return view! { <LongFields label=label fields=fields /> }.into_any();
    }
    let field = |(position, field): (usize, &Header)| {
        let name = visible_line(&field.name, MAX_NAME_CHARS).into_owned();
        view! {
            <div class="ui-field">
                <dt>{name}</dt>
                <dd>{field_value(&fields, position, &field.value)}</dd>
            </div>
        }
    };
    view! { <dl class="ui-fields">{fields.iter().enumerate().map(field).collect_view()}</dl> }.into_any()
}

fn is_url(value: &str) -> bool {
    SCHEMES.iter().any(|scheme| value.starts_with(scheme))
}

fn shown_value(value: &str) -> String {
    let visible = if is_url(value) { visible_url } else { visible_lines };
    visible(value, MAX_VALUE_CHARS).into_owned()
}

/// The text, with the parts of a URL in the order of the URL even where some are written from right
/// to left.
fn in_order(shown: &str) -> AnyView {
    if !is_url(shown) || !shown.chars().any(is_right_to_left) {
        return shown.to_owned().into_any();
    }
    let part = |part: &str| {
        let end = part.strip_suffix(is_separator).map_or(part.len(), str::len);
        let (name, separator) = part.split_at(end);
        view! {
            <bdi>{name.to_owned()}</bdi>
            {separator.to_owned()}
        }
    };
    shown.split_inclusive(is_separator).map(part).collect_view().into_any()
}

/// Separators of the parts of a URL.
fn is_separator(char: char) -> bool {
    matches!(char, '/' | ':' | '.' | '?' | '&' | '=' | '#')
}

/// Blocks of the scripts that are written from right to left.
fn is_right_to_left(char: char) -> bool {
    matches!(char,
        '\u{590}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{fefe}' | '\u{10800}'..='\u{10fff}'
        | '\u{1e800}'..='\u{1efff}')
}

/// A value, or its beginning and a button that shows all of it.
fn field_value(fields: &Arc<Vec<Header>>, position: usize, value: &str) -> AnyView {
    let shown = shown_value(value);
    if value.chars().nth(MAX_VALUE_CHARS).is_none() {
        return in_order(&shown);
    }
    let size = format_bytes(value.len() as u64);
    let is_open = RwSignal::new(false);
    let fields = Arc::clone(fields);
    let full = move || fields.get(position).map(|field| field.value.clone()).unwrap_or_default();
    let copied = full.clone();
    view! {
        {move || {
            if is_open.get() {
                view! { <TextValue text=full() /> }.into_any()
            } else {
                in_order(&shown)
            }
        }}
        <div class="ui-field-actions">
            <button
                type="button"
                class="ui-button"
                aria-expanded=move || is_open.get().to_string()
                on:click=move |_| is_open.update(|is_open| *is_open = !*is_open)
            >
                {move || if is_open.get() { "Show less".to_owned() } else { format!("Show all ({size})") }}
            </button>
            <CopyButton label="Copy value" text=copied />
        </div>
    }
    .into_any()
}

/// Fields on a line each in a virtual list, and one of them in full.
#[component]
pub fn LongFields(label: &'static str, fields: Arc<Vec<Header>>) -> impl IntoView {
    let open: RwSignal<Option<usize>> = RwSignal::new(None);
    let rows = fields.len();
    let drawn = Arc::clone(&fields);
    let on_click = Callback::new(move |(position, event): (usize, MouseEvent)| {
        if is_on(&event, "[data-open]") {
            open.set(Some(position));
        }
    });
    view! {
        <LongList
            label=label
            class="ui-long-fields"
            row_height=ROW_HEIGHT
            rows=rows
            item=move |position| drawn.get(position).map(row)
            on_click=on_click
        />
        {move || open.get().and_then(|position| fields.get(position)).map(|field| open_field(field, open))}
    }
}

fn row(field: &Header) -> VNode {
    let name = visible_line(&field.name, MAX_NAME_CHARS);
    let value = visible_line(&shown_value(&field.value), MAX_LINE_CHARS).into_owned();
    let is_long = field.value.chars().nth(MAX_FITTING_CHARS).is_some();
    let open = is_long.then(|| {
        VNode::new("button")
            .class("ui-long-open")
            .attribute("type", "button")
            .attribute("data-open", "")
            .attribute("aria-label", format!("Show all of {name}"))
            .text("Show all")
    });
    VNode::new("div")
        .class("ui-long-field")
        .child(
            VNode::new("span")
                .class("ui-long-name")
                .attribute("title", name.to_string())
                .text(name.into_owned()),
        )
        .child(VNode::new("span").class("ui-long-value").text(value))
        .children(open)
}

/// One field of a long list in full.
fn open_field(field: &Header, open: RwSignal<Option<usize>>) -> AnyView {
    let name = visible_line(&field.name, MAX_NAME_CHARS).into_owned();
    let value = field.value.clone();
    let copied = value.clone();
    let payload = Payload::from_text(value);
    let content = if payload.first_view() == View::Parsed {
        view! { <ValueView payload=payload label="Value" /> }.into_any()
    } else {
        view! { <TextValue text=field.value.clone() /> }.into_any()
    };
    view! {
        <div class="ui-long-opened" role="group" aria-label="Full value">
            <div class="ui-long-opened-head">
                <span class="ui-long-name">{name}</span>
                <CopyButton label="Copy value" text=move || copied.clone() />
                <button
                    type="button"
                    class="ui-icon-button"
                    aria-label="Close value"
                    title="Close value"
                    on:click=move |_| open.set(None)
                >
                    <Icon name=IconName::Close />
                </button>
            </div>
            {content}
        </div>
    }
    .into_any()
}
