//! The seeds of the fuzz targets as plain tests. Inputs that once broke a rule are among them.

use session::model::{MessageColumns, Session};

use crate::fuzzed;

#[path = "../../../../fuzz/seeds.rs"]
mod all;

/// This crate shows nothing: the tests of `presentation` check the views on the same seeds.
struct NoViews;

impl fuzzed::Views for NoViews {
    fn check_session(_: &mut Session, _: &[u8]) {}

    fn check_messages(_: &MessageColumns) {}
}

#[test]
fn records_of_any_text_are_found_in_pieces_of_any_size() {
    all::run("scanner", fuzzed::records);
}

#[test]
fn a_har_loads_the_same_in_pieces_of_any_size() {
    all::run("har", fuzzed::har::<NoViews>);
}

#[test]
fn a_native_session_loads_the_same_in_pieces_of_any_size() {
    all::run("native", fuzzed::native::<NoViews>);
}

#[test]
fn a_messages_file_loads_the_same_in_pieces_of_any_size() {
    all::run("messages", fuzzed::messages::<NoViews>);
}

#[test]
fn messages_of_any_bytes_are_decoded_by_every_protocol() {
    all::run("protocols", fuzzed::protocols);
}

#[test]
fn a_playwright_trace_loads_the_same_in_pieces_of_any_size() {
    all::run("playwright", fuzzed::playwright::<NoViews>);
}

#[test]
fn an_rrweb_recording_loads_the_same_in_pieces_of_any_size() {
    all::run("rrweb", fuzzed::rrweb::<NoViews>);
}

#[test]
fn a_highlight_file_loads_the_same_in_pieces_of_any_size() {
    all::run("highlight", fuzzed::highlight::<NoViews>);
}

#[test]
fn members_of_an_archive_are_within_its_bounds() {
    all::run("archive", fuzzed::archive);
}

#[test]
fn a_body_of_any_bytes_can_be_shown() {
    all::run("bodies", fuzzed::bodies::<NoViews>);
}

#[test]
fn a_session_that_loads_round_trips_through_export() {
    all::run("export", fuzzed::export);
}

#[test]
fn any_filter_is_valid_or_explained_and_matches_or_not() {
    all::run("filter", fuzzed::filter);
}

#[test]
fn any_bytes_are_decoded_in_every_encoding_with_ranges_within_their_containers() {
    all::run("encodings", fuzzed::encodings);
}

#[test]
fn any_message_types_are_parsed_or_explained_and_messages_of_them_are_json() {
    all::run("schema", fuzzed::schema);
}
