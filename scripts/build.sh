#!/usr/bin/env bash
# Builds the static files for a host into dist/.
source "$(dirname "$0")/common.sh"
build_app "$@"
say "Built into dist/, ready for any static host"
