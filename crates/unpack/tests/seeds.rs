//! The seeds of the fuzz target as a plain test.

#[path = "../../../fuzz/seeds.rs"]
mod all;
mod fuzzed;

#[test]
fn every_seed_unpacks_the_same_in_pieces_of_any_size() {
    all::run("unpack", fuzzed::unpack);
}
