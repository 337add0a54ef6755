#!/usr/bin/env bash
# Builds the viewer and the recorder, and installs the command that holds them.
source "$(dirname "$0")/common.sh"
build_recorder
build_app
cargo install --path crates/server --locked "$@"
say "Installed: replayscope open FILE"
