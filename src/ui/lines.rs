//! Lines of monospaced text on the virtual list: long texts, bytes, trees.

use leptos::html::Span;
use leptos::prelude::*;
use web_sys::{HtmlElement, KeyboardEvent, MouseEvent};

use super::virtual_list::{ListState, VirtualRows};
use super::vnode::VNode;

/// Height of a line in px, as in the style sheet.
const LINE_HEIGHT: f64 = 20.0;

/// Characters in the probe that the width of one is measured by.
const PROBE: &str = "0000000000000000000000000000000000000000";
/// Space left and right of the text in px, and as much again for the scroll bar.
const PADDING: f64 = 32.0;
/// Fewer columns than this are scrolled sideways rather than wrapped further.
const MIN_COLUMNS: usize = 16;

/// The lines. `line` draws the one at a position.
#[component]
pub fn Lines(
    class: &'static str,
    role: &'static str,
    label: &'static str,
    #[prop(into)] lines: Signal<usize>,
    line: impl Fn(usize) -> Option<VNode> + 'static,
    /// The line that is scrolled to when it changes.
    #[prop(optional, into)]
    current: Signal<Option<usize>>,
    /// The id of the current line's element, for screen readers.
    #[prop(optional, into)]
    active_id: Signal<Option<String>>,
    /// Set to the number of characters that fit side by side.
    #[prop(optional)]
    columns: Option<RwSignal<usize>>,
    #[prop(optional)] on_key: Option<Callback<KeyboardEvent>>,
    #[prop(optional)] on_click: Option<Callback<MouseEvent>>,
) -> impl IntoView {
    let probe: NodeRef<Span> = NodeRef::new();
    let list = ListState::new(lines, LINE_HEIGHT, 0.0, move |element| {
        if let (Some(columns), Some(probe)) = (columns, probe.get_untracked()) {
            let fitting = columns_in(element, probe.get_bounding_client_rect().width());
            if columns.get_untracked() != fitting {
                columns.set(fitting);
            }
        }
    });
    Effect::new(move || {
        if let Some(position) = current.get() {
            list.scroll_to(position);
        }
    });
    let clicked = move |event| {
        if let Some(on_click) = on_click {
            on_click.run(event);
        }
    };
    view! {
        <div
            class=format!("ui-lines {class}")
            role=role
            aria-label=label
            aria-activedescendant=move || active_id.get()
            tabindex="0"
            node_ref=list.element
            on:scroll=move |_| list.read_scroll_position()
            on:keydown=move |event| {
                if let Some(on_key) = on_key {
                    on_key.run(event);
                }
            }
        >
            <span class="ui-lines-probe" aria-hidden="true" node_ref=probe>
                {PROBE}
            </span>
            <VirtualRows list=list class="ui-lines-rows" role="presentation" row=line on_click=clicked />
        </div>
    }
}

fn columns_in(element: &HtmlElement, probe_width: f64) -> usize {
    let char_width = (probe_width / PROBE.len() as f64).max(1.0);
    (((f64::from(element.client_width()) - PADDING) / char_width) as usize).max(MIN_COLUMNS)
}
