//! What the views make of a session: every cell, order, bar and sentence of it.

use std::cell::RefCell;

use presentation::console::{ConsoleFilter, console_line, console_summary, failed_request, filtered_entries};
use presentation::events::{EventFilter, event_count, event_line, events_summary, filtered_events};
use presentation::labels::{close_line, open_line, other_contents};
use presentation::messages::{
    DirectionFilter, Lifecycle, MessageList, MessageRow, TimeOrder, empty_label, messages_summary,
    messages_summary_title,
};
use presentation::network::{
    Column, RowFilter, Scale, Sort, TypeSet, cell, filtered_rows, name_cell, network_summary, row_counts,
    row_state,
};
use presentation::replay::{
    adjacent_marker, current_entry, current_event, current_message, current_row, replay,
};
use presentation::time::{Clock, duration_ms, extent, latency};
use presentation::timeline::{CompressedTimeScale, compressed_strip, idle_periods, strip, timeline_preview};
use presentation::view_state::ViewState;
use session::encodings::SpanTree;
use session::encodings::{Payload, Shape, base64, hex, one_line};
use session::filter::Query;
use session::model::{
    Argument, Body, ConsoleDetails, ConsoleEntry, Details, FormatHandle, MessageColumns, PageEvent,
    PageEventDetails, Record, RecordingFormat, Session, TypeGroup,
};

/// Rows and values of which every view is asked; asking it of more of them finds nothing new.
const ENOUGH: usize = 40;
/// A bar's ends may be rounded.
const ABOUT: f64 = 1e-9;
/// The longest text that a cell shows.
const MAX_CELL: usize = 20_000;

/// Everything that is shown of a session. `words` are what somebody might type or have in an address.
pub(crate) fn session(session: &mut Session, words: &[u8]) {
    let words = String::from_utf8_lossy(words.get(..words.len().min(200)).unwrap_or_default()).into_owned();
    for record in session.records.iter().take(ENOUGH) {
        row(session, record);
    }
    orders(session, &words);
    view_state(session, &words);
    let strip = strip(session, 300);
    assert!(strip.marks.iter().all(|mark| (0.0..=1.0).contains(&mark.left) && mark.width > 0.0));
    if let Some(scale) = Scale::of(session, None) {
        assert!(scale.window().0 < scale.window().1, "a scale has a length");
        let ticks = scale.ticks(8);
        assert!(ticks.len() <= 8 && ticks.iter().all(|tick| (0.0..=1.0).contains(&tick.fraction)));
    }
    let _ = (other_contents(session), replay(session));
    WORDS.with_borrow_mut(|shared| words.clone_into(shared));
    session.format = FormatHandle::new(&Decoding);
    if let Some(length) = duration_ms(session) {
        time(session, length);
    }
    other_tabs(session, &words);
}

thread_local! {
    /// What every entry and event of a [`Decoding`] session holds.
    static WORDS: RefCell<String> = const { RefCell::new(String::new()) };
}

/// A format whose entries and events all decode to [`WORDS`].
#[derive(Debug)]
struct Decoding;

impl RecordingFormat for Decoding {
    fn name(&self) -> &'static str {
        "fuzzed"
    }

    fn details(&self, _: &Session, _: &Record) -> Details {
        Details::default()
    }

    fn console_entry(&self, _: &Session, _: &ConsoleEntry) -> ConsoleDetails {
        WORDS.with_borrow(|words| said(words))
    }

    fn page_event(&self, _: &Session, _: &PageEvent) -> PageEventDetails {
        WORDS.with_borrow(|words| told(words))
    }
}

/// An entry of the console that holds those words, as words and as a value.
fn said(words: &str) -> ConsoleDetails {
    let arguments = vec![Argument::Text(words.to_owned()), Argument::Json(words.as_bytes().to_vec())];
    ConsoleDetails { arguments, place: Some(words.to_owned()), ..ConsoleDetails::default() }
}

/// An event that holds those words, as words and as a value.
fn told(words: &str) -> PageEventDetails {
    let payload = Some(words.as_bytes().to_vec());
    PageEventDetails { text: words.to_owned(), payload, ..PageEventDetails::default() }
}

