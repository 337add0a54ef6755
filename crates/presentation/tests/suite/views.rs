//! The rules for everything that is shown of a session, whatever it was loaded from: cells, orders,
//! bars and sentences.

use std::cell::RefCell;

use presentation::console::{ConsoleFilter, console_line, console_summary, failed_request, filtered_entries};
use presentation::events::{EventFilter, event_count, event_line, events_summary, filtered_events};
use presentation::labels::{close_line, open_line, other_contents};
use presentation::messages::{
    DirectionFilter, Lifecycle, MessageList, MessageRow, TimeOrder, empty_label, messages_summary,
    messages_summary_title,
};
use presentation::network::{
    Column, RequestFilter, RowFilter, Scale, Sort, TypeSet, cell, filtered_rows, name_cell, network_summary,
    row_counts, row_state,
};
use presentation::replay::{
    adjacent_marker, current_entry, current_event, current_message, current_row, replay,
};
use presentation::time::{Clock, duration_ms, extent, latency};
use presentation::time_scale::{CompressedTimeScale, idle_periods};
use presentation::timeline::{compressed_strip, strip, timeline_preview};
use presentation::view_state::ViewState;
use session::elements::page_elements;
use session::filter::Query;
use session::model::{
    Argument, ConsoleDetails, ConsoleEntry, Details, FormatHandle, MessageColumns, PageEvent,
    PageEventDetails, Record, RecordingFormat, Session, TypeGroup,
};

use crate::fuzzed::Views;

/// Rows, entries and messages that are checked. More of them reach no other code.
const MAX_CHECKED: usize = 40;
/// Bytes of DOM events that are read for the names of elements in one step.
const STEP_BYTES: usize = 100;
/// Rounding error of a bar's ends, in percent of the scale.
const MAX_ROUNDING_PERCENT: f64 = 1e-9;
/// Maximum length of a cell's text in bytes.
const MAX_CELL_LEN: usize = 20_000;
/// Maximum number of leading bytes of an input that are also typed and decoded as text.
const MAX_TYPED_LEN: usize = 200;

/// Checks everything that the crate shows.
pub(crate) struct AllViews;

impl Views for AllViews {
    fn check_session(session: &mut Session, typed: &[u8]) {
        check_session(session, typed);
    }

    fn check_messages(columns: &MessageColumns) {
        check_messages(columns);
    }
}

fn check_session(session: &mut Session, typed: &[u8]) {
    let typed = typed.get(..typed.len().min(MAX_TYPED_LEN)).unwrap_or_default();
    let typed = String::from_utf8_lossy(typed).into_owned();
    for record in session.records.iter().take(MAX_CHECKED) {
        check_row(session, record);
    }
    check_orders(session, &typed);
    check_view_state(session, &typed);
    let strip = strip(session, 300);
    assert!(strip.marks.iter().all(|mark| (0.0..=1.0).contains(&mark.left) && mark.width > 0.0));
    if let Some(scale) = Scale::of(session, None) {
        assert!(scale.window().0 < scale.window().1, "a scale has a length");
        let ticks = scale.ticks(8);
        assert!(ticks.len() <= 8 && ticks.iter().all(|tick| (0.0..=1.0).contains(&tick.fraction)));
    }
    let _ = (other_contents(session), replay(session));
    DECODED.with_borrow_mut(|text| typed.clone_into(text));
    session.format = FormatHandle::new(&FixedText);
    if let Some(length) = duration_ms(session) {
        check_timeline(session, length);
    }
    check_console_and_events(session, &typed);
}

thread_local! {
    /// The text of every console entry and page event of a session of the format [`FixedText`].
    static DECODED: RefCell<String> = const { RefCell::new(String::new()) };
}

/// A format whose console entries and page events all decode to [`DECODED`].
#[derive(Debug)]
struct FixedText;

impl RecordingFormat for FixedText {
    fn name(&self) -> &'static str {
        "fuzzed"
    }

    fn details(&self, _: &Session, _: &Record) -> Details {
        Details::default()
    }

    fn console_entry(&self, _: &Session, _: &ConsoleEntry) -> ConsoleDetails {
        DECODED.with_borrow(|text| console_details(text))
    }

    fn page_event(&self, _: &Session, _: &PageEvent) -> PageEventDetails {
        DECODED.with_borrow(|text| page_event_details(text))
    }
}

