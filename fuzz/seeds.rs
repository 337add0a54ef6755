//! Runs the seeds of a fuzz target as a plain test.

use std::path::Path;

/// Calls the function of a fuzz target with each of its seeds.
///
/// # Panics
/// If the target has no seeds, or a seed breaks a rule.
pub(crate) fn run(target: &str, function: fn(&[u8])) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/seeds").join(target);
    let mut seeds: Vec<_> = std::fs::read_dir(&folder)
        .unwrap_or_else(|error| panic!("{}: {error}", folder.display()))
        .map(|entry| entry.expect("an entry of the folder").path())
        .collect();
    seeds.sort();
    assert!(!seeds.is_empty(), "{} has no seeds", folder.display());
    for seed in seeds {
        // Shown if the test fails.
        println!("{}", seed.display());
        function(&std::fs::read(&seed).expect("a seed can be read"));
    }
}
