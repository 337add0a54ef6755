//! The table of requests and sockets.

use leptos::prelude::*;
use presentation::network::{Cell, Column, ColumnList, TableRow, indexed_cell};
use presentation::replay::{current_row, is_future};
use presentation::time::start_time;
use session::model::{Record, Session};
use web_sys::MouseEvent;

use super::activity::Activities;
use super::columns::{HeaderCell, layout};
use super::group_row::{self, GroupContext};
use super::row::{self, RowContext};
use super::row_copy::{RowCopy, forms};
use super::zoom::{IdleGaps, Zoom};
use crate::payload::EmptyState;
use crate::store::{MessageSearch, Playback, RowTiming, SessionStore, ViewStore, local_clock};
use crate::ui::{ContextMenu, ContextMenuList, Grid, GridKey, VNode, is_on};

/// Height of a row in px, as in the style sheet.
const ROW_HEIGHT: f64 = 26.0;

#[component]
pub fn RequestTable() -> impl IntoView {
    let (session, view) = (expect_context::<SessionStore>(), expect_context::<ViewStore>());
    let playback = expect_context::<Playback>();
    // Not a memo: what draws the rows must depend on the list itself before all else, or it does not
    // learn that the list is in another order (reactive_graph 0.2.16).
    let rows = Signal::derive(move || view.groups.rows.with(|rows| rows.len()));
    let selected_row = Memo::new(move |_| view.state.with(|state| state.selected_row));
    let header_position = Memo::new(move |_| view.groups.current_position());
    let selected = Memo::new(move |_| header_position.get().or_else(|| view.selected_position()));
    let zoom = Zoom::new();
    let activities = Activities::new();
    let search = expect_context::<MessageSearch>();
    let current = current_index(session, view, playback);
    let current_position = Memo::new(move |_| view.groups.rows.with(|rows| rows.position_of(current.get()?)));
    let drawing =
        Drawing { session, view, playback, search, zoom, activities, current, selected_row, header_position };
    let draw = move |position: usize| drawing.row(position);
    let copy = expect_context::<RowCopy>();
    let (context, context_row) = (ContextMenu::new(), RwSignal::new(None));
    let context_items =
        move || context_row.get().map(|row| copy.items(forms(session, row))).unwrap_or_default();
    let copy_context = move |key: &'static str| {
        if let Some(row) = context_row.get_untracked() {
            copy.select(key, row);
        }
    };
    let layout = Memo::new(move |_| view.columns.with(|columns| layout(columns)));
    let row_at = move |position: usize| untrack(|| view.row_at(position));
    let seek = move |position: usize| {
        let start = |row| untrack(|| session.with_record(row, |_, record| start_time(record))).flatten();
        playback.seek_to(row_at(position).and_then(start));
    };
    let open = move |position: usize| {
        if let Some(number) = view.groups.at(position) {
            view.groups.toggle(number);
        } else if let Some(row) = row_at(position) {
            view.open_row(row);
        }
    };
    view! {
        <div
            class="network-table"
            class:network-custom=move || layout.with(Option::is_some)
            style:--network-tracks=move || layout.get().map(|layout| layout.tracks)
            style:--network-min=move || layout.get().map(|layout| format!("{}px", layout.min_width))
            style:--network-group-span=move || layout.get().map(|layout| layout.group_span.to_string())
        >
            <Grid
                label="Network requests"
                class="network-grid"
                row_height=ROW_HEIGHT
                rows=rows
                selected=selected
                header=header(view, playback, zoom)
                row=draw
                empty=move || empty(session, view)
                follow=playback.followed(current_position)
                on_scroll_by_hand=playback.on_scroll_by_hand()
                on_context_menu=Callback::new(move |(position, event): (usize, MouseEvent)| {
                    context_row.set(row_at(position));
                    if row_at(position).is_some() {
                        context.open(&event);
                    }
                })
                on_click=move |position, event| {
                    open(position);
                    if row_at(position).is_some() && is_on(&event, "[data-col=start]") {
                        seek(position);
                    }
                }
                on_key=move |key| match key {
                    GridKey::Move(position) => {
                        if let Some(number) = view.groups.at(position) {
                            view.groups.select(number);
                        } else if let Some(row) = row_at(position) {
                            view.select_row(row);
                        }
                    }
                    GridKey::Open => {
                        if let Some(position) = selected.get_untracked() {
                            open(position);
                        }
                    }
                }
                on_branch_key=Callback::new(move |(position, opens): (usize, bool)| {
                    view.groups.collapse_at(position, !opens)
                })
                active_id=Signal::derive(move || {
                    let position = selected.get()?;
                    if let Some(TableRow::Group(number)) = view.groups.rows.with(|rows| rows.at(position)) {
                        return Some(group_row::id(number));
                    }
                    selected_row.get().map(|row| format!("request-{row}"))
                })
            />
            <ContextMenuList context=context label="Copy as" items=Signal::derive(context_items) on_select=copy_context />
        </div>
    }
}

/// What a row is drawn from.
#[derive(Clone, Copy)]
struct Drawing {
    session: SessionStore,
    view: ViewStore,
    playback: Playback,
    search: MessageSearch,
    zoom: Zoom,
    activities: Activities,
    /// The index of the last record that has begun at the playhead.
    current: Memo<Option<u32>>,
    selected_row: Memo<Option<u32>>,
    /// The position of the header that is the current row for the keyboard.
    header_position: Memo<Option<usize>>,
}

