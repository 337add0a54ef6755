//! Embeds the viewer again when it was built again.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    // Cargo would run this each time for a path that does not exist.
    if std::path::Path::new("../../dist").exists() {
        println!("cargo::rerun-if-changed=../../dist");
    }
}
