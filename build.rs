//! Prepares the build that is divided into WebAssembly modules (`scripts/split-modules/`).

fn main() {
    const VARIABLE: &str = "REPLAYSCOPE_SPLIT_MODULES";
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-env-changed={VARIABLE}");
    println!("cargo::rustc-check-cfg=cfg(split_modules)");
    let is_wasm = std::env::var("CARGO_CFG_TARGET_ARCH").is_ok_and(|arch| arch == "wasm32");
    if is_wasm && std::env::var_os(VARIABLE).is_some() {
        println!("cargo::rustc-cfg=split_modules");
        // Dividing the linked module needs to know what refers to what.
        println!("cargo::rustc-link-arg-bins=--emit-relocs");
    }
}