impl Drawing {
    /// The row at a position of the table.
    fn row(&self, position: usize) -> Option<VNode> {
        match self.view.groups.rows.with(|rows| rows.at(position))? {
            TableRow::Request(index) => self.request(position, index),
            TableRow::Group(number) => self.group(position, number),
        }
    }

    /// The header of a group.
    fn group(&self, position: usize, number: u32) -> Option<VNode> {
        let context = GroupContext {
            position,
            number,
            is_current: self.header_position.get() == Some(position),
            scale: self.zoom.scale.get(),
            clock: local_clock(),
            columns: self.view.columns.get(),
        };
        self.view.groups.rows.with(|rows| {
            let (group, is_collapsed) = rows.group(number)?;
            self.session.with(|session| Some(group_row::row(session, group, is_collapsed, &context)))
        })
    }

    /// The row of a record, by its index.
    fn request(&self, position: usize, index: u32) -> Option<VNode> {
        // Which rows are in the future changes only when another one becomes current.
        let current = self.current.get();
        let playhead = self.playback.playhead.get_untracked();
        self.session.with(|session| {
            let record = session.records.get(index as usize)?;
            let timing = match playhead {
                _ if current == Some(index) => RowTiming::Current,
                Some(at) if is_future(session, record, at) => RowTiming::Future,
                _ => RowTiming::Past,
            };
            let columns = self.view.columns.get();
            let context = RowContext {
                position,
                selected: self.selected_row.get(),
                scale: self.zoom.scale.get(),
                clock: local_clock(),
                timing,
                chain: self.view.reconnections.with(|chains| chains.position(record.number)),
                activity: self.activities.of(session, record),
                hits: record.socket().and_then(|_| self.search.matches_in(record.number)),
                details: details(self.view, &columns, session, record, index),
                columns,
            };
            Some(row::row(session, record, &context))
        })
    }
}

/// The cells of a row that show details.
fn details(
    view: ViewStore,
    columns: &ColumnList,
    session: &Session,
    record: &Record,
    index: u32,
) -> Vec<(Column, Cell)> {
    if !columns.needs_index() {
        return Vec::new();
    }
    let shown = columns.iter().map(|shown| shown.column).filter(|column| column.needs_index());
    view.reading.with_index(|known| {
        let cell = |column| (column, indexed_cell(session, record, column, Some((known, index as usize))));
        shown.map(cell).collect()
    })
}

/// The index of the last record that has begun at the playhead; `None` where no time was chosen.
fn current_index(session: SessionStore, view: ViewStore, playback: Playback) -> Memo<Option<u32>> {
    let sort = Memo::new(move |_| view.state.with(|state| state.sort));
    Memo::new(move |_| {
        let at = playback.playhead.get()?;
        view.listed.with(|listed| {
            let current = session.with(|session| current_row(session, listed, sort.get(), at));
            listed.get(current?).copied()
        })
    })
}

fn header(view: ViewStore, playback: Playback, zoom: Zoom) -> AnyView {
    let order = Memo::new(move |_| {
        view.columns.with(|columns| columns.iter().map(|shown| shown.column).collect::<Vec<_>>())
    });
    let cells = move || {
        let cell = |column: &Column| view! { <HeaderCell view=view column=*column zoom=zoom /> };
        // The list is drawn again when a column appears, disappears or moves, not when one is resized.
        order.with(|order| order.iter().map(cell).collect_view())
    };
    view! {
        <div class="network-row network-head" role="row" aria-rowindex="1">
            {cells}
            {playhead(playback, zoom)}
        </div>
    }
    .into_any()
}

/// The playhead as a line through the waterfall, and the idle gaps.
fn playhead(playback: Playback, zoom: Zoom) -> impl IntoView {
    let left = move || {
        let at = playback.playhead.get()?;
        let scale = zoom.scale.get()?;
        let (from, to) = scale.window();
        (from..=to).contains(&at).then(|| format!("{:.3}%", scale.fraction_at(at) * 100.0))
    };
    let left = Memo::new(move |_| left());
    let line = move || view! { <span class="network-playhead" style:left=move || left.get()></span> };
    view! {
        <span class="network-playhead-layer" aria-hidden="true">
            <IdleGaps zoom=zoom />
            {move || left.with(Option::is_some).then(line)}
        </span>
    }
}

/// What is shown in the table's body where no row is listed.
fn empty(session: SessionStore, view: ViewStore) -> AnyView {
    if view.listed.with(|listed| !listed.is_empty()) {
        return ().into_any();
    }
    let total = session.with(presentation::network::row_count);
    let is_loading = session.is_loading();
    if total == 0 {
        let others = session.with(presentation::labels::other_contents);
        let none = match session.with(|session| session.notes.total()) {
            0 => "No requests were recorded in this session",
            _ => "No requests could be read: the load notes list what was skipped",
        };
        let text = match others {
            _ if is_loading => "Reading the session…".to_owned(),
            Some(others) => format!("{none}. It holds {others}."),
            None => none.to_owned(),
        };
        return view! { <EmptyState text=text /> }.into_any();
    }
    let clear = move |_| {
        view.state.update(|state| {
            state.network_filter = String::new();
            state.resource_types = presentation::network::TypeSet::default();
            state.time_range = None;
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
