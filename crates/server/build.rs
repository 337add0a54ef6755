//! Embeds the viewer and the recorder again when they were built again.

use std::env;
use std::path::Path;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let is_debug = env::var("PROFILE").is_ok_and(|profile| profile == "debug");
    for folder in ["../../dist", "../../recorder/dist"] {
        // A debug build reads a folder that it has found when a file is asked for. One that is missing may appear: Cargo
        // then runs this each time.
        if !is_debug || !Path::new(folder).exists() {
            println!("cargo::rerun-if-changed={folder}");
        }
    }
}
