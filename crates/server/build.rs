//! Embeds the viewer and the recorder again when they were built again.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    for folder in ["../../dist", "../../recorder/dist"] {
        // Cargo would run this each time for a path that does not exist.
        if std::path::Path::new(folder).exists() {
            println!("cargo::rerun-if-changed={folder}");
        }
    }
}