/// The folded timeline, and what stands at moments of the replay.
fn time(session: &Session, length: f64) {
    let idle_periods = idle_periods(session);
    assert!(idle_periods.is_sorted_by(|a, b| a.1 <= b.0), "{idle_periods:?}");
    assert!(
        idle_periods.iter().all(|(from, to)| 0.0 <= *from && from < to && *to <= length),
        "{idle_periods:?}"
    );
    let folding = CompressedTimeScale::of(length, &idle_periods);
    assert!(folding.ticks(8).len() <= 8);
    let strip = compressed_strip(session, &folding, 300);
    assert!(strip.marks.iter().all(|mark| (0.0..=1.0).contains(&mark.left) && mark.width > 0.0));
    for share in [0.0, 0.3, 1.0] {
        let moment = folding.ms_at(share);
        assert!(
            (0.0..=folding.length()).contains(&moment) && (folding.fraction(moment) - share).abs() < 1e-2
        );
        assert!(adjacent_marker(session, moment, true).is_none_or(|next| next > moment));
        assert!(adjacent_marker(session, moment, false).is_none_or(|last| last < moment));
        let lines = timeline_preview(session, moment, length / 4.0);
        assert!(lines.len() <= 5 && lines.is_sorted_by(|a, b| a.offset_ms <= b.offset_ms));
        let rows = filtered_rows(session, None, &RowFilter::default());
        assert!(current_row(session, &rows, None, moment).is_none_or(|place| place < rows.len()));
        let by_name = Some(Sort { column: Column::Name, descending: false });
        let named = filtered_rows(session, by_name, &RowFilter::default());
        let one_pass = current_row(session, &named, by_name, moment).is_some();
        assert_eq!(one_pass, current_row(session, &rows, None, moment).is_some());
    }
}

/// The lists of the Console tab and of the Events tab.
fn other_tabs(session: &Session, words: &str) {
    let said = said(words);
    let entries = filtered_entries(session, &ConsoleFilter::default());
    assert_eq!(entries.len(), session.console.len(), "every entry stands in the list");
    let filter = ConsoleFilter { query: Query::parse(words), ..ConsoleFilter::default() };
    assert!(filtered_entries(session, &filter).len() <= entries.len());
    let _ = (console_summary(session, &entries), current_entry(session, &entries, 1000.0));
    assert!(console_line(&said).len() <= MAX_CELL);
    for entry in session.console.iter().take(ENOUGH) {
        let failed = failed_request(session, entry, &said);
        assert!(failed.is_none_or(|number| session.index_of(number).is_some()));
    }
    let events = filtered_events(session, &EventFilter::default());
    assert_eq!(events.len(), event_count(session), "every event stands in the list");
    let filter = EventFilter { query: Query::parse(words), range: None };
    assert!(filtered_events(session, &filter).len() <= events.len());
    let _ = (events_summary(session, &events), current_event(session, &events, 1000.0));
    for row in events.iter().take(ENOUGH) {
        let line = event_line(session, *row).expect("a row of the list");
        assert!(line.text.len() <= MAX_CELL && line.kind.len() <= MAX_CELL);
    }
}

fn row(session: &Session, record: &Record) {
    for column in Column::ALL {
        let cell = cell(session, record, column, &Clock::UTC);
        assert!(cell.text.len() <= MAX_CELL, "{column:?} of row {} is too long", record.number);
    }
    let _ = (name_cell(record), row_state(record), latency(session, record));
    let _ = (open_line(record), close_line(session, record));
    if let Some(extent) = extent(session, record) {
        assert!(extent.start <= extent.end, "row {} ends before it starts", record.number);
    }
    if let Some(bar) = Scale::of(session, None).and_then(|scale| scale.bar(session, record)) {
        assert!(bar.left >= 0.0 && bar.width >= 0.0 && bar.left + bar.width <= 100.0 + ABOUT, "{bar:?}");
        assert!((0.0..=1.0).contains(&bar.solid), "{bar:?}");
        assert!(
            bar.phases.iter().all(|phase| phase.left >= 0.0 && phase.left + phase.width <= 100.0 + ABOUT)
        );
    }
    let details = session.details(record);
    for shown in [details.request_body, details.response_body] {
        body(shown);
    }
    if record.socket().is_some() || record.event_stream().is_some() {
        let _ = empty_label(session, record, 0, 0);
    }
    if let Some(columns) = record.inline_messages() {
        messages(columns);
        let list = MessageList::all(&TimeOrder::of(columns));
        let ends = Lifecycle::of(session, record);
        for list in [list.clone().without_lifecycle(), list] {
            for place in 0..list.row_count().min(ENOUGH) {
                let _ = list.delta(columns, ends, place);
            }
            let current = current_message(session, &list, columns, ends, 1000.0);
            assert!(current.is_none_or(|place| place < list.row_count()));
        }
    }
}

fn body(body: Body) {
    match body {
        Body::Text { text, .. } => payload(&Payload::from_text(text)),
        Body::Binary { bytes, .. } => payload(&Payload::from_bytes(bytes)),
        Body::InFile { path, .. } => {
            assert!(
                path.split('/').all(|segment| segment != "..") && !path.starts_with('/'),
                "{path} leaves"
            );
        }
        Body::Empty | Body::NotRecorded(_) => {}
    }
}

