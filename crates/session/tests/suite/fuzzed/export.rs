//! Any session that loads round-trips through a HAR and a native folder, apart from what the format
//! cannot represent.

use std::collections::BTreeMap;

use session::export::ExportOptions;
use session::formats::SessionLoader;
use session::model::{MessageKind, Phase, Session};

use super::parts::Parts;
use crate::common;
use crate::export::comparable::{ComparableMessage, ReadFile, Row, rows};
use crate::export::representable::{as_har_holds_it, as_native_holds_it};
use crate::export::{importers, writing};

/// Sessions with more rows are not exported.
const MAX_ROWS: usize = 100;

pub(crate) fn export(input: &[u8]) {
    let parts = Parts::of(input);
    let Ok(session) = parts.open(SessionLoader::new("x.trace"), usize::MAX) else { return };
    if session.records.len() > MAX_ROWS {
        return;
    }
    let read_file = |path: &str| parts.read_file(path).map(<[u8]>::to_vec);
    as_har(&session, &read_file);
    as_native(&session, &read_file);
    sanitized_exports_load(&session, &read_file);
}

fn as_har(session: &Session, read_file: ReadFile<'_>) {
    let har = writing::complete_har(session, read_file);
    assert_eq!(importers::problems(&har), Vec::<String>::new());
    let first = open_har(&har);
    // Messages that are read for the first time may be later than anything that was known, and
    // sockets open longer.
    let ages_unknown = |rows: Vec<Row>| rows.into_iter().map(without_age).collect();
    compare_har(ages_unknown(rows(session, read_file)), ages_unknown(rows(&first, &|_| None)));
    // A session from an exported HAR is the same after another round trip.
    let again = open_har(&writing::complete_har(&first, &|_| None));
    compare_har(rows(&first, &|_| None), rows(&again, &|_| None));
    assert_eq!((again.started_at, again.end()), (first.started_at, first.end()));
    assert_eq!((again.pages, again.title), (first.pages, first.title));
}

fn open_har(har: &[u8]) -> Session {
    let session = common::open(("again.har", har), &[], 1 << 16).expect("an exported HAR loads");
    assert_eq!(session.truncation, None);
    session
}

fn compare_har(before: Vec<Row>, after: Vec<Row>) {
    assert_eq!(after.len(), before.len());
    for (before, after) in before.into_iter().zip(after) {
        // In a HAR the URL makes a socket, whatever its initiator.
        let becomes_socket = before.http.is_some() && after.socket.is_some() && is_of_sockets(&before.url);
        if becomes_socket || is_of_another_age(&before) {
            continue;
        }
        let (mut before, mut after) = comparable(before, after);
        if is_closed_by_a_frame(&before) {
            without_ending(&mut before);
            without_ending(&mut after);
        }
        assert_eq!(as_har_holds_it(after), as_har_holds_it(before));
    }
}

/// Both rows without what no format represents. Phases follow one another in a HAR, and begin where
/// the last one ends in a native session; those of a clock that ran backwards do not. A connect is
/// the sum of its parts in a HAR, of which years are not exact.
fn comparable(mut before: Row, after: Row) -> (Row, Row) {
    let mut after = as_exact(&before, after);
    if let (Some(before), Some(after)) = (&mut before.http, &mut after.http)
        && (overlap(&before.phases) || take_years(&before.phases))
    {
        (before.phases, after.phases) = (Vec::new(), Vec::new());
    }
    (before, after)
}

fn take_years(phases: &[(Phase, f64, f64)]) -> bool {
    const YEAR_US: f64 = 365.25 * 86_400e6;
    phases.iter().any(|(_, start, length)| start + length > YEAR_US)
}

fn overlap(phases: &[(Phase, f64, f64)]) -> bool {
    phases.iter().zip(phases.iter().skip(1)).any(|((_, start, len), (_, next, _))| *next < start + len - 1.0)
}

/// The times of a socket and of messages are seconds in a HAR: those before 1970 and after the year
/// 5138 are not distinguished from milliseconds.
fn is_of_another_age(row: &Row) -> bool {
    const DATES_MS: std::ops::Range<f64> = 631_152_000_000.0..4_102_444_800_000.0;
    const DAY_MS: f64 = 86_400_000.0;
    let socket = row.socket.as_ref();
    let opened = socket.and_then(|socket| socket.opened).map(|us| us / 1000.0);
    let closed = socket.and_then(|socket| socket.ending.strip_prefix("closed Some("));
    let closed = closed.and_then(|rest| rest.split(')').next());
    let closed = closed.and_then(|us| us.parse::<f64>().ok()).map(|us| us / 1000.0);
    let of_messages = messages_of(row).filter_map(|message| message.time);
    opened.into_iter().chain(closed).chain(of_messages).any(|ms| {
        // What is implausible for the row is read as being on another clock.
        !DATES_MS.contains(&ms) || row.start.is_some_and(|start| (ms - start).abs() > DAY_MS)
    })
}

/// In a HAR, whose messages are loaded with it, a close frame is the close of a socket if there is
/// no other.
fn is_closed_by_a_frame(row: &Row) -> bool {
    let is_closed = row.socket.as_ref().is_none_or(|socket| socket.ending.starts_with("closed"));
    !is_closed && messages_of(row).any(|message| message.kind == MessageKind::CloseFrame)
}

fn without_ending(row: &mut Row) {
    row.latency.clear();
    if let Some(socket) = &mut row.socket {
        socket.ending.clear();
    }
}

fn is_of_sockets(url: &str) -> bool {
    let url = url.to_ascii_lowercase();
    url.starts_with("ws:") || url.starts_with("wss:")
}

