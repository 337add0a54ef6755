//! The columns of the table: their widths, their headers, and the menu that chooses them.

use leptos::ev::SubmitEvent;
use leptos::html::{Div, Input};
use leptos::prelude::*;
use presentation::network::{Column, ColumnList, HeaderName, Sort, WIDTHS};
use wasm_bindgen::JsCast;
use web_sys::{DragEvent, KeyboardEvent, PointerEvent};

use super::row::column_class;
use super::zoom::{WaterfallZoom, Zoom};
use crate::store::{Preferences, ViewStore};
use crate::ui::{MenuButton, MenuItem, ModalDialog};

/// Widening of a column by a key, in px.
const STEP: i32 = 10;
/// The item of the menu that asks for a header.
const ADD: &str = "add-header";
/// The item of the menu that shows the columns that are shown at first.
const RESET: &str = "reset";

/// The tracks of columns that were chosen, and the width that they need, in px.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Layout {
    pub(super) tracks: String,
    pub(super) min_width: u32,
    /// Columns that the name of a group spans.
    pub(super) group_span: usize,
}

/// The tracks of the columns; `None` for the initial ones, which the style sheet adapts to the room.
pub(super) fn layout(columns: &ColumnList) -> Option<Layout> {
    if *columns == ColumnList::default() {
        return None;
    }
    let mut tracks = Vec::new();
    let mut min_width = 0;
    for shown in columns.iter() {
        let width = shown.width.unwrap_or_else(|| usual_width(shown.column));
        min_width += u32::from(width);
        tracks.push(match shown.column {
            Column::Name | Column::Waterfall if shown.width.is_none() => format!("minmax({width}px, 1fr)"),
            _ => format!("{width}px"),
        });
    }
    let group_span = columns.group_label_columns().len();
    Some(Layout { tracks: tracks.join(" "), min_width: min_width + 12, group_span })
}

fn usual_width(column: Column) -> u16 {
    match column {
        Column::Status => 84,
        Column::Method | Column::Cookies | Column::Priority => 74,
        Column::Name => 180,
        Column::Type | Column::Protocol | Column::FirstByte | Column::Initiator => 92,
        Column::Waterfall | Column::Path | Column::Header(_) => 160,
        _ => 118,
    }
}

/// The header of a column: sorts, resizes and moves it.
#[component]
pub(super) fn HeaderCell(view: ViewStore, column: Column, zoom: Zoom) -> impl IntoView {
    let preferences = expect_context::<Preferences>();
    let change = move |change: &dyn Fn(&mut ColumnList)| change_columns(view, preferences, change);
    let sort = Memo::new(move |_| view.state.with(|state| state.sort));
    // Alt with an arrow moves the column.
    let moved = move |event: KeyboardEvent| {
        let by = match event.key().as_str() {
            "ArrowLeft" => -1,
            "ArrowRight" => 1,
            _ => return,
        };
        if event.alt_key() {
            event.prevent_default();
            event.stop_propagation();
            change(&|columns| columns.shift(column, by));
        }
    };
    let dropped = move |event: DragEvent| {
        let dragged = event.data_transfer().and_then(|data| data.get_data(DRAGGED).ok());
        if let Some(dragged) = dragged.as_deref().and_then(Column::from_key) {
            event.prevent_default();
            event.stop_propagation();
            change(&|columns| columns.move_to(dragged, column));
        }
    };
    let drag_started = move |event: DragEvent| {
        if let Some(data) = event.data_transfer() {
            // Fails only where nothing is dragged.
            let _ = data.set_data(DRAGGED, column.key());
        }
    };
    view! {
        <div
            role="columnheader"
            class=format!("network-cell {}", column_class(column))
            class:ui-number=column.numeric()
            data-col=column.key()
            aria-label=column.label()
            aria-sort=move || Sort::aria(sort.get(), column)
            on:dragover=|event| event.prevent_default()
            on:drop=dropped
        >
            <button
                type="button"
                class="ui-sort"
                draggable="true"
                title=format!("Sort by {}. Alt+arrow or drag: move", column.label().to_lowercase())
                on:dragstart=drag_started
                on:keydown=moved
                on:click=move |_| {
                    view.state.update(|state| state.sort = Sort::after_click(state.sort, column));
                }
            >
                {column.label()}
            </button>
            {(column == Column::Waterfall).then(|| view! { <WaterfallZoom zoom=zoom /> })}
            <WidthHandle view=view column=column />
        </div>
    }
}

/// The type of a column that is dragged.
const DRAGGED: &str = "application/x-replayscope-column";

