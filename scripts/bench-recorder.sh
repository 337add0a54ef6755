#!/usr/bin/env bash
# Measures the overhead of the recorder in a page; see end2end/bench/recorder.ts.
source "$(dirname "$0")/common.sh"
need_node_modules
build_recorder
need_browser
ts bench/recorder.ts "$@"
