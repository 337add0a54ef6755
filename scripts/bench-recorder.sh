#!/usr/bin/env bash
# Measures what the recorder costs a page; see end2end/bench/recorder.ts.
source "$(dirname "$0")/common.sh"
need_node_modules
build_recorder
need_browser
ts bench/recorder.ts "$@"
