//! The seeds of the fuzz targets hold the targets' rules. Inputs that once broke one are among them.

use crate::fuzzed;

#[path = "../../../../fuzz/seeds.rs"]
mod all;

#[test]
fn texts_are_scanned_alike_by_every_scanner() {
    all::run("scanner", fuzzed::scanner);
}

#[test]
fn hars_are_read_alike_in_pieces_of_any_size() {
    all::run("har", fuzzed::har);
}

#[test]
fn native_sessions_are_read_alike_in_pieces_of_any_size() {
    all::run("native", fuzzed::native);
}

#[test]
fn files_of_messages_are_read_alike_in_pieces_of_any_size() {
    all::run("messages", fuzzed::messages);
}

#[test]
fn traces_of_playwright_are_read_alike_in_pieces_of_any_size() {
    all::run("playwright", fuzzed::playwright);
}

#[test]
fn recordings_of_rrweb_are_read_alike_in_pieces_of_any_size() {
    all::run("rrweb", fuzzed::rrweb);
}

#[test]
fn files_of_highlight_are_read_alike_in_pieces_of_any_size() {
    all::run("highlight", fuzzed::highlight);
}

#[test]
fn members_of_archives_lie_within_them() {
    all::run("archive", fuzzed::archive);
}

#[test]
fn bodies_of_any_kind_can_be_shown() {
    all::run("bodies", fuzzed::bodies);
}

#[test]
fn what_opens_is_written_and_reads_back_as_it_was() {
    all::run("export", fuzzed::export);
}
