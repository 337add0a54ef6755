//! What is encoded within a string of a tree, below it: opened on request, and closed again.

use std::sync::Arc;

use leptos::html::Section;
use leptos::prelude::*;
use session::encodings::{MAX_NESTED_LEVELS, Nested, NodeKind, Payload, SpanTree, nested, visible_lines};
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, KeyboardEvent};

use super::{JsonView, TreeState};

/// Characters of a text that is not a tree.
const MAX_TEXT_CHARS: usize = 20_000;

/// What is encoded within the value at `node`; `None` if it is not a string, or too deep.
pub(super) fn nested_in(source: &[u8], tree: &SpanTree, level: usize, node: u32) -> Option<Nested> {
    let is_string = tree.node(node).is_some_and(|found| found.kind == NodeKind::String);
    if !is_string || level >= MAX_NESTED_LEVELS {
        return None;
    }
    nested(&tree.value_text(source, node))
}

/// The open string, if one is.
#[component]
pub(super) fn NestedView(payload: Arc<Payload>, state: TreeState) -> impl IntoView {
    let section: NodeRef<Section> = NodeRef::new();
    let close = move || {
        let outer = section.get_untracked().and_then(|section| section.parent_element());
        state.nested.set(None);
        focus_tree(outer.as_ref());
    };
    // Keys go to what was opened.
    section.on_load(|section| request_animation_frame(move || focus_tree(Some(&section))));
    move || {
        let node = state.nested.get()?;
        let tree = payload.tree()?;
        let Nested { kind, payload: content, notes } = nested_in(payload.bytes(), tree, state.level, node)?;
        let title = format!("{} in {}", kind.label(), tree.path(payload.bytes(), node));
        let on_key = move |event: KeyboardEvent| {
            if event.key() == "Escape" {
                event.prevent_default();
                event.stop_propagation();
                close();
            }
        };
        let view = view! {
            <section class="ui-nested" aria-label=title.clone() node_ref=section on:keydown=on_key>
                <div class="ui-nested-head">
                    <strong class="ui-nested-title">{visible_lines(&title, MAX_TEXT_CHARS).into_owned()}</strong>
                    {notes.into_iter().map(|note| view! { <span>{note}</span> }).collect_view()}
                    <button
                        type="button"
                        class="ui-icon-button"
                        aria-label="Close nested value"
                        title="Close (Esc)"
                        on:click=move |_| close()
                    >
                        <span aria-hidden="true">"×"</span>
                    </button>
                </div>
                {content_view(Arc::new(content), state.nested_state())}
            </section>
        };
        Some(view.into_any())
    }
}

fn content_view(content: Arc<Payload>, state: TreeState) -> AnyView {
    if content.tree().is_some() {
        return view! { <JsonView payload=content label="Nested value" state=state /> }.into_any();
    }
    let text = content.text().map_or_else(
        || content.preview(MAX_TEXT_CHARS),
        |text| visible_lines(text, MAX_TEXT_CHARS).into_owned(),
    );
    view! { <pre class="ui-nested-text" tabindex="0">{text}</pre> }.into_any()
}

/// Focuses the first tree or text within `element`.
fn focus_tree(element: Option<&Element>) {
    let found =
        element.and_then(|element| element.query_selector("[role=tree], .ui-nested-text").ok().flatten());
    if let Some(found) = found.and_then(|found| found.dyn_into::<HtmlElement>().ok()) {
        // A failed focus leaves it where it is.
        let _ = found.focus();
    }
}
