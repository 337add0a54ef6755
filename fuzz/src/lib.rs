//! What the fuzz targets run: the same functions that `cargo test` runs on the seeds.

#[path = "../../crates/session/tests/suite/common/mod.rs"]
mod common;
#[path = "../../crates/session/tests/suite/fuzzed/mod.rs"]
mod fuzzed;
#[path = "../../crates/json-spans/tests/fuzzed/mod.rs"]
mod scanned;
#[path = "../../crates/unpack/tests/fuzzed/mod.rs"]
mod unpacked;

/// The parts of the export tests that the targets use.
#[path = "../../crates/session/tests/suite/export"]
mod export {
    pub(crate) mod comparable;
    pub(crate) mod importers;
    pub(crate) mod representable;
    pub(crate) mod writing;
}

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
    scanned::scanner(input);
    fuzzed::records(input);
}

pub fn unpack(input: &[u8]) {
    unpacked::unpack(input);
}
