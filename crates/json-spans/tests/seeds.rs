//! The seeds of the fuzz target as a plain test.

#[path = "../../../fuzz/seeds.rs"]
mod all;
mod fuzzed;

#[test]
fn every_seed_is_scanned_as_by_the_reference_scanner_and_serde_json() {
    all::run("scanner", fuzzed::scanner);
}
