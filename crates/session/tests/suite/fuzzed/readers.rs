//! Recordings of each format load the same at once and in pieces, and everything that they contain
//! can be shown.

use session::formats::{SessionLoader, body_from_file, catalog, compression};
use session::model::{MessagesFile, Record, Session, Span};

use super::messages;
use super::parts::{Parts, pieces};
use super::payload::check_body;
use super::views::Views;
use crate::common::description::describe;

/// Messages files that are read of a session.
const MAX_FILES: usize = 8;
/// Rows whose bodies are checked. More of them reach no other code.
const MAX_CHECKED: usize = 40;

/// A HAR, or a file of its entries.
pub(crate) fn har<V: Views>(input: &[u8]) {
    read::<V>(input, || SessionLoader::new("x.har"));
}

/// A session folder with its files of requests, console and events, or the catalog of several.
pub(crate) fn native<V: Views>(input: &[u8]) {
    read::<V>(input, || SessionLoader::new("session.json"));
    read::<V>(input, SessionLoader::in_folder);
    for entry in catalog("sessions.json", Parts::of(input).first()).into_iter().flat_map(|list| list.entries)
    {
        assert!(!format!("{entry:?}").is_empty());
    }
}

/// A trace, or its network alone.
pub(crate) fn playwright<V: Views>(input: &[u8]) {
    read::<V>(input, || SessionLoader::new("trace.trace"));
    read::<V>(input, || among(&["trace.trace", "trace.network", "test.trace", "resources/a.jsonl"]));
}

/// rrweb events: bare, packed, wrapped, of Sentry and of PostHog.
pub(crate) fn rrweb<V: Views>(input: &[u8]) {
    read::<V>(input, || SessionLoader::new("events.json"));
}

/// Highlight's resources, events or both.
pub(crate) fn highlight<V: Views>(input: &[u8]) {
    read::<V>(input, || SessionLoader::new("network-resources-compressed"));
    read::<V>(input, || SessionLoader::new("session-contents-compressed"));
    read::<V>(input, || {
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

fn read<V: Views>(input: &[u8], opening: impl Fn() -> SessionLoader) {
    let parts = Parts::of(input);
    let opened = parts.open(opening(), usize::MAX);
    let expected = describe(&opened);
    for piece in pieces(input) {
        let pieced = describe(&Parts::of(input).open(opening(), piece));
        assert!(pieced == expected, "in pieces of {piece}:\n{pieced}\nat once:\n{expected}");
    }
    let _ = compression(input);
    if let Ok(mut session) = opened {
        check_bounds(&session, input.len());
        for record in session.records.iter().take(MAX_CHECKED) {
            let details = session.details(record);
            [details.request_body, details.response_body].into_iter().for_each(check_body);
        }
        V::check_session(&mut session, input);
        for file in messages_files(&session).take(MAX_FILES) {
            let Some(bytes) = parts.read_file(&file.path) else { continue };
            if let Ok((reader, cut)) = messages::read(file, bytes, usize::MAX) {
                messages::check_messages::<V>(&reader, cut.as_ref(), messages::max_text_len(bytes));
            }
            let _ = body_from_file(bytes.to_vec(), String::new());
        }
    }
}

/// The messages files that a session refers to.
fn messages_files(session: &Session) -> impl Iterator<Item = &MessagesFile> {
    session.records.iter().filter_map(Record::messages_file)
}

/// Checks that a few bytes never become a large session, and that all spans are within the
/// session's bytes.
fn check_bounds(session: &Session, len: usize) {
    /// Maximum number of bytes kept of one byte of input: a packed event may expand to 64 kB
    /// whatever its length, and to 500 times its length.
    const MAX_EXPANSION: usize = 64 << 10;
    let kept = session.bytes.len();
    assert!(kept as usize <= len * MAX_EXPANSION, "{kept} bytes are kept of {len}");
    let kept_len = kept as usize + len;
    assert!(session.records.len() <= kept_len, "{} rows of {len} bytes", session.records.len());
    assert!(session.notes.listed().len() <= session::model::MAX_LISTED_NOTES);
    let inside = |span: Span, what: &str| assert!(u64::from(span.end()) <= kept, "{what} is outside");
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
