#!/usr/bin/env bash
# Checks formatting, lints, import directions and types; changes nothing.
source "$(dirname "$0")/common.sh"

need_rust_component rustfmt fmt
need_rust_component clippy clippy
need_wasm_target
need_node_modules
need_recorder
need_player

cargo fmt --all --check
cargo clippy --workspace --all-targets -- -D warnings
cargo clippy --package viewer --target wasm32-unknown-unknown -- -D warnings
node scripts/check-imports.mjs
prettier --check --log-level warn .
(cd recorder && npm run --silent check)
(cd player && npm run --silent check)
(cd end2end && tsc --noEmit && eslint . --max-warnings 0)
