//! JSON as a tree: numbers as written, repeated keys kept, only the rows on screen in the DOM.

mod keys;
mod nested;
mod row;
mod rows;
mod state;

use std::sync::Arc;

use leptos::prelude::*;
use session::encodings::Payload;
use wasm_bindgen::JsCast;
use web_sys::{Element, KeyboardEvent, MouseEvent};

use keys::KeyContext;
use nested::{NestedView, nested_in};
use row::{RowContext, current_id, text_line};
use rows::{TreeRow, TreeRows};
use state::Initial;

use crate::ui::{Lines, VNode};

pub use state::{FieldAction, TreeState};

/// Columns until they are measured.
const DEFAULT_COLUMNS: usize = 60;

/// The tree of a payload that is JSON; nothing where it is not.
#[component]
pub fn JsonView(payload: Arc<Payload>, label: &'static str, state: TreeState) -> impl IntoView {
    state.find(&payload);
    let columns = RwSignal::new(DEFAULT_COLUMNS);
    let source = Arc::clone(&payload);
    let rows = Memo::new(move |_| {
        let Some(tree) = source.tree() else { return Arc::default() };
        Arc::new(state.with_open(tree, |is_open| {
            TreeRows::of(source.bytes(), tree, || columns.get(), is_open, state.hides.get())
        }))
    });
    let drawn = Arc::clone(&payload);
    let line = move |position: usize| row_at(&drawn, state, columns, rows, position);
    let pressed = Arc::clone(&payload);
    let on_key = Callback::new(move |event: KeyboardEvent| {
        let Some(tree) = pressed.tree() else { return };
        let rows = rows.get_untracked();
        let can_open = |node: u32| {
            let row = rows.position_of(node).and_then(|position| rows.get(position));
            row.is_some_and(|row| {
                context(&pressed, state, columns).is_some_and(|context| context.can_open(row))
            })
        };
        let context = KeyContext { source: pressed.bytes(), tree, rows: &rows, state };
        if untrack(|| context.handle(&event, can_open)) {
            event.prevent_default();
            event.stop_propagation();
        }
    });
    let (clicked, outer) = (Arc::clone(&payload), payload);
    let on_click = Callback::new(move |event: MouseEvent| {
        // A click outside of the rows has no effect.
        let _ = untrack(|| click(&clicked, state, columns, rows, &event));
    });
    view! {
        <Lines
            class="ui-tree"
            role="tree"
            label=label
            lines=Signal::derive(move || rows.with(|rows| rows.len()))
            current=Signal::derive(move || rows.with(|rows| rows.position_of(state.current.get()?)))
            active_id=Signal::derive(move || state.current.get().map(|_| current_id(state.number)))
            columns=columns
            on_key=on_key
            on_click=on_click
            line=line
        />
        <span class="ui-hidden" aria-live="polite">
            {move || state.copied.get().map(|(_, worked)| if worked { "Copied" } else { "Copying is not allowed" })}
        </span>
        // A tree within a tree: its type ends here.
        {view! { <NestedView payload=outer state=state /> }.into_any()}
    }
}

/// Buttons that expand and collapse all nodes.
#[component]
pub fn TreeActions(state: TreeState) -> impl IntoView {
    view! {
        <button
            type="button"
            class="ui-icon-button"
            aria-label="Expand all"
            title="Expand all"
            on:click=move |_| state.set_all(Initial::All)
        >
            <span aria-hidden="true">"⊞"</span>
        </button>
        <button
            type="button"
            class="ui-icon-button"
            aria-label="Collapse all"
            title="Collapse all"
            on:click=move |_| state.set_all(Initial::None)
        >
            <span aria-hidden="true">"⊟"</span>
        </button>
    }
}

fn context(payload: &Payload, state: TreeState, columns: RwSignal<usize>) -> Option<RowContext<'_>> {
    Some(RowContext {
        source: payload.bytes(),
        tree: payload.tree()?,
        columns: columns.get(),
        current: state.current.get(),
        level: state.level,
        number: state.number,
        readings: state.readings,
        copied: state.copied.get(),
        hides: state.hides.get(),
        state,
    })
}

fn row_at(
    payload: &Payload,
    state: TreeState,
    columns: RwSignal<usize>,
    rows: Memo<Arc<TreeRows>>,
    position: usize,
) -> Option<VNode> {
    let context = context(payload, state, columns)?;
    let rows = rows.get();
    let row = rows.get(position)?;
    match row.line {
        Some(_) => Some(text_line(context.tree, row, rows.line(row))),
        None => context.item(row, state.is_open(context.tree, row.node)),
    }
}

/// A click on a row opens or closes it; on one of its buttons it copies.
fn click(
    payload: &Payload,
    state: TreeState,
    columns: RwSignal<usize>,
    rows: Memo<Arc<TreeRows>>,
    event: &MouseEvent,
) -> Option<()> {
    let target = event.target()?.dyn_into::<Element>().ok()?;
    let row = clicked_row(&target, &rows.get())?;
    let context = context(payload, state, columns)?;
    state.current.set(Some(row.node));
    let button = target.closest("[data-copy]").ok()?;
    match button.and_then(|button| button.get_attribute("data-copy")).as_deref() {
        Some("nested") if nested_in(context.source, context.tree, state.level, row.node).is_some() => {
            state.nested.set(Some(row.node));
        }
        Some("reading") => {
            state.next_reading(context.source, context.tree, row.node);
        }
        Some("path") => state.copy(row.node, &context.tree.path(context.source, row.node)),
        Some("action") => {
            if let Some(action) = state.action_on(context.tree, row.node) {
                action.run.run(context.tree.path(context.source, row.node));
            }
        }
        Some(_) => state.copy(row.node, &context.tree.value_text(context.source, row.node)),
        None if context.can_open(row) => state.toggle(context.tree, row.node),
        None => {}
    }
    Some(())
}

fn clicked_row(target: &Element, rows: &TreeRows) -> Option<TreeRow> {
    let node = target.closest("[data-node]").ok()??.get_attribute("data-node")?.parse().ok()?;
    rows.get(rows.position_of(node)?)
}
