#!/usr/bin/env bash
# Every test. REPLAYSCOPE_CORPUS names a folder of recordings of one's own to test with as well; REPLAYSCOPE_CASES names
# a folder of small inputs with known right results.
source "$(dirname "$0")/common.sh"

need_app_tools
need_node_modules
need_browser
build_recorder
[ -n "${REPLAYSCOPE_CORPUS:-}" ] || say "REPLAYSCOPE_CORPUS is not set: tests that read a folder of recordings are left out"

cargo test --workspace
node --test scripts/*.test.mjs
ts --test support/server.test.ts
ts --test "$root"/player/test/*.test.ts
build_app
(cd end2end && playwright test "$@")
