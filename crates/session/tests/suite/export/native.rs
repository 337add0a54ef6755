//! A native session that was written reads back as the same.

use std::collections::BTreeMap;

use super::holds::as_native_holds_it;
use super::told::{Bring, Row};
use super::{generated, told, written};
use proptest::prelude::*;
use session::model::Session;

type Files = BTreeMap<String, Vec<u8>>;

fn open(files: &Files) -> Session {
    let manifest = files.get("session.json").expect("a manifest");
    let others: Vec<(&str, &[u8])> =
        files.iter().map(|(path, bytes)| (path.as_str(), bytes.as_slice())).collect();
    crate::common::open(("session.json", manifest), &others, 1000).expect("a session that opens")
}

/// Writes the session, and opens what was written.
fn again(session: &Session, bring: Bring<'_>) -> (Session, Files) {
    let (files, _) = written::folder(session, "again", written::ALL, bring);
    (open(&files), files)
}

fn compare(before: Vec<Row>, after: Vec<Row>) {
    assert_eq!(after.len(), before.len());
    for (at, (before, after)) in before.into_iter().zip(after).enumerate() {
        let (before, after) = as_native_holds_it(before, after);
        assert_eq!(after, before, "row {at}");
    }
}

proptest! {
    #[test]
    fn a_session_written_and_read_again_is_the_same(folder in generated::folder()) {
        let session = folder.open();
        let bring = |path: &str| folder.file(path);
        let (again, files) = again(&session, &bring);
        compare(told::rows_without_side_bodies(&session, &bring), told::rows(&again, &|path| files.get(path).cloned()));
        prop_assert_eq!(&again.pages, &session.pages);
        prop_assert_eq!(&again.producer, &session.producer);
        prop_assert_eq!((again.started_at, again.ended_at), (session.started_at, session.ended_at));
        prop_assert_eq!((again.cut.as_ref(), again.title.as_ref()), (None, session.title.as_ref()));
    }
}
