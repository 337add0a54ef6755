#!/usr/bin/env bash
# Measures the built app in Chromium; see end2end/bench/main.ts for the options.
source "$(dirname "$0")/common.sh"
build_app
need_browser
ts bench/main.ts "$@"
