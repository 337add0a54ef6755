//! What the parts of the panel share: which rows are listed, and which one is selected.

use std::sync::Arc;

use leptos::prelude::*;
use presentation::messages::{
    ColumnSet, DirectionFilter, MessageList, MessageRow, MessageSelection, TimeOrder,
};
use presentation::view_state::ViewState;
use session::filter::{
    Field, MESSAGE_FIELDS, MessageFilter, Messages as FilteredMessages, Suggestion, message_values,
    suggestions,
};
use session::model::{
    EventStream, MessageColumns, MessageLog, Record, SegmentedBuffer, Session, format_count,
};
use session::protocols::{Analysis, DecodedMessage};

use super::filter_cache::{Filter, FilterCache};
use super::order::{RowSource, ordered};
use crate::store::{
    AnalysisVersion, Completeness, Credentials, FilterLanguage, Messages, MessagesState, Playback,
    Preferences, Protocols, SessionStore, ViewStore, local_clock, valid_filter,
};
use crate::ui::Completion;

/// A handle: copies mean the same panel.
#[derive(Clone, Copy, Debug)]
pub(super) struct Panel {
    session: SessionStore,
    pub(super) messages: Messages,
    pub(super) protocols: Protocols,
    pub(super) credentials: Credentials,
    pub(super) state: RwSignal<ViewState>,
    pub(super) playhead: RwSignal<Option<f64>>,
    pub(super) row: u32,
    /// The rows that pass the filters, in their order.
    pub(super) list: Memo<Arc<MessageList>>,
    /// The same rows by time.
    pub(super) listed: Memo<Arc<MessageList>>,
    /// Whether the order is still being computed.
    pub(super) is_sorting: Memo<bool>,
    /// The selected rows, where several are.
    pub(super) selection: RwSignal<MessageSelection>,
    /// The outcome of copying the selected rows.
    pub(super) copied: RwSignal<Option<String>>,
    /// The open or the close, where that is selected. Messages are selected in the view state
    /// instead.
    lifecycle: RwSignal<Option<MessageRow>>,
    selected: Memo<Option<MessageRow>>,
    /// The columns that are shown.
    pub(super) columns: Memo<ColumnSet>,
    /// Whether the row is an event stream: its messages have names and ids, and it has no open and
    /// no close.
    pub(super) is_event_stream: bool,
}

impl Panel {
    /// The panel of the messages at that row.
    pub(super) fn new(row: u32) -> Self {
        let (session, messages) = (expect_context::<SessionStore>(), expect_context::<Messages>());
        let state = expect_context::<ViewStore>().state;
        let protocols = expect_context::<Protocols>();
        let is_utc = expect_context::<Preferences>().times_in_utc;
        let text =
            valid_filter(FilterLanguage::Messages, move || state.with(|state| state.message_filter.clone()));
        let filter = Memo::new(move |_| {
            let text = text.get();
            let (direction, hides) = state.with(|state| (state.message_direction, state.hides_heartbeats));
            let hidden = || protocols.with(row, |analysis, _| analysis.hidden_heartbeats()).unwrap_or(0);
            let hidden_heartbeats = if hides { hidden() } else { 0 };
            let version = || protocols.version(row);
            let analysis = match (needs_analysis(&text), hides) {
                (true, _) => version(),
                (false, true) => AnalysisVersion { change: 0, ..version() },
                (false, false) => AnalysisVersion::default(),
            };
            Filter { text, direction, hidden_heartbeats, is_utc: is_utc.get(), analysis }
        });
        let order = Memo::new(move |_| {
            read(session, messages, row, |_, _, log| Arc::new(TimeOrder::of(log.columns)))
        });
        let is_event_stream =
            move || session.with_record(row, |_, record| record.event_stream().is_some()).unwrap_or(false);
        let is_event_stream = untrack(is_event_stream);
        let with_ends =
            move |list: MessageList| Arc::new(if is_event_stream { list.without_lifecycle() } else { list });
        let cache = StoredValue::new_local(FilterCache::default());
        let listed = Memo::new(move |_| {
            let filter = filter.get();
            let order = order.get().unwrap_or_else(|| Arc::new(TimeOrder::of(&MessageColumns::default())));
            let make = || {
                let list = |analysis: Option<&Analysis>| {
                    read(session, messages, row, |session, _, log| {
                        let filtered = FilteredMessages { log, analysis, start: session.started_at };
                        with_ends(rows(filtered, &order, &filter))
                    })
                };
                let analyzed = untrack(|| protocols.with(row, |analysis, _| list(Some(analysis))));
                analyzed.unwrap_or_else(|| list(None)).unwrap_or_else(|| with_ends(MessageList::all(&order)))
            };
            let found = cache.try_update_value(|cache| cache.list(&order, &filter, make));
            found.unwrap_or_else(|| with_ends(MessageList::all(&order)))
        });
        let is_complete = Memo::new(move |_| is_complete(session, messages, row));
        let (list, is_sorting) =
            ordered(RowSource { session, messages, protocols, state, row, listed, is_complete });
        let lifecycle = RwSignal::new(None);
        let selected = Memo::new(move |_| {
            let number = state.with(|state| state.selected_message);
            number.map(|number| MessageRow::Message(number.saturating_sub(1))).or(lifecycle.get())
        });
        let playhead = expect_context::<Playback>().playhead;
        let columns = Memo::new(move |_| {
            if is_event_stream {
                return ColumnSet::of_event_stream();
            }
            // Most sockets have events: their column is there until it is known, so that it does not
            // push the others aside later.
            let has_events = || {
                protocols
                    .with(row, |analysis, _| analysis.is_empty() || !analysis.names().is_empty())
                    .unwrap_or_else(|| protocols.is_pending(row))
            };
            let chosen = state.with(|state| state.message_columns);
            chosen.unwrap_or_else(|| ColumnSet::initial(has_events()))
        });
        Self {
            session,
            messages,
            protocols,
            credentials: expect_context(),
            state,
            playhead,
            row,
            list,
            listed,
            is_sorting,
            selection: RwSignal::new(MessageSelection::default()),
            copied: RwSignal::new(None),
            lifecycle,
            selected,
            columns,
            is_event_stream,
        }
    }

