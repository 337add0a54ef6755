//! What else happened around the selected message.

use leptos::html::Ol;
use leptos::prelude::*;
use presentation::around::{Subject, SurroundingItem, Surroundings};
use presentation::view_state::ViewState;
use session::model::{Millis, plural};
use session::redact::mask;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

use super::panel::Panel;
use crate::store::{NamedElements, SessionTab, ViewStore, state_link};

/// Name of the region.
const NAME: &str = "Around this message";
/// Details tab of a socket that has its open and its close.
const CONNECTION: &str = "connection";

/// Shows and hides the region.
#[component]
pub(super) fn AroundButton() -> impl IntoView {
    let state = expect_context::<ViewStore>().state;
    view! {
        <button
            type="button"
            class="ui-button"
            title="Show around (a): what else happened within 1 s of this message"
            aria-pressed=move || state.with(|state| state.shows_surroundings).to_string()
            on:click=move |_| toggle(state)
        >
            "Show around"
        </button>
    }
}

/// Shows the region, or hides it.
pub(super) fn toggle(state: RwSignal<ViewState>) {
    state.update(|state| state.shows_surroundings = !state.shows_surroundings);
}

/// The region, where it is shown.
#[component]
pub(super) fn Around(panel: Panel, index: u32) -> impl IntoView {
    let state = expect_context::<ViewStore>().state;
    let is_shown = Memo::new(move |_| state.with(|state| state.shows_surroundings));
    view! {
        <Show when=move || is_shown.get()>
            <AroundRegion panel=panel index=index />
        </Show>
    }
}

#[component]
fn AroundRegion(panel: Panel, index: u32) -> impl IntoView {
    let elements = expect_context::<NamedElements>();
    let found = Memo::new(move |_| {
        let elements = elements.found.get();
        let elements = elements.as_deref();
        panel.with(|session, record, log| Surroundings::of(session, record, log, index, elements)).flatten()
    });
    let content = move || match found.get() {
        Some(found) => list(panel, index, found),
        None => view! { <p class="messages-around-note">"The time of this message was not recorded"</p> }
            .into_any(),
    };
    view! {
        <section class="messages-around" role="region" aria-label=NAME tabindex="0">
            <h4 class="messages-around-head">"Within 1 s of this message"</h4>
            {content}
        </section>
    }
}

fn list(panel: Panel, index: u32, found: Surroundings) -> AnyView {
    let Surroundings { items, further, not_recorded } = found;
    let is_alone = items.len() == 1;
    let list: NodeRef<Ol> = NodeRef::new();
    list.on_load(|list| request_animation_frame(move || center_current(&list)));
    let shows_credentials = panel.credentials.are_shown.get();
    let masked = |item: SurroundingItem| match item.subject {
        Subject::Message(_) if !shows_credentials => {
            SurroundingItem { text: mask(&item.text).into_owned(), ..item }
        }
        _ => item,
    };
    let items = items.into_iter().map(|found| item(panel.row, index, masked(found))).collect_view();
    let note = |text: String| view! { <p class="messages-around-note">{text}</p> };
    view! {
        <ol class="messages-around-list" role="list" aria-label="What happened" node_ref=list>
            {items}
        </ol>
        {is_alone.then(|| note("Nothing else was recorded in this time".to_owned()))}
        {(further > 0).then(|| note(format!("{} further away not listed", plural(further as u64, "item"))))}
        {not_recorded.into_iter().map(note).collect_view()}
    }
    .into_any()
}

fn item(row: u32, index: u32, item: SurroundingItem) -> AnyView {
    let SurroundingItem { offset, subject, kind, text, is_error } = item;
    let is_this = subject == Subject::Message(index);
    let label = if text.is_empty() { kind.clone() } else { text };
    let title = format!("{kind} {label}");
    let what = if is_this {
        view! { <strong class="messages-around-what">"this message"</strong> }.into_any()
    } else {
        let link = state_link(label, move |state| open(state, row, subject));
        view! { <span class="messages-around-what" title=title>{link}</span> }.into_any()
    };
    view! {
        <li
            class="messages-around-item"
            class:messages-around-error=is_error
            aria-current=is_this.then_some("true")
        >
            <span class="messages-around-offset">{offset_label(offset)}</span>
            <span class="messages-around-kind">{kind}</span>
            {what}
        </li>
    }
    .into_any()
}

/// `+12 ms`, `-3 ms`, `0 ms`.
fn offset_label(offset: Millis) -> String {
    let sign = if offset.ms() > 0.0 { "+" } else { "" };
    format!("{sign}{}", offset.duration())
}

/// Shows what the item is about. `row` is that of the message.
fn open(state: &mut ViewState, row: u32, subject: Subject) {
    match subject {
        Subject::Message(index) => state.selected_message = Some(index.saturating_add(1)),
        Subject::SocketOpened(other) | Subject::SocketClosed(other) if other == row => {
            state.details_tab = Some(CONNECTION.to_owned());
        }
        Subject::RequestStarted(other) | Subject::RequestEnded(other) if other == row => {
            state.details_tab = None;
        }
        Subject::RequestStarted(other)
        | Subject::RequestEnded(other)
        | Subject::SocketOpened(other)
        | Subject::SocketClosed(other) => {
            state.select_row(Some(other));
            state.details_tab = None;
        }
        Subject::Console(index) => {
            state.tab = Some(SessionTab::Console.key().to_owned());
            state.console_entry = Some(index.saturating_add(1));
        }
        Subject::PageEvent(_) | Subject::Action(_) => {
            state.tab = Some(SessionTab::Events.key().to_owned());
            state.event_row = subject.event_row();
        }
    }
}

/// Scrolls the list so that the message itself is in its middle.
fn center_current(list: &HtmlElement) {
    let found = list.query_selector("[aria-current]").ok().flatten();
    if let Some(current) = found.and_then(|found| found.dyn_into::<HtmlElement>().ok()) {
        let above = (list.client_height() - current.offset_height()) / 2;
        list.set_scroll_top(current.offset_top() - above);
    }
}
