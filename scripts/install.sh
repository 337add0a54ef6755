#!/usr/bin/env bash
# Builds the viewer, and installs the command that holds it.
source "$(dirname "$0")/common.sh"
build_app
cargo install --path crates/server --locked "$@"
say "Installed: replayscope open FILE"
