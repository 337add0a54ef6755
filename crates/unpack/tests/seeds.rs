//! The seeds of the fuzz target hold its rules.

#[path = "../../../fuzz/seeds.rs"]
mod all;
mod fuzzed;

#[test]
fn every_seed_unpacks_by_the_rules() {
    all::run("unpack", fuzzed::unpack);
}
