//! The seeds of the fuzz targets whose sessions and bodies are shown, as plain tests.

use crate::fuzzed;
use crate::views::AllViews;

#[path = "../../../../fuzz/seeds.rs"]
mod all;

#[test]
fn a_har_of_any_bytes_can_be_shown() {
    all::run("har", fuzzed::har::<AllViews>);
}

#[test]
fn a_native_session_of_any_bytes_can_be_shown() {
    all::run("native", fuzzed::native::<AllViews>);
}

#[test]
fn a_messages_file_of_any_bytes_can_be_shown() {
    all::run("messages", fuzzed::messages::<AllViews>);
}

#[test]
fn a_playwright_trace_of_any_bytes_can_be_shown() {
    all::run("playwright", fuzzed::playwright::<AllViews>);
}

#[test]
fn an_rrweb_recording_of_any_bytes_can_be_shown() {
    all::run("rrweb", fuzzed::rrweb::<AllViews>);
}

#[test]
fn a_highlight_file_of_any_bytes_can_be_shown() {
    all::run("highlight", fuzzed::highlight::<AllViews>);
}

#[test]
fn a_body_of_any_bytes_can_be_shown() {
    all::run("bodies", fuzzed::bodies::<AllViews>);
}
