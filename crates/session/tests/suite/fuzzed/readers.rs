//! Recordings of each format load the same at once and in pieces, and everything that they contain can be shown.

use session::formats::{SessionLoader, body_from_file, catalogue, compression};
use session::model::{MessagesFile, Record, Session, Span};

use super::parts::{Parts, pieces};
use super::{messages, views};
use crate::common::everything::describe;

/// The files of messages that are read of a session.
const FILES: usize = 8;

/// A HAR, or a file of its entries.
pub(crate) fn har(input: &[u8]) {
    read(input, || SessionLoader::new("x.har"));
}

/// A session folder with its files of requests, console and events, or the catalogue of several.
pub(crate) fn native(input: &[u8]) {
    read(input, || SessionLoader::new("session.json"));
    read(input, SessionLoader::in_folder);
    for entry in
        catalogue("sessions.json", Parts::of(input).first()).into_iter().flat_map(|list| list.entries)
    {
        assert!(!format!("{entry:?}").is_empty());
    }
}

/// A trace, or its network alone.
pub(crate) fn playwright(input: &[u8]) {
    read(input, || SessionLoader::new("trace.trace"));
    read(input, || among(&["trace.trace", "trace.network", "test.trace", "resources/a.jsonl"]));
}

/// rrweb events: bare, packed, wrapped, of Sentry and of PostHog.
pub(crate) fn rrweb(input: &[u8]) {
    read(input, || SessionLoader::new("events.json"));
}

/// Highlight's resources, events or both.
pub(crate) fn highlight(input: &[u8]) {
    read(input, || SessionLoader::new("network-resources-compressed"));
    read(input, || SessionLoader::new("session-contents-compressed"));
    read(input, || {
        among(&[
            "network-resources-compressed",
            "session-contents-compressed-0000",
            "session-contents-compressed-0001",
            "web-socket-events-compressed",
        ])
    });
}

fn among(names: &[&str]) -> SessionLoader {
    SessionLoader::among(names.iter().map(|name| (*name).to_owned()).collect())
}

fn read(input: &[u8], opening: impl Fn() -> SessionLoader) {
    let parts = Parts::of(input);
    let whole = parts.open(opening(), usize::MAX);
    let expected = describe(&whole);
    for piece in pieces(input) {
        let pieced = describe(&Parts::of(input).open(opening(), piece));
        assert!(pieced == expected, "in pieces of {piece}:\n{pieced}\nwhole:\n{expected}");
    }
    let _ = compression(input);
    if let Ok(mut session) = whole {
        bounded(&session, input.len());
        views::session(&mut session, input);
        for file in messages_files(&session).take(FILES) {
            let Some(bytes) = parts.read_file(&file.path) else { continue };
            if let Ok((reader, cut)) = messages::read(file, bytes, usize::MAX) {
                messages::look_at(&reader, cut.as_ref(), messages::max_text_len(bytes));
            }
            let _ = body_from_file(bytes.to_vec(), String::new());
        }
    }
}

/// The files of messages that a session names.
fn messages_files(session: &Session) -> impl Iterator<Item = &MessagesFile> {
    session.records.iter().filter_map(Record::messages_file)
}

/// A few bytes never become a large session, and everything points into what is kept.
fn bounded(session: &Session, len: usize) {
    /// What is packed unpacks to 64 kB at least and to 500 times its size at most, for each event.
    const UNPACKED: usize = 64 << 10;
    let kept = session.bytes.len();
    assert!(kept as usize <= len * UNPACKED, "{kept} bytes are kept of {len}");
    let kept_len = kept as usize + len;
    assert!(session.records.len() <= kept_len, "{} rows of {len} bytes", session.records.len());
    assert!(session.notes.listed().len() <= session::model::MAX_LISTED_NOTES);
    let inside = |span: Span, what: &str| assert!(u64::from(span.end()) <= kept, "{what} lies outside");
    for record in &session.records {
        inside(record.source, "a row");
        if let Some(columns) = record.inline_messages() {
            columns.iter().for_each(|message| inside(message.body, "a message"));
            for event in (0..columns.len()).map(|index| columns.event(index)) {
                inside(event.name, "the name of an event");
                inside(event.id, "the id of an event");
            }
        }
    }
    session.console.iter().for_each(|entry| inside(entry.source, "a console entry"));
    session.dom_events.iter().for_each(|event| inside(event.source, "an event"));
    session.page_events.iter().for_each(|event| inside(event.source, "an event of the page"));
    assert!(session.page_events.len() <= session.dom_events.len());
    session.actions.iter().for_each(|action| inside(action.source, "an action"));
}