    /// What can be typed in the filter at `cursor`, a byte of `text`.
    pub(super) fn completions(self, text: &str, cursor: usize) -> Vec<Completion> {
        let values = |field: &'static Field| {
            let of_messages = |_: &Session, _: &Record, log: MessageLog<'_>| {
                self.with_analysis(|analysis, _| message_values(log, analysis, field))
            };
            untrack(|| self.with(of_messages)).flatten().unwrap_or_default()
        };
        let found = suggestions(text, cursor, MESSAGE_FIELDS, &values);
        let completion = |suggestion: Suggestion| Completion {
            remark: suggestion.count.map_or_else(|| suggestion.description.to_owned(), format_count),
            text: suggestion.text,
            span: suggestion.span,
        };
        found.into_iter().map(completion).collect()
    }

    /// Reads what the analysis says of the messages; `None` where nothing is decoded.
    pub(super) fn with_analysis<R>(self, read: impl FnOnce(&Analysis, Completeness) -> R) -> Option<R> {
        self.protocols.with(self.row, read)
    }

    /// The message at `index` as its protocol reads it, if that is more than the payload itself.
    pub(super) fn decoded(self, index: u32) -> Memo<Option<Arc<DecodedMessage>>> {
        // Decoded when its analysis is there, and again only where another protocol is selected.
        let analyzed_as = Memo::new(move |_| {
            let is_analyzed = self.with_analysis(|analysis, _| (index as usize) < analysis.len());
            (is_analyzed == Some(true)).then(|| self.state.with(|state| state.decode_as.clone()))
        });
        Memo::new_with_compare(
            move |_| {
                analyzed_as.get()?;
                let decoded = untrack(|| self.protocols.decode(self.row, index))?;
                decoded.has_content().then(|| Arc::new(decoded))
            },
            |old, new| {
                old.map(Option::as_ref).map(|old| old.map(Arc::as_ptr))
                    != new.map(Option::as_ref).map(|new| new.map(Arc::as_ptr))
            },
        )
    }

    /// Shows or hides a column.
    pub(super) fn set_columns(self, columns: ColumnSet) {
        self.state.update(|state| state.message_columns = Some(columns));
    }

    /// Reads the row and its messages, as far as they are there; none where they were not recorded.
    pub(super) fn with<R>(self, read_row: impl FnOnce(&Session, &Record, MessageLog<'_>) -> R) -> Option<R> {
        read(self.session, self.messages, self.row, read_row)
    }

    pub(super) fn state(self) -> MessagesState {
        self.messages.state(self.row)
    }

    /// Whether the messages are read when they are opened: from a file, or from the body of an
    /// event stream.
    pub(super) fn has_file(self) -> bool {
        has_file(self.session, self.row)
    }

    /// Whether no more messages come.
    pub(super) fn is_complete(self) -> bool {
        is_complete(self.session, self.messages, self.row)
    }

    /// Whether something hides messages.
    pub(super) fn is_filtered(self) -> bool {
        self.state.with(|state| {
            state.message_direction != DirectionFilter::All || !state.message_filter.trim().is_empty()
        }) || self.hidden_heartbeats() > 0
    }

    /// Number of heartbeats that are hidden.
    pub(super) fn hidden_heartbeats(self) -> usize {
        let hides = self.state.with(|state| state.hides_heartbeats);
        if hides { self.with_analysis(|analysis, _| analysis.hidden_heartbeats()).unwrap_or(0) } else { 0 }
    }

    /// Number of messages that are heartbeats only if the user says so, while heartbeats are
    /// hidden.
    pub(super) fn suggested_heartbeats(self) -> usize {
        let hides = self.state.with(|state| state.hides_heartbeats);
        let count = || self.with_analysis(|analysis, _| analysis.suggested_heartbeats().len());
        if hides { count().unwrap_or(0) } else { 0 }
    }

    pub(super) fn clear_filter(self) {
        self.state.update(|state| {
            state.message_filter = String::new();
            state.message_direction = DirectionFilter::All;
            state.hides_heartbeats = false;
        });
    }

    /// The selected row. A message that a link names may not have arrived yet.
    pub(super) fn selected(self) -> Option<MessageRow> {
        self.selected.get()
    }

    /// The selected row's position in the table; `None` where the filters hide it too.
    pub(super) fn selected_position(self) -> Option<usize> {
        let selected = self.selected()?;
        self.list.with(|list| list.position_of_row(selected))
    }

    /// Selects the row at that position.
    pub(super) fn select(self, position: usize) {
        if let Some(row) = self.row_at(position) {
            self.deselect_others();
            self.show_row(Some(row));
        }
    }

    /// Shows a row in full; several rows stay selected.
    pub(super) fn show_row(self, row: Option<MessageRow>) {
        let (number, lifecycle) = match row {
            Some(MessageRow::Message(index)) => (Some(index.saturating_add(1)), None),
            end => (None, end),
        };
        self.lifecycle.set(lifecycle);
        self.set_number(number);
    }

    /// Selects the message at `index` in file order, wherever it is listed.
    pub(super) fn select_message(self, index: u32) {
        self.deselect_others();
        self.show_row(Some(MessageRow::Message(index)));
    }

    /// Selects the other message of the selected one's exchange; `false` if it has none.
    pub(super) fn select_partner(self) -> bool {
        let partner = untrack(|| match self.selected()? {
            MessageRow::Message(index) => self.with_analysis(|analysis, _| analysis.partner(index)).flatten(),
            MessageRow::Open | MessageRow::Close => None,
        });
        partner.map(|partner| self.select_message(partner)).is_some()
    }

    /// Selects nothing.
    pub(super) fn close(self) {
        self.deselect_others();
        self.show_row(None);
    }

    fn set_number(self, number: Option<u32>) {
        if self.state.with_untracked(|state| state.selected_message != number) {
            self.state.update(|state| state.selected_message = number);
        }
    }
}