/// The edge of a header, which resizes its column.
#[component]
fn WidthHandle(view: ViewStore, column: Column) -> impl IntoView {
    let preferences = expect_context::<Preferences>();
    let element: NodeRef<Div> = NodeRef::new();
    let is_dragging = RwSignal::new(false);
    let header = move || element.get_untracked().and_then(|edge| edge.parent_element());
    let width = move || header().map_or(0, |header| header.get_bounding_client_rect().width().round() as i32);
    let set = move |width: i32| {
        let width = width.clamp((*WIDTHS.start()).into(), (*WIDTHS.end()).into()) as u16;
        change_columns(view, preferences, &|columns| columns.resize(column, width));
    };
    let chosen = move || {
        view.columns
            .with(|columns| columns.iter().find(|shown| shown.column == column).and_then(|shown| shown.width))
    };
    let pressed = move |event: PointerEvent| {
        if let Some(edge) = element.get_untracked() {
            // Without capture the drag ends at the edge, no worse.
            let _ = edge.set_pointer_capture(event.pointer_id());
            is_dragging.set(true);
            event.prevent_default();
            event.stop_propagation();
        }
    };
    let dragged = move |event: PointerEvent| {
        if let Some(header) = header().filter(|_| is_dragging.get_untracked()) {
            set(event.client_x() - header.get_bounding_client_rect().left().round() as i32);
        }
    };
    let keyed = move |event: KeyboardEvent| {
        let by = match event.key().as_str() {
            "ArrowLeft" => -STEP,
            "ArrowRight" => STEP,
            _ => return,
        };
        event.prevent_default();
        event.stop_propagation();
        set(width() + by);
    };
    view! {
        <div
            class="network-edge"
            role="separator"
            tabindex="0"
            aria-orientation="vertical"
            aria-label=format!("Width of {}", column.label())
            aria-valuemin=WIDTHS.start().to_string()
            aria-valuemax=WIDTHS.end().to_string()
            aria-valuenow=move || chosen().unwrap_or_else(|| usual_width(column)).to_string()
            node_ref=element
            on:pointerdown=pressed
            on:pointermove=dragged
            on:pointerup=move |_| is_dragging.set(false)
            on:lostpointercapture=move |_| is_dragging.set(false)
            on:keydown=keyed
            on:click=|event| event.stop_propagation()
        ></div>
    }
}

/// Changes the columns, and remembers them.
fn change_columns(view: ViewStore, preferences: Preferences, change: &dyn Fn(&mut ColumnList)) {
    let mut columns = (*view.columns.get_untracked()).clone();
    change(&mut columns);
    let is_initial = columns == ColumnList::default();
    preferences.network_columns.set(Some(columns.clone()).filter(|_| !is_initial));
    view.state.update(|state| state.network_columns = Some(columns).filter(|_| !is_initial));
}

/// The menu of columns.
#[component]
pub(super) fn ColumnsMenu() -> impl IntoView {
    let view = expect_context::<ViewStore>();
    let preferences = expect_context::<Preferences>();
    let is_asking = RwSignal::new(false);
    let items = move || {
        let shown = view.columns.get();
        let item = |column: Column| MenuItem {
            key: column.key(),
            label: column.label(),
            is_checked: Some(shown.has(column)),
        };
        let choices = Column::CHOICES.into_iter().filter(|column| *column != Column::Name);
        let headers =
            shown.iter().map(|shown| shown.column).filter(|column| matches!(column, Column::Header(_)));
        let mut items: Vec<MenuItem> = choices.chain(headers).map(item).collect();
        items.push(MenuItem { key: ADD, label: "Add header column…", is_checked: None });
        items.push(MenuItem { key: RESET, label: "Reset columns", is_checked: None });
        items
    };
    let select = move |key: &'static str| match key {
        ADD => is_asking.set(true),
        RESET => change_columns(view, preferences, &|columns| *columns = ColumnList::default()),
        key => {
            if let Some(column) = Column::from_key(key) {
                change_columns(view, preferences, &|columns| columns.toggle(column));
            }
        }
    };
    view! {
        <MenuButton label="Columns" items=Signal::derive(items) on_select=select />
        <ModalDialog label="Add header column" is_open=is_asking>
            <AddHeader view=view is_open=is_asking />
        </ModalDialog>
    }
}

/// The form that adds the column of a header.
#[component]
fn AddHeader(view: ViewStore, is_open: RwSignal<bool>) -> impl IntoView {
    let preferences = expect_context::<Preferences>();
    let input: NodeRef<Input> = NodeRef::new();
    let is_invalid = RwSignal::new(false);
    Effect::new(move || {
        if let Some(input) = input.get() {
            // Focus fails only for an element that is gone.
            let _ = input.unchecked_into::<web_sys::HtmlElement>().focus();
        }
    });
    let add = move |event: SubmitEvent| {
        event.prevent_default();
        let name = input.get_untracked().map(|input| input.value()).unwrap_or_default();
        let Some(column) = HeaderName::new(name.trim()).map(Column::Header) else {
            is_invalid.set(true);
            return;
        };
        change_columns(view, preferences, &|columns| {
            if !columns.has(column) {
                columns.toggle(column);
            }
        });
        is_open.set(false);
    };
    view! {
        <form class="network-add-header" on:submit=add>
            <label>
                "Header name"
                <input
                    type="text"
                    class="ui-input"
                    placeholder="x-request-id"
                    autocomplete="off"
                    spellcheck="false"
                    aria-invalid=move || is_invalid.get().then_some("true")
                    node_ref=input
                />
            </label>
            <button type="submit" class="ui-button">"Add"</button>
            {move || is_invalid.get().then(|| view! { <p role="alert">"This is not the name of a header"</p> })}
        </form>
    }
}
