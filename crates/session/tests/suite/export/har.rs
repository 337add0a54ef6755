//! Sessions round-trip through an exported HAR: recordings of real producers, and the demo session.

use std::path::{Path, PathBuf};

use super::comparable::{ReadFile, Row};
use super::representable::as_har_holds_it;
use super::{comparable, generated, importers, writing};
use crate::common::corpus;
use proptest::prelude::*;
use session::model::MessageKind;

fn check(name: &str, session: &session::model::Session, read_file: ReadFile<'_>) {
    let har = writing::complete_har(session, read_file);
    assert_eq!(importers::problems(&har), Vec::<String>::new(), "{name}");
    let again = crate::common::open(("again.har", &har), &[], 1 << 16)
        .unwrap_or_else(|error| panic!("{name}: {error}"));
    let before = comparable::rows(session, read_file);
    let after = comparable::rows(&again, &|_| None);
    assert_eq!(before.len(), after.len(), "{name}");
    // Messages that are read for the first time may be later than anything that was known, and
    // sockets open longer.
    let lasts_longer = again.end().zip(session.end()).is_some_and(|(again, end)| again > end);
    for (at, (mut before, mut after)) in before.into_iter().zip(after).enumerate() {
        if lasts_longer && before.latency.starts_with("open") {
            before.latency.clear();
            after.latency.clear();
        }
        assert_eq!(as_har_holds_it(after), as_har_holds_it(before), "{name}, row {at}");
    }
    assert_eq!(again.started_at, session.started_at, "{name}");
    assert!(lasts_longer || again.end() == session.end(), "{name}");
}

/// Reads the sidecar files of the file at `path`.
fn sidecar_reader(path: &Path) -> impl Fn(&str) -> Option<Vec<u8>> + use<> {
    let folder = path.parent().unwrap_or(Path::new("")).to_owned();
    move |name: &str| std::fs::read(folder.join(name)).ok()
}

fn local(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

fn open_file(path: &Path) -> session::model::Session {
    let bytes = corpus::bytes_of(path);
    let others: Vec<(&str, Vec<u8>)> = ["resources.jsonl"]
        .into_iter()
        .filter_map(|name| Some((name, std::fs::read(path.parent()?.join(name)).ok()?)))
        .collect();
    let others: Vec<(&str, &[u8])> = others.iter().map(|(name, bytes)| (*name, bytes.as_slice())).collect();
    crate::common::open((&corpus::name_of(path), &bytes), &others, 1 << 16).expect("a session")
}

#[test]
fn recordings_of_real_producers_round_trip() {
    for name in [
        "playwright/embed.har",
        "playwright/attach/attach.har",
        "playwright/omit.har",
        "playwright/tls.har",
        "mitmproxy/reverse.har",
    ] {
        let path = local(&format!("tests/fixtures/{name}"));
        check(name, &open_file(&path), &sidecar_reader(&path));
    }
}

#[test]
fn every_har_of_the_corpus_round_trips() {
    for folder in ["har", "har-ws", "invalid"] {
        for path in corpus::corpus(folder) {
            let bytes = corpus::bytes_of(&path);
            let name = corpus::name_of(&path);
            if let Ok(session) = crate::common::open((&name, &bytes), &[], 1 << 16) {
                check(&name, &session, &sidecar_reader(&path));
            }
        }
    }
}

#[test]
fn a_native_session_round_trips_through_a_har() {
    let path = local("../../static/sessions/market/session.json");
    check("market", &open_file(&path), &sidecar_reader(&path));
}

/// A close frame is a close if there is no close event.
fn without_frames(mut row: Row) -> Row {
    if let Some(socket) = &mut row.socket
        && socket.orphan
        && (socket.ending == "not recorded" || socket.ending.starts_with("closed"))
        && socket.messages.iter().flatten().any(|message| message.kind == MessageKind::CloseFrame)
    {
        socket.ending.clear();
    }
    row
}

proptest! {
    #[test]
    fn any_session_round_trips_through_a_har(folder in generated::folder()) {
        let session = folder.open();
        let read_file = |path: &str| folder.file(path);
        let har = writing::complete_har(&session, &read_file);
        prop_assert_eq!(importers::problems(&har), Vec::<String>::new());
        let again = crate::common::open(("again.har", &har), &[], 1000).expect("a HAR that opens");
        let before = comparable::rows(&session, &read_file);
        let after = comparable::rows(&again, &|_| None);
        prop_assert_eq!(before.len(), after.len());
        for (before, after) in before.into_iter().zip(after) {
            prop_assert_eq!(without_frames(as_har_holds_it(after)), without_frames(as_har_holds_it(before)));
        }
        prop_assert_eq!((again.started_at, again.end()), (session.started_at, session.end()));
        prop_assert_eq!(again.pages, session.pages);
    }
}
