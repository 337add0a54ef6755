//! The table of requests and sockets.

use leptos::prelude::*;
use presentation::network::{Column, Sort};
use presentation::replay::{current_row, is_future};
use presentation::time::start_time;

use super::row::{self, RowContext};
use super::zoom::{IdleGaps, WaterfallZoom, Zoom};
use crate::store::{LoadStatus, Moment, Store, local_clock};
use crate::ui::{EmptyState, Grid, GridKey, is_on};

/// Height of a row in px; the style sheet says the same.
const ROW_HEIGHT: f64 = 26.0;

#[component]
pub fn RequestTable() -> impl IntoView {
    let store = Store::expect();
    let rows = Memo::new(move |_| store.listed.with(|listed| listed.len()));
    let selected_row = Memo::new(move |_| store.address.with(|address| address.selected_row));
    let selected = Memo::new(move |_| store.selected_place());
    let zoom = Zoom::new(store);
    let current = current_place(store);
    let draw = move |place: usize| {
        let index = store.listed.with(|listed| listed.get(place).copied());
        // Which rows are later changes only when another one becomes current.
        let current = current.get();
        let at = store.playback.at.get_untracked();
        store.with(|session| {
            let record = index.and_then(|index| session.records.get(index as usize));
            let draw = |record| {
                let moment = match at {
                    _ if current == Some(place) => Moment::Current,
                    Some(at) if is_future(session, record, at) => Moment::Later,
                    _ => Moment::Past,
                };
                let (selected, scale) = (selected_row.get(), zoom.scale.get());
                row::row(
                    session,
                    record,
                    &RowContext { place, selected, scale, clock: local_clock(), moment },
                )
            };
            record.map(draw)
        })
    };
    let seek = move |place: usize| {
        let row = untrack(|| store.row_at(place));
        store
            .seek_to(row.and_then(|row| untrack(|| store.with_record(row, |_, record| start_time(record)))?));
    };
    let choose = move |place: usize, open: bool| {
        if let Some(row) = untrack(|| store.row_at(place)) {
            if open { store.open_row(row) } else { store.select_row(row) }
        }
    };
    view! {
        <div class="network-table">
            <Grid
                label="Network requests"
                class="network-grid"
                row_height=ROW_HEIGHT
                rows=rows
                selected=selected
                header=header(store, zoom)
                row=draw
                empty=move || empty(store)
                follow=store.playback.followed(current)
                on_scroll_by_hand=store.playback.scrolled_by_hand()
                on_click=move |place, event| {
                    choose(place, true);
                    if is_on(&event, "[data-col=start]") {
                        seek(place);
                    }
                }
                on_key=move |key| match key {
                    GridKey::Move(place) => choose(place, false),
                    GridKey::Open => {
                        if let Some(place) = selected.get_untracked() {
                            choose(place, true);
                        }
                    }
                }
                active_id=Signal::derive(move || {
                    selected.get()?;
                    selected_row.get().map(|row| format!("request-{row}"))
                })
            />
        </div>
    }
}

/// The place of the last row that has begun at the moment that is replayed; `None` where none was chosen.
fn current_place(store: Store) -> Memo<Option<usize>> {
    let sort = Memo::new(move |_| store.address.with(|address| address.sort));
    Memo::new(move |_| {
        let at = store.playback.at.get()?;
        store.listed.with(|listed| store.with(|session| current_row(session, listed, sort.get(), at)))
    })
}

fn header(store: Store, zoom: Zoom) -> AnyView {
    let sort = Memo::new(move |_| store.address.with(|address| address.sort));
    view! {
        <div class="network-row network-head" role="row" aria-rowindex="1">
            {Column::ALL
                .into_iter()
                .map(|column| {
                    view! {
                        <div
                            role="columnheader"
                            class=format!("network-cell network-{}", column.key())
                            class:ui-number=column.numeric()
                            data-col=column.key()
                            aria-sort=move || Sort::aria(sort.get(), column)
                        >
                            <button
                                type="button"
                                class="network-sort"
                                on:click=move |_| {
                                    store.address.update(|address| address.sort = Sort::after_click(address.sort, column));
                                }
                            >
                                {column.label()}
                            </button>
                            {(column == Column::Waterfall).then(|| view! { <WaterfallZoom zoom=zoom /> })}
                        </div>
                    }
                })
                .collect_view()}
            {playhead(store, zoom)}
        </div>
    }
    .into_any()
}

/// The moment that is replayed, as a line through the waterfall, and its idle gaps.
fn playhead(store: Store, zoom: Zoom) -> impl IntoView {
    let left = move || {
        let at = store.playback.at.get()?;
        let scale = zoom.scale.get()?;
        let (from, to) = scale.window();
        (from..=to).contains(&at).then(|| format!("{:.3}%", scale.fraction_at(at) * 100.0))
    };
    let left = Memo::new(move |_| left());
    let line = move || view! { <span class="network-playhead" style:left=move || left.get()></span> };
    view! {
        <span class="network-moment" aria-hidden="true">
            <IdleGaps zoom=zoom />
            {move || left.with(Option::is_some).then(line)}
        </span>
    }
}

/// What stands in the table's body where no row is listed.
fn empty(store: Store) -> AnyView {
    if store.listed.with(|listed| !listed.is_empty()) {
        return ().into_any();
    }
    let total = store.with(presentation::network::row_count);
    let loading = store.status.get() == LoadStatus::Loading;
    if total == 0 {
        let others = store.with(presentation::labels::other_contents);
        let none = match store.with(|session| session.notes.total()) {
            0 => "No requests were recorded in this session",
            _ => "No requests could be read: the load notes tell what was left out",
        };
        let text = match others {
            _ if loading => "Reading the session…".to_owned(),
            Some(others) => format!("{none}. It holds {others}."),
            None => none.to_owned(),
        };
        return view! { <EmptyState text=text /> }.into_any();
    }
    let clear = move |_| {
        store.address.update(|address| {
            address.network_filter = String::new();
            address.resource_types = presentation::network::TypeSet::default();
            address.time_range = None;
        });
    };
    view! {
        <EmptyState text="No request matches the filter">
            <button type="button" class="ui-button" on:click=clear>
                "Clear filters"
            </button>
        </EmptyState>
    }
    .into_any()
}
