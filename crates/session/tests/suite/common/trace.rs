//! Playwright traces in memory.

use session::model::Session;

/// The first line of a trace: 2026-11-21 14:02:00 UTC is 1000 ms on its clock.
pub(crate) const VERSION_8: &str =
    r#"{"version":8,"type":"context-options","wallTime":1795269720000,"monotonicTime":1000}"#;

/// Opens files that were packed together, in pieces of two sizes: both read the same.
pub(crate) fn open(files: &[(&str, &str)]) -> Session {
    let files: super::Files =
        files.iter().map(|(name, text)| ((*name).to_owned(), text.as_bytes().to_vec())).collect();
    let session = super::open_all(&files, 1000);
    let pieced = super::description::describe(&super::open_all(&files, 7));
    assert_eq!(pieced, super::description::describe(&session));
    session.expect("a trace")
}
