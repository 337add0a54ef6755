//! What the parts of the panel share: which rows are listed, and which one is chosen.

use std::sync::Arc;

use leptos::prelude::*;
use presentation::messages::{DirectionFilter, Lifecycle, MessageList, MessageRow, TimeOrder};
use presentation::replay::current_message;
use session::filter::{Query, matching};
use session::model::{EventStream, MessageColumns, MessageLog, Record, SegmentedBuffer, Session};

use super::recent::Recent;
use crate::store::{LoadStatus, MessagesState, Moment, Store};

/// A handle: copies mean the same panel.
#[derive(Clone, Copy, Debug)]
pub(super) struct Panel {
    store: StoredValue<Store>,
    pub(super) row: u32,
    /// The rows that pass the filters, in their order.
    pub(super) list: Memo<Arc<MessageList>>,
    /// The open or the close, where that is chosen. Messages are chosen in the address instead.
    end: RwSignal<Option<MessageRow>>,
    choice: Memo<Option<MessageRow>>,
    /// The row is an event stream: its messages have names and ids, and there is no open and no close.
    pub(super) is_event_stream: bool,
}

impl Panel {
    pub(super) fn new(store: Store, row: u32) -> Self {
        let filter = Memo::new(move |_| {
            store.address.with(|address| (address.message_filter.clone(), address.message_direction))
        });
        let order = Memo::new(move |_| look(store, row, |_, _, log| Arc::new(TimeOrder::of(log.columns))));
        let is_event_stream =
            move || store.with_record(row, |_, record| record.event_stream().is_some()).unwrap_or(false);
        let is_event_stream = untrack(is_event_stream);
        let with_ends =
            move |list: MessageList| Arc::new(if is_event_stream { list.without_lifecycle() } else { list });
        let recent = StoredValue::new_local(Recent::default());
        let list = Memo::new(move |_| {
            let (text, direction) = filter.get();
            let order = order.get().unwrap_or_else(|| Arc::new(TimeOrder::of(&MessageColumns::default())));
            let make = || {
                look(store, row, |_, _, log| with_ends(rows(log, &order, &text, direction)))
                    .unwrap_or_else(|| with_ends(MessageList::all(&order)))
            };
            let found = recent.try_update_value(|recent| recent.list(&order, &text, direction, make));
            found.unwrap_or_else(|| with_ends(MessageList::all(&order)))
        });
        let end = RwSignal::new(None);
        let choice = Memo::new(move |_| {
            let number = store.address.with(|address| address.selected_message);
            number.map(|number| MessageRow::Message(number.saturating_sub(1))).or(end.get())
        });
        Self { store: StoredValue::new(store), row, list, end, choice, is_event_stream }
    }

    pub(super) fn store(self) -> Store {
        self.store.get_value()
    }

    /// Looks at the row and its messages, as far as they are there; none where they were not recorded.
    pub(super) fn look<R>(self, look_at: impl FnOnce(&Session, &Record, MessageLog<'_>) -> R) -> Option<R> {
        look(self.store(), self.row, look_at)
    }

    pub(super) fn state(self) -> MessagesState {
        self.store().messages.state(self.row)
    }

    /// Whether the messages are read when they are opened: from a file, or from the body of an event stream.
    pub(super) fn has_file(self) -> bool {
        let is_file = |_: &Session, record: &Record| {
            record.messages_file().is_some() || matches!(record.event_stream(), Some(EventStream::Body))
        };
        self.store().with_record(self.row, is_file).unwrap_or(false)
    }

    /// Whether no more messages come.
    pub(super) fn is_complete(self) -> bool {
        let is_session_read = self.store().status.get() != LoadStatus::Loading;
        let is_read = || matches!(self.state(), MessagesState::Ready { .. } | MessagesState::NoBody(_));
        if self.has_file() { is_read() } else { is_session_read }
    }

    /// Whether something hides messages.
    pub(super) fn is_filtered(self) -> bool {
        self.store().address.with(|address| {
            address.message_direction != DirectionFilter::All
                || !Query::parse(&address.message_filter).is_empty()
        })
    }

    pub(super) fn clear_filter(self) {
        self.store().address.update(|address| {
            address.message_filter = String::new();
            address.message_direction = DirectionFilter::All;
        });
    }

    /// The chosen row. A message that a link names may not have arrived yet.
    pub(super) fn choice(self) -> Option<MessageRow> {
        self.choice.get()
    }

    /// The chosen row's place in the table; `None` where the filters hide it too.
    pub(super) fn place(self) -> Option<usize> {
        let choice = self.choice()?;
        self.list.with(|list| match choice {
            MessageRow::Open => Some(0),
            MessageRow::Message(index) => list.position_of(index),
            MessageRow::Close => list.row_count().checked_sub(1),
        })
    }

    /// The place of the last row that has happened at the moment that is replayed; `None` where none was chosen.
    pub(super) fn current(self) -> Option<usize> {
        let at = self.store().playback.at.get()?;
        let current = |session: &Session, record: &Record, log: MessageLog<'_>| {
            let ends = Lifecycle::of(session, record);
            self.list.with(|list| current_message(session, list, log.columns, ends, at))
        };
        self.look(current)?
    }

    /// How the row at that place stands to the moment.
    pub(super) fn moment(self, place: usize, current: Option<usize>) -> Moment {
        let has_moment = self.store().playback.at.with_untracked(Option::is_some);
        if has_moment { Moment::in_order(place, current) } else { Moment::Past }
    }

    /// Shows the moment of the row at that place.
    pub(super) fn seek(self, place: usize) {
        let time = |session: &Session, record: &Record, log: MessageLog<'_>| {
            self.list.with_untracked(|list| list.time(log.columns, Lifecycle::of(session, record), place))
        };
        self.store().seek_to(untrack(|| self.look(time)).flatten());
    }

    /// Chooses the row at that place.
    pub(super) fn choose(self, place: usize) {
        let Some(row) = self.list.with_untracked(|list| list.row(place)) else { return };
        let (number, end) = match row {
            MessageRow::Message(index) => (Some(index.saturating_add(1)), None),
            MessageRow::Open | MessageRow::Close => (None, Some(row)),
        };
        self.end.set(end);
        self.set_number(number);
    }

    /// Chooses nothing.
    pub(super) fn close(self) {
        self.end.set(None);
        self.set_number(None);
    }

    fn set_number(self, number: Option<u32>) {
        if self.store().address.with_untracked(|address| address.selected_message != number) {
            self.store().address.update(|address| address.selected_message = number);
        }
    }
}

fn look<R>(
    store: Store,
    row: u32,
    look_at: impl FnOnce(&Session, &Record, MessageLog<'_>) -> R,
) -> Option<R> {
    store
        .with_record(row, |session, record| {
            let mut look_at = Some(look_at);
            let seen =
                store.with_messages(row, |log| look_at.take().map(|look_at| look_at(session, record, log)));
            seen.flatten().or_else(|| {
                let (bytes, columns) = (SegmentedBuffer::default(), MessageColumns::default());
                let nothing = MessageLog { bytes: &bytes, columns: &columns };
                look_at.take().map(|look_at| look_at(session, record, nothing))
            })
        })
        .flatten()
}

fn rows(log: MessageLog<'_>, order: &TimeOrder, text: &str, direction: DirectionFilter) -> MessageList {
    let is_all = Query::parse(text).is_empty();
    if is_all && direction == DirectionFilter::All {
        return MessageList::all(order);
    }
    let matches = matching(log, text);
    MessageList::filtered(log.columns, order, direction, |index| is_all || matches(index))
}