/// A console entry that has the text as text and as a value.
fn console_details(text: &str) -> ConsoleDetails {
    let arguments = vec![Argument::Text(text.to_owned()), Argument::Json(text.as_bytes().to_vec())];
    ConsoleDetails { arguments, place: Some(text.to_owned()), ..ConsoleDetails::default() }
}

/// A page event that has the text as text and as a value.
fn page_event_details(text: &str) -> PageEventDetails {
    let payload = Some(text.as_bytes().to_vec());
    PageEventDetails { text: text.to_owned(), payload, ..PageEventDetails::default() }
}

/// Checks the compressed timeline, and what is current at several positions of the playhead.
fn check_timeline(session: &Session, length: f64) {
    let idle_periods = idle_periods(session);
    assert!(idle_periods.is_sorted_by(|a, b| a.1 <= b.0), "{idle_periods:?}");
    assert!(
        idle_periods.iter().all(|(from, to)| 0.0 <= *from && from < to && *to <= length),
        "{idle_periods:?}"
    );
    let scale = CompressedTimeScale::of(length, &idle_periods);
    assert!(scale.ticks(8).len() <= 8);
    let strip = compressed_strip(session, &scale, 300);
    assert!(strip.marks.iter().all(|mark| (0.0..=1.0).contains(&mark.left) && mark.width > 0.0));
    for fraction in [0.0, 0.3, 1.0] {
        let playhead = scale.ms_at(fraction);
        assert!((0.0..=scale.length()).contains(&playhead));
        assert!((scale.fraction(playhead) - fraction).abs() < 1e-2);
        assert!(adjacent_marker(session, playhead, true).is_none_or(|next| next > playhead));
        assert!(adjacent_marker(session, playhead, false).is_none_or(|last| last < playhead));
        let lines = timeline_preview(session, playhead, length / 4.0, None);
        assert!(lines.len() <= 5 && lines.is_sorted_by(|a, b| a.offset_ms <= b.offset_ms));
        let rows = filtered_rows(session, None, &RowFilter::default());
        assert!(current_row(session, &rows, None, playhead).is_none_or(|position| position < rows.len()));
        let by_name = Some(Sort { column: Column::Name, descending: false });
        let named = filtered_rows(session, by_name, &RowFilter::default());
        let has_current = current_row(session, &named, by_name, playhead).is_some();
        assert_eq!(has_current, current_row(session, &rows, None, playhead).is_some());
    }
}

/// Checks the lists of the Console tab and of the Events tab.
fn check_console_and_events(session: &Session, typed: &str) {
    let details = console_details(typed);
    let entries = filtered_entries(session, &ConsoleFilter::default());
    assert_eq!(entries.len(), session.console.len(), "every entry is listed");
    let filter = ConsoleFilter { query: Query::parse(typed), ..ConsoleFilter::default() };
    assert!(filtered_entries(session, &filter).len() <= entries.len());
    let _ = (console_summary(session, &entries), current_entry(session, &entries, 1000.0));
    assert!(console_line(&details).len() <= MAX_CELL_LEN);
    for entry in session.console.iter().take(MAX_CHECKED) {
        let failed = failed_request(session, entry, &details);
        assert!(failed.is_none_or(|number| session.index_of(number).is_some()));
    }
    let elements = page_elements(session, STEP_BYTES);
    let elements = Some(&elements);
    let events = filtered_events(session, &EventFilter::default(), None);
    assert_eq!(events.len(), event_count(session), "every event is listed");
    let filter = EventFilter { query: Query::parse(typed), range: None };
    assert!(filtered_events(session, &filter, elements).len() <= events.len());
    let _ = (events_summary(session, &events, elements), current_event(session, &events, 1000.0));
    for row in events.iter().take(MAX_CHECKED) {
        for elements in [None, elements] {
            let line = event_line(session, *row, elements).expect("a row of the list");
            assert!(line.text.len() <= MAX_CELL_LEN && line.kind.len() <= MAX_CELL_LEN);
        }
    }
}

