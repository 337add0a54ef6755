//! The seeds of the fuzz targets as plain tests.

use std::path::Path;

/// Runs every seed of a target through the function of the target.
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
    assert!(!seeds.is_empty(), "{} contains no seeds", folder.display());
    for seed in seeds {
        // Printed if a test fails.
        println!("{}", seed.display());
        function(&std::fs::read(&seed).expect("a seed can be read"));
    }
}
