//! The seeds of the fuzz target as a plain test.

#[path = "../../../fuzz/seeds.rs"]
mod all;
mod fuzzed;

#[test]
fn every_seed_is_refused_or_read_as_it_was_posted() {
    all::run("batch", fuzzed::batch);
}
