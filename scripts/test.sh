#!/usr/bin/env bash
# Runs every test. REPLAYSCOPE_CORPUS may name a folder of further recordings, REPLAYSCOPE_CASES a folder of small inputs
# with known results.
source "$(dirname "$0")/common.sh"

need_app_tools
need_node_modules
need_headless_shell
need_browser
need_page_libraries
need_moto
build_recorder
[ -n "${REPLAYSCOPE_CORPUS:-}" ] || say "REPLAYSCOPE_CORPUS is not set: tests that read that folder are skipped"

# The command reads the app from here when a file is asked for, if there is a folder when it is compiled.
mkdir -p dist
# Tests are compiled while the app is built, which uses one processor for a part of its time.
cargo test --workspace --no-run &
tests=$!
trap 'kill "$tests" 2>/dev/null || true' EXIT
# The command holds the viewer, and its tests need both.
build_app
wait "$tests"
cargo test --workspace
node --test scripts/*.test.mjs
ts --test support/server.test.ts
ts --test "$root"/player/test/*.test.ts
(cd end2end && playwright test "$@")
