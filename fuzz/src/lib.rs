//! What the targets run: the functions that `cargo test` runs on the seeds.

#[path = "../../crates/session/tests/common/mod.rs"]
mod common;
#[path = "../../crates/session/tests/write/export.rs"]
mod export;
#[path = "../../crates/session/tests/fuzzed/mod.rs"]
mod fuzzed;
#[path = "../../crates/session/tests/write/holds.rs"]
mod holds;
#[path = "../../crates/session/tests/write/importers.rs"]
mod importers;
#[path = "../../crates/session/tests/write/told.rs"]
mod told;
#[path = "../../crates/unpack/tests/fuzzed/mod.rs"]
mod unpacked;

pub fn archive(input: &[u8]) {
    fuzzed::archive(input);
}

pub fn bodies(input: &[u8]) {
    fuzzed::bodies(input);
}

pub fn export(input: &[u8]) {
    fuzzed::export(input);
}

pub fn har(input: &[u8]) {
    fuzzed::har(input);
}

pub fn highlight(input: &[u8]) {
    fuzzed::highlight(input);
}

pub fn messages(input: &[u8]) {
    fuzzed::messages(input);
}

pub fn native(input: &[u8]) {
    fuzzed::native(input);
}

pub fn playwright(input: &[u8]) {
    fuzzed::playwright(input);
}

pub fn rrweb(input: &[u8]) {
    fuzzed::rrweb(input);
}

pub fn scanner(input: &[u8]) {
    fuzzed::scanner(input);
}

pub fn unpack(input: &[u8]) {
    unpacked::unpack(input);
}
