//! A native session that was written reads back as the same.

use std::collections::BTreeMap;

use crate::told::{Bring, Row};
use crate::{export, generated, told};
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
    let (files, _) = export::folder(session, "again", export::ALL, bring);
    (open(&files), files)
}

/// A socket without an id is given one, and sizes that are all 0 read as hidden; that is all that changes.
fn compare(before: Vec<Row>, after: Vec<Row>) {
    assert_eq!(after.len(), before.len());
    for (at, (mut before, mut after)) in before.into_iter().zip(after).enumerate() {
        if let Some(request) = before.http.as_mut().filter(|request| request.body_size == Some(0)) {
            request.transferred = request.transferred.filter(|size| *size > 0);
        }
        if let (Some(before), Some(socket)) = (&before.socket, &mut after.socket)
            && before.id.is_none()
        {
            socket.id = None;
            after.details.facts.retain(|(label, _)| label != "Socket id");
        }
        assert_eq!(after, before, "row {at}");
    }
}

proptest! {
    #[test]
    fn a_session_written_and_read_again_is_the_same(folder in generated::folder()) {
        let session = folder.open();
        let bring = |path: &str| folder.file(path);
        let (again, files) = again(&session, &bring);
        compare(told::rows(&session, &bring), told::rows(&again, &|path| files.get(path).cloned()));
        prop_assert_eq!(&again.pages, &session.pages);
        prop_assert_eq!(&again.producer, &session.producer);
        prop_assert_eq!((again.started_at, again.ended_at), (session.started_at, session.ended_at));
        prop_assert_eq!((again.cut.as_ref(), again.title.as_ref()), (None, session.title.as_ref()));
    }
}