fn check_row(session: &Session, record: &Record) {
    for column in Column::ALL {
        let cell = cell(session, record, column, &Clock::UTC);
        assert!(cell.text.len() <= MAX_CELL_LEN, "{column:?} of row {} is too long", record.number);
    }
    let _ = (name_cell(record), row_state(record), latency(session, record));
    let _ = (open_line(record), close_line(session, record));
    if let Some(extent) = extent(session, record) {
        assert!(extent.start <= extent.end, "row {} ends before it starts", record.number);
    }
    if let Some(bar) = Scale::of(session, None).and_then(|scale| scale.bar(session, record)) {
        assert!(
            bar.left >= 0.0 && bar.width >= 0.0 && bar.left + bar.width <= 100.0 + MAX_ROUNDING_PERCENT,
            "{bar:?}"
        );
        assert!((0.0..=1.0).contains(&bar.solid), "{bar:?}");
        assert!(
            bar.phases
                .iter()
                .all(|phase| phase.left >= 0.0 && phase.left + phase.width <= 100.0 + MAX_ROUNDING_PERCENT)
        );
    }
    if record.socket().is_some() || record.event_stream().is_some() {
        let _ = empty_label(session, record, 0, 0);
    }
    if let Some(columns) = record.inline_messages() {
        check_messages(columns);
        let list = MessageList::all(&TimeOrder::of(columns));
        let ends = Lifecycle::of(session, record);
        for list in [list.clone().without_lifecycle(), list] {
            for position in 0..list.row_count().min(MAX_CHECKED) {
                let _ = list.delta(columns, ends, position);
            }
            let current = current_message(session, &list, columns, ends, 1000.0);
            assert!(current.is_none_or(|position| position < list.row_count()));
        }
    }
}

/// Checks every order of the table, and filters.
fn check_orders(session: &Session, typed: &str) {
    let everything = RowFilter::default();
    let all: Vec<u32> = (0..session.records.len() as u32).collect();
    for column in Column::ALL {
        for descending in [false, true] {
            let mut rows = filtered_rows(session, Some(Sort { column, descending }), &everything);
            rows.sort_unstable();
            assert_eq!(rows, all, "every row is listed once, by {column:?}");
        }
    }
    let filter =
        RowFilter { query: parsed_requests(typed), types: TypeSet::only(TypeGroup::Ws), range: None };
    let rows = filtered_rows(session, None, &filter);
    assert!(rows.len() <= all.len());
    let _ = network_summary(session, &rows);
    assert_eq!(row_counts(session).types.iter().sum::<u32>() as usize, all.len());
    // A part of a row's URL finds the row.
    if let Some((index, word)) = session.records.iter().enumerate().find_map(|(index, record)| {
        let mut parts = record.url.split(|char: char| !char.is_ascii_alphanumeric());
        Some((index as u32, parts.find(|part| !part.is_empty())?))
    }) {
        let filter = RowFilter { query: parsed_requests(word), ..RowFilter::default() };
        assert!(filtered_rows(session, None, &filter).contains(&index), "{word:?} finds row {index}");
    }
}

/// The filter of requests that is typed; one with an error lists everything.
fn parsed_requests(typed: &str) -> RequestFilter {
    RequestFilter::parse(typed).unwrap_or_default()
}

/// Checks that a view state round-trips through its query string.
fn check_view_state(session: &Session, typed: &str) {
    let _ = ViewState::parse(typed);
    let text = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
    let state = ViewState {
        source_url: session.records.iter().next().and_then(|record| text(&record.url)),
        network_filter: typed.to_owned(),
        selected_row: session.records.last().map(|record| record.number),
        message_filter: session.title.clone().unwrap_or_default(),
        console_filter: typed.to_owned(),
        event_filter: typed.to_owned(),
        ..ViewState::default()
    };
    let (again, warnings) = ViewState::parse(&state.to_query());
    assert_eq!((again, warnings), (state, Vec::new()));
    let (parsed, _) = ViewState::parse(typed);
    assert_eq!(ViewState::parse(&parsed.to_query()).0, parsed, "a parsed query is written completely");
}

/// Checks the messages of a socket, in time order and filtered.
fn check_messages(columns: &MessageColumns) {
    let order = TimeOrder::of(columns);
    let list = MessageList::all(&order);
    assert_eq!(list.message_count(), columns.len());
    let mut seen = vec![false; columns.len()];
    for position in 0..list.row_count() {
        let Some(MessageRow::Message(index)) = list.row(position) else { continue };
        assert!(!std::mem::replace(&mut seen[index as usize], true), "message {index} is listed once");
        if position < MAX_CHECKED {
            assert_eq!(list.position_of(index), Some(position));
        }
    }
    assert!(seen.iter().all(|seen| *seen), "every message has a row");
    for direction in DirectionFilter::ALL {
        let filtered = MessageList::filtered(columns, &order, direction, |index| index % 2 == 0);
        assert!(filtered.message_count() <= columns.len());
    }
    let _ = (messages_summary(columns, Some(1)), messages_summary_title(&columns.counts()));
}