fn has_file(session: SessionStore, row: u32) -> bool {
    let is_file = |_: &Session, record: &Record| {
        record.messages_file().is_some() || matches!(record.event_stream(), Some(EventStream::Body))
    };
    session.with_record(row, is_file).unwrap_or(false)
}

fn is_complete(session: SessionStore, messages: Messages, row: u32) -> bool {
    let is_session_read = !session.is_loading();
    let is_read = || matches!(messages.state(row), MessagesState::Ready { .. } | MessagesState::NoBody(_));
    if has_file(session, row) { is_read() } else { is_session_read }
}

pub(super) fn read<R>(
    session: SessionStore,
    messages: Messages,
    row: u32,
    read_row: impl FnOnce(&Session, &Record, MessageLog<'_>) -> R,
) -> Option<R> {
    session
        .with_record(row, |session, record| {
            let mut read_row = Some(read_row);
            let found =
                messages.with(row, |log| read_row.take().map(|read_row| read_row(session, record, log)));
            found.flatten().or_else(|| {
                let (bytes, columns) = (SegmentedBuffer::default(), MessageColumns::default());
                let no_messages = MessageLog { bytes: &bytes, columns: &columns };
                read_row.take().map(|read_row| read_row(session, record, no_messages))
            })
        })
        .flatten()
}

fn rows(messages: FilteredMessages<'_>, order: &TimeOrder, filter: &Filter) -> MessageList {
    // Only valid texts come here.
    let parsed =
        MessageFilter::parse(&filter.text).unwrap_or_default().in_zone(untrack(local_clock).offset_minutes);
    let (is_all, columns) = (parsed.is_empty(), messages.log.columns);
    let hidden = messages.analysis.filter(|_| filter.hidden_heartbeats > 0);
    if is_all && hidden.is_none() && filter.direction == DirectionFilter::All {
        return MessageList::all(order);
    }
    let matches = parsed.matching(messages);
    MessageList::filtered(columns, order, filter.direction, |index| {
        !hidden.is_some_and(|analysis| analysis.is_hidden_heartbeat(index as u32))
            && (is_all || matches(index))
    })
}

/// Whether the result of a filter can change when more messages are analyzed.
fn needs_analysis(text: &str) -> bool {
    MessageFilter::parse(text).is_ok_and(|filter| filter.uses_analysis())
}
