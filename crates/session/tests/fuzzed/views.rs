//! What the views make of a session: every cell, order, bar and sentence of it.

use session::decode::json::JsonTree;
use session::decode::{Payload, Shape, base64, hex, one_line};
use session::filter::Query;
use session::model::{Body, MessageColumns, Messages, Record, Session, TypeGroup};
use session::read::details;
use session::view::{
    Address, Clock, Column, DirectionFilter, Lifecycle, MessageList, MessageRow, RowFilter, Scale, Sort,
    TimeOrder, TypeSet, cell, close_line, empty_sentence, extent, latency, listed, messages_summary,
    messages_summary_title, name_cell, network_summary, open_line, other_contents, replay, state, strip,
    type_counts,
};

/// Rows and values of which every view is asked; asking it of more of them finds nothing new.
const ENOUGH: usize = 40;
/// A bar's ends may be rounded.
const ABOUT: f64 = 1e-9;
/// The longest text that a cell shows.
const MAX_CELL: usize = 20_000;

/// Everything that is shown of a session. `words` are what somebody might type or have in an address.
pub(crate) fn session(session: &Session, words: &[u8]) {
    let words = String::from_utf8_lossy(words.get(..words.len().min(200)).unwrap_or_default()).into_owned();
    for record in session.records.iter().take(ENOUGH) {
        row(session, record);
    }
    orders(session, &words);
    address(session, &words);
    let strip = strip(session, 300);
    assert!(strip.marks.iter().all(|mark| (0.0..=1.0).contains(&mark.left) && mark.width > 0.0));
    if let Some(scale) = Scale::of(session, None) {
        assert!(scale.start() < scale.end(), "a scale has a length");
        let ticks = scale.ticks(8);
        assert!(ticks.len() <= 8 && ticks.iter().all(|tick| (0.0..=1.0).contains(&tick.fraction)));
    }
    let _ = (other_contents(session), replay(session));
}

fn row(session: &Session, record: &Record) {
    for column in Column::ALL {
        let cell = cell(session, record, column, &Clock::UTC);
        assert!(cell.text.len() <= MAX_CELL, "{column:?} of row {} is too long", record.number);
    }
    let _ = (name_cell(record), state(record), latency(session, record));
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
    let details = details(session, record);
    for shown in [details.request_body, details.response_body] {
        body(shown);
    }
    if let Some(socket) = record.socket() {
        let _ = empty_sentence(session, socket, 0, 0);
        if let Messages::Inline(columns) = &socket.messages {
            messages(columns);
            let list = MessageList::all(&TimeOrder::of(columns));
            let ends = Lifecycle::of(session, record);
            for place in 0..list.row_count().min(ENOUGH) {
                let _ = list.delta(columns, ends, place);
            }
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
            let mut rows = listed(session, Some(Sort { column, descending }), &everything);
            rows.sort_unstable();
            assert_eq!(rows, all, "every row once, by {column:?}");
        }
    }
    let filter = RowFilter { query: Query::parse(words), types: TypeSet::only(TypeGroup::Ws), range: None };
    let rows = listed(session, None, &filter);
    assert!(rows.len() <= all.len());
    let _ = network_summary(session, &rows);
    assert_eq!(type_counts(session).iter().sum::<u32>() as usize, all.len());
    // What stands in a row's address finds that row.
    if let Some((index, word)) = session.records.iter().enumerate().find_map(|(index, record)| {
        let mut words = record.url.split(|char: char| !char.is_ascii_alphanumeric());
        Some((index as u32, words.find(|word| !word.is_empty())?))
    }) {
        let filter = RowFilter { query: Query::parse(word), ..RowFilter::default() };
        assert!(listed(session, None, &filter).contains(&index), "{word:?} finds row {index}");
    }
}

/// An address says the same after it was written and read.
fn address(session: &Session, words: &str) {
    let _ = Address::parse(words);
    let text = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
    let address = Address {
        src: session.records.first().and_then(|record| text(&record.url)),
        q: words.to_owned(),
        row: session.records.last().map(|record| record.number),
        mq: session.title.clone().unwrap_or_default(),
        ..Address::default()
    };
    let (again, misfits) = Address::parse(&address.to_query());
    assert_eq!((again, misfits), (address, Vec::new()));
    let (parsed, _) = Address::parse(words);
    assert_eq!(Address::parse(&parsed.to_query()).0, parsed, "what is read of an address is written to it");
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

fn tree(tree: &JsonTree, text: &str) {
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