/// Every order and filter of the table.
fn orders(session: &Session, words: &str) {
    let everything = RowFilter::default();
    let all: Vec<u32> = (0..session.records.len() as u32).collect();
    for column in Column::ALL {
        for descending in [false, true] {
            let mut rows = filtered_rows(session, Some(Sort { column, descending }), &everything);
            rows.sort_unstable();
            assert_eq!(rows, all, "every row once, by {column:?}");
        }
    }
    let filter = RowFilter { query: Query::parse(words), types: TypeSet::only(TypeGroup::Ws), range: None };
    let rows = filtered_rows(session, None, &filter);
    assert!(rows.len() <= all.len());
    let _ = network_summary(session, &rows);
    assert_eq!(row_counts(session).types.iter().sum::<u32>() as usize, all.len());
    // What stands in a row's address finds that row.
    if let Some((index, word)) = session.records.iter().enumerate().find_map(|(index, record)| {
        let mut words = record.url.split(|char: char| !char.is_ascii_alphanumeric());
        Some((index as u32, words.find(|word| !word.is_empty())?))
    }) {
        let filter = RowFilter { query: Query::parse(word), ..RowFilter::default() };
        assert!(filtered_rows(session, None, &filter).contains(&index), "{word:?} finds row {index}");
    }
}

/// A view state round trips through its query string.
fn view_state(session: &Session, words: &str) {
    let _ = ViewState::parse(words);
    let text = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
    let state = ViewState {
        source_url: session.records.iter().next().and_then(|record| text(&record.url)),
        network_filter: words.to_owned(),
        selected_row: session.records.last().map(|record| record.number),
        message_filter: session.title.clone().unwrap_or_default(),
        console_filter: words.to_owned(),
        event_filter: words.to_owned(),
        ..ViewState::default()
    };
    let (again, warnings) = ViewState::parse(&state.to_query());
    assert_eq!((again, warnings), (state, Vec::new()));
    let (parsed, _) = ViewState::parse(words);
    assert_eq!(ViewState::parse(&parsed.to_query()).0, parsed, "what is read of a query is written to it");
}

/// The messages of a socket, in time order and filtered.
pub(crate) fn messages(columns: &MessageColumns) {
    let order = TimeOrder::of(columns);
    let list = MessageList::all(&order);
    assert_eq!(list.message_count(), columns.len());
    let mut seen = vec![false; columns.len()];
    for place in 0..list.row_count() {
        let Some(MessageRow::Message(index)) = list.row(place) else { continue };
        assert!(!std::mem::replace(&mut seen[index as usize], true), "message {index} stands once");
        if place < ENOUGH {
            assert_eq!(list.position_of(index), Some(place));
        }
    }
    assert!(seen.iter().all(|seen| *seen), "every message has a row");
    for direction in DirectionFilter::ALL {
        let some = MessageList::filtered(columns, &order, direction, |index| index % 2 == 0);
        assert!(some.message_count() <= columns.len());
    }
    let _ = (messages_summary(columns, Some(1)), messages_summary_title(&columns.counts()));
}

/// Every way to look at a payload.
pub(crate) fn payload(payload: &Payload) {
    let bytes = payload.bytes();
    assert_eq!(base64::decode(payload.base64().as_bytes()).as_deref(), Some(bytes));
    assert!(payload.views().contains(&payload.first_view()));
    // What does not print is shown as its code, `\u{202e}`.
    assert!(payload.preview(80).chars().count() <= 81 * 10);
    let rows = hex::rows(bytes.len());
    for index in [0, rows / 2, rows.saturating_sub(1), rows] {
        let row = hex::row(bytes, index);
        assert!(row.ascii.len() <= hex::ROW_LEN && row.ascii.is_ascii());
    }
    let Some(text) = payload.text() else { return };
    assert!(!one_line(text, 50).contains('\n'));
    assert_eq!(payload.tree().is_some(), payload.shape() == Shape::Json);
    if let Some(parsed) = payload.tree() {
        tree(parsed, text);
    }
}

fn tree(tree: &SpanTree, text: &str) {
    let text = text.as_bytes();
    let nodes = tree.nodes();
    assert!(nodes.len() <= text.len(), "every value takes a byte");
    let shown = tree.visible(|index| tree.default_expanded(index));
    assert!(shown.is_sorted() && shown.len() <= nodes.len());
    assert_eq!(tree.visible(|_| true).len(), nodes.len());
    for index in 0..nodes.len().min(ENOUGH) as u32 {
        let _ = (tree.key_text(text, index), tree.value_text(text, index), tree.count_label(index));
        assert!(tree.path(text, index).starts_with('$'));
        let _ = tree.preview(text, index, 60);
        let children = tree.node(index).map_or(0, |node| node.children);
        assert_eq!(tree.children(index).count(), children as usize);
    }
}
