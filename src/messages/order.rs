//! The order of the rows: by time, or by a column, which is computed in the background.

use std::sync::Arc;

use leptos::prelude::*;
use presentation::messages::{
    Lifecycle, MessageColumn, MessageList, MessageRow, MessageSort, MessageSorter, SortInput,
};
use presentation::replay::current_message;
use presentation::view_state::ViewState;
use session::model::{MessageLog, Record, Session};
use session::protocols::Analysis;

use super::panel::{Panel, read};
use crate::store::{
    Completeness, Messages, Playback, Protocols, ResourceWriter, RowTiming, SessionStore, TimeSlicer,
    resource,
};

/// Where the rows come from. Copies mean the same rows.
#[derive(Clone, Copy)]
pub(super) struct RowSource {
    pub(super) session: SessionStore,
    pub(super) messages: Messages,
    pub(super) protocols: Protocols,
    pub(super) state: RwSignal<ViewState>,
    pub(super) row: u32,
    /// The rows that pass the filters, by time.
    pub(super) listed: Memo<Arc<MessageList>>,
    /// Whether all messages are there.
    pub(super) is_complete: Memo<bool>,
}

/// The messages in the order of a column.
#[derive(Debug)]
struct Sorted {
    sort: MessageSort,
    indexes: Vec<u32>,
}

/// What a sort depends on, besides the messages that it begins with. Where this changes, they are
/// sorted again.
#[derive(Clone, Debug, PartialEq)]
struct Request {
    sort: Option<MessageSort>,
    has_all_messages: bool,
    /// Whether all messages are analyzed, and by which analysis; for columns that depend on it.
    analysis: Option<(Completeness, u32)>,
    /// The rows, for the times since the previous row.
    list: Option<Arc<MessageList>>,
}

/// The rows in the order that is selected, and whether that is still being computed. Until it is,
/// they stay as they were.
pub(super) fn ordered(source: RowSource) -> (Memo<Arc<MessageList>>, Memo<bool>) {
    let is_other = |sort: &MessageSort| *sort != MessageSort::default();
    let sort = Memo::new(move |_| source.state.with(|state| state.message_sort.filter(is_other)));
    let request = Memo::new(move |_| source.request(sort.get()));
    let sorted = resource(
        None,
        move || Some(request.get()),
        move |request, writer| sort_rows(source, request, writer),
    );
    let list = Memo::new(move |_| {
        let listed = source.listed.get();
        match sort.get() {
            None => listed,
            Some(_) => sorted.with(|sorted: &Option<Sorted>| match sorted {
                Some(sorted) => Arc::new(listed.in_order(&sorted.indexes)),
                None => listed,
            }),
        }
    });
    let is_sorting =
        Memo::new(move |_| sort.get() != sorted.with(|sorted| sorted.as_ref().map(|sorted| sorted.sort)));
    (list, is_sorting)
}

impl RowSource {
    fn request(self, sort: Option<MessageSort>) -> Request {
        use MessageColumn::{Delta, Event, RoundTrip};
        let column = sort.map(|sort| sort.column);
        let is_of_analysis = matches!(column, Some(Event | RoundTrip));
        let analysis = || {
            let completeness = self.protocols.with(self.row, |_, completeness| completeness)?;
            Some((completeness, self.protocols.version(self.row).analysis))
        };
        Request {
            sort,
            has_all_messages: column.is_some() && self.is_complete.get(),
            analysis: if is_of_analysis { analysis() } else { None },
            list: (column == Some(Delta)).then(|| self.listed.get()),
        }
    }

    /// Calls back with what is sorted, as it is now.
    fn with_input<R>(self, call: impl FnOnce(&SortInput<'_>) -> R) -> Option<R> {
        untrack(|| {
            let mut call = Some(call);
            let listed = self.listed.get();
            let mut of = |analysis: Option<&Analysis>| {
                read(self.session, self.messages, self.row, |session, record, log| {
                    let ends = Lifecycle::of(session, record);
                    call.take().map(|call| call(&SortInput { log, analysis, list: &listed, ends }))
                })
                .flatten()
            };
            self.protocols.with(self.row, |analysis, _| of(Some(analysis))).unwrap_or_else(|| of(None))
        })
    }
}

/// Sorts in slices, until another order is selected.
async fn sort_rows(source: RowSource, request: Request, writer: ResourceWriter<Option<Sorted>>) {
    let Some(sort) = request.sort else {
        writer.set(None);
        return;
    };
    let mut slicer = TimeSlicer::default();
    let Some(mut sorter) = source.with_input(|input| MessageSorter::new(input, sort)) else { return };
    while source.with_input(|input| sorter.step(input)) == Some(true) {
        slicer.yield_if_due().await;
        if writer.task().is_canceled() {
            return;
        }
    }
    writer.set(Some(Sorted { sort, indexes: sorter.finish() }));
}

impl Panel {
    /// The position of the last row that has happened at the playhead; `None` where no time was
    /// chosen.
    pub(super) fn current(self) -> Option<usize> {
        let at = self.playhead.get()?;
        let current = |session: &Session, record: &Record, log: MessageLog<'_>| {
            let ends = Lifecycle::of(session, record);
            self.listed.with(|list| {
                let position = current_message(session, list, log.columns, ends, at)?;
                list.row(position)
            })
        };
        let row = self.with(current)??;
        self.list.with(|list| list.position_of_row(row))
    }

    /// Timing of the row at that position.
    pub(super) fn timing(self, position: usize, current: Option<usize>) -> RowTiming {
        if self.playhead.with_untracked(Option::is_none) {
            return RowTiming::Past;
        }
        let by_time = |position: usize| {
            let row = self.list.with_untracked(|list| list.row(position))?;
            self.listed.with_untracked(|list| list.position_of_row(row))
        };
        by_time(position).map_or(RowTiming::Future, |at| RowTiming::in_order(at, current.and_then(by_time)))
    }

    /// Moves the playhead to the row at that position.
    pub(super) fn seek(self, position: usize, playback: Playback) {
        let time = |session: &Session, record: &Record, log: MessageLog<'_>| {
            self.list.with_untracked(|list| list.time(log.columns, Lifecycle::of(session, record), position))
        };
        playback.seek_to(untrack(|| self.with(time)).flatten());
    }

    /// The order of the rows; `None` is by time.
    pub(super) fn sort(self) -> Option<MessageSort> {
        self.state.with(|state| state.message_sort)
    }

    /// Changes the order as a click on the header of `column` does.
    pub(super) fn sort_by(self, column: MessageColumn) {
        self.state.update(|state| {
            state.message_sort = MessageSort::after_click(state.message_sort, column);
        });
    }

    /// The row at that position.
    pub(super) fn row_at(self, position: usize) -> Option<MessageRow> {
        self.list.with_untracked(|list| list.row(position))
    }
}