fn without_age(mut row: Row) -> Row {
    if row.latency.starts_with("open") {
        row.latency.clear();
    }
    row
}

/// `serde_json` reads a number of more digits than a double can hold to its last bit but one: of an
/// instant of today that is a quarter of a microsecond.
fn as_exact(before: &Row, mut after: Row) -> Row {
    const NEAR: f64 = 2.0 * f64::EPSILON;
    let correct = |before: Option<f64>, after: &mut Option<f64>| {
        if before.zip(*after).is_some_and(|(before, after)| (before - after).abs() <= NEAR * before.abs()) {
            *after = before;
        }
    };
    correct(before.start, &mut after.start);
    for (before, after) in messages_of(before).zip(messages_of_mut(&mut after)) {
        correct(before.time, &mut after.time);
    }
    after
}

fn messages_of(row: &Row) -> impl Iterator<Item = &ComparableMessage> {
    let of_stream = row.http.iter().filter_map(|http| http.messages.as_ref());
    let of_socket = row.socket.iter().filter_map(|socket| socket.messages.as_ref());
    of_stream.chain(of_socket).flatten()
}

fn messages_of_mut(row: &mut Row) -> impl Iterator<Item = &mut ComparableMessage> {
    let of_stream = row.http.iter_mut().filter_map(|http| http.messages.as_mut());
    let of_socket = row.socket.iter_mut().filter_map(|socket| socket.messages.as_mut());
    of_stream.chain(of_socket).flatten()
}

/// Times of the native format are in ms since 1970 above this; a smaller time of a message is in
/// seconds.
const MIN_EPOCH_MS: f64 = 1e11;

type Files = BTreeMap<String, Vec<u8>>;

fn as_native(session: &Session, read_file: ReadFile<'_>) {
    let (files, left) = writing::folder(session, "again", writing::ALL, read_file);
    let first = open_folder(&files);
    let sidecar = |path: &str| files.get(path).cloned();
    assert_eq!(first.records.len() as u64 + left.rows, session.records.len() as u64);
    if left.rows == 0 {
        for (before, after) in rows(session, read_file).into_iter().zip(rows(&first, &sidecar)) {
            let (mut before, mut after) = comparable(before, after);
            // Where the session states the page's time origin, a small start counts from it.
            if before.start.is_some_and(|ms| ms <= MIN_EPOCH_MS) {
                (before.start, after.start) = (None, None);
            }
            assert_eq!(as_native_represents_it(after), as_native_represents_it(before));
        }
    }
    assert_eq!(first.console.len(), session.console.len());
    // Events that are the same once they are unpacked are read once.
    assert!(first.dom_events.len() <= session.dom_events.len());
    // A session from an exported folder is the same after another round trip.
    let (files_again, _) = writing::folder(&first, "again", writing::ALL, &sidecar);
    let again = open_folder(&files_again);
    let sidecar_again = |path: &str| files_again.get(path).cloned();
    let (before, after) = (rows(&first, &sidecar), rows(&again, &sidecar_again));
    assert_eq!(after.len(), before.len());
    for (before, after) in before.into_iter().zip(after) {
        let (before, after) = comparable(before, after);
        let (before, after) = as_native_holds_it(before, after);
        assert_eq!(after, before);
    }
    assert_eq!((again.started_at, again.ended_at), (first.started_at, first.ended_at));
    assert_eq!((again.pages, again.title, again.producer), (first.pages, first.title, first.producer));
}

fn open_folder(files: &Files) -> Session {
    let manifest = files.get("session.json").expect("a manifest");
    let others: Vec<(&str, &[u8])> =
        files.iter().map(|(path, bytes)| (path.as_str(), bytes.as_slice())).collect();
    let session = common::open(("session.json", manifest), &others, 1 << 16).expect("a session that opens");
    assert_eq!(session.truncation, None);
    session
}

/// The parts of a row that a native session can represent. Headers of one name are grouped; a
/// handshake has no bodies and always the same method; a socket without an open has only its close.
fn as_native_represents_it(row: Row) -> impl PartialEq + std::fmt::Debug {
    let has_open = row.socket.as_ref().is_none_or(|socket| !socket.orphan);
    let is_http = row.http.is_some();
    // A handshake that failed has no messages, whether the list is recorded or not.
    let mut messages = row.socket.and_then(|socket| socket.messages.or(socket.refused.then(Vec::new)));
    for message in messages.iter_mut().flatten() {
        message.time = message.time.filter(|ms| *ms > MIN_EPOCH_MS);
    }
    let mut details = row.details;
    for headers in [&mut details.request_headers, &mut details.response_headers].into_iter().flatten() {
        headers.sort_by(|(one, _), (other, _)| one.cmp(other));
    }
    let opening = (
        (row.start.filter(|ms| *ms > 0.0), row.status, row.error),
        (details.request_headers, details.response_headers),
    );
    // Verbs are read in capitals.
    let bodies = (row.method.to_ascii_uppercase(), details.request_body, details.response_body);
    (row.url, messages, has_open.then_some(opening), is_http.then_some(bodies))
}

/// Exports without credentials and without payloads of messages contain all rows.
fn sanitized_exports_load(session: &Session, read_file: ReadFile<'_>) {
    let options = ExportOptions { sanitize: true, socket_payloads: false };
    let rows = (0..session.records.len()).collect();
    let (har, ..) = writing::har(session, rows, options, read_file);
    assert_eq!(importers::problems(&har), Vec::<String>::new());
    assert_eq!(open_har(&har).records.len(), session.records.len());
    let (files, left) = writing::folder(session, "shared", options, read_file);
    assert_eq!(open_folder(&files).records.len() as u64 + left.rows, session.records.len() as u64);
}
