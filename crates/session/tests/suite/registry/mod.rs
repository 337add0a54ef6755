//! A new format takes one folder (`access_log/`, a made-up one) and one line of a registry (below).

mod access_log;

use crate::common::run;
use session::formats::{FORMATS, Format, Formats, LoadError, SessionLoader, format_list};
use session::model::{ReplaySource, Session};

const FILE: &[u8] = b"{\"get\":\"https://a.test/\",\"code\":200,\"server\":\"10.0.0.1\"}\n\
    {\"get\":\"https://a.test/b\",\"code\":404}\n";

/// The registry with one line more.
fn with_access_log() -> Formats {
    let mut formats: Vec<&'static dyn Format> = FORMATS.to_vec();
    formats.push(&access_log::AccessLog);
    formats.leak()
}

fn open(formats: Formats, bytes: &[u8], piece: usize) -> Result<Session, LoadError> {
    run(SessionLoader::new("day.log").with_formats(formats), Some(bytes), |_| None, piece)
}

#[test]
fn a_format_in_the_registry_is_recognized_and_read_in_pieces_of_any_size() {
    for piece in [1, 7, FILE.len()] {
        let session = open(with_access_log(), FILE, piece).expect("a session");
        assert_eq!(session.format.name(), "access log");
        let rows: Vec<_> = session.records.iter().map(|record| (&*record.url, record.status)).collect();
        assert_eq!(rows, [("https://a.test/", Some(200)), ("https://a.test/b", Some(404))]);
    }
}

#[test]
fn a_format_names_the_files_that_are_tried_first() {
    let names = || ["a.json", "b.log", "c.txt"].map(str::to_owned).to_vec();
    let first = |loader: SessionLoader| loader.with_formats(with_access_log()).first().to_owned();
    assert_eq!(SessionLoader::among(names()).first(), "a.json");
    assert_eq!(first(SessionLoader::among(names())), "b.log");
    let only: Formats = vec![&access_log::AccessLog as &'static dyn Format].leak();
    assert_eq!(SessionLoader::in_folder().with_formats(only).first(), "access.log");
}

#[test]
fn a_format_decodes_the_details_of_its_records() {
    let session = open(with_access_log(), FILE, FILE.len()).expect("a session");
    let details = session.details(&session.records[0]);
    assert_eq!(details.remote_address.as_deref(), Some("10.0.0.1"));
    let properties = details.properties();
    assert_eq!(properties.len(), 1);
    assert_eq!(properties[0].label, "Remote address");
}

#[test]
fn a_format_states_what_it_cannot_record() {
    let session = open(with_access_log(), FILE, FILE.len()).expect("a session");
    assert_eq!(session.format.capabilities().replay, ReplaySource::None);
    assert_eq!(session.format.noun(), "log");
}

#[test]
fn a_file_of_no_format_lists_the_formats_of_the_registry() {
    let open_other = |formats| open(formats, br#"{"a":1}"#, 100).expect_err("of no format").to_string();
    let error = open_other(with_access_log());
    assert!(error.contains("Highlight's files, a session folder, an access log"), "{error}");
    assert!(open_other(FORMATS).contains(&format_list(FORMATS)));
    let refused = open(FORMATS, FILE, 100).expect_err("not in the registry");
    assert!(refused.to_string().contains("keys get, code, server"), "{refused}");
}

#[test]
fn the_names_of_formats_are_unique() {
    let mut names: Vec<_> = with_access_log().iter().map(|format| format.name()).collect();
    let count = names.len();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), count);
}
