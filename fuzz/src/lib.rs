//! The functions of the fuzz targets, which `cargo test` runs on the seeds.

#[path = "../../crates/session/tests/suite/common/mod.rs"]
mod common;
#[path = "../../crates/session/tests/suite/fuzzed/mod.rs"]
mod fuzzed;
#[path = "../../crates/json-spans/tests/fuzzed/mod.rs"]
mod scanned;
#[path = "../../crates/store/tests/fuzzed/mod.rs"]
mod stored;
#[path = "../../crates/unpack/tests/fuzzed/mod.rs"]
mod unpacked;
#[path = "../../crates/presentation/tests/suite/views.rs"]
mod views;

use views::AllViews;

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

pub fn batch(input: &[u8]) {
    stored::batch(input);
}

pub fn bodies(input: &[u8]) {
    fuzzed::bodies::<AllViews>(input);
}

pub fn catalog(input: &[u8]) {
    catalog::forged::query(input);
}

pub fn encodings(input: &[u8]) {
    fuzzed::encodings(input);
}

pub fn export(input: &[u8]) {
    fuzzed::export(input);
}

pub fn filter(input: &[u8]) {
    fuzzed::filter(input);
}

pub fn har(input: &[u8]) {
    fuzzed::har::<AllViews>(input);
}

pub fn highlight(input: &[u8]) {
    fuzzed::highlight::<AllViews>(input);
}

pub fn messages(input: &[u8]) {
    fuzzed::messages::<AllViews>(input);
}

pub fn native(input: &[u8]) {
    fuzzed::native::<AllViews>(input);
}

pub fn playwright(input: &[u8]) {
    fuzzed::playwright::<AllViews>(input);
}

pub fn protocols(input: &[u8]) {
    fuzzed::protocols(input);
}

pub fn rrweb(input: &[u8]) {
    fuzzed::rrweb::<AllViews>(input);
}

pub fn scanner(input: &[u8]) {
    scanned::scanner(input);
    fuzzed::records(input);
}

pub fn schema(input: &[u8]) {
    fuzzed::schema(input);
}

pub fn unpack(input: &[u8]) {
    unpacked::unpack(input);
}
