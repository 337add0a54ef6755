#!/usr/bin/env bash
# Records the demo session again, into static/sessions/.
source "$(dirname "$0")/common.sh"
need_node_modules
need_packages end2end/demo
build_recorder
need_browser
ts demo/record.ts
