#!/usr/bin/env bash
# Proves that `replayscope serve` bears load and loses nothing. Parts, all of them if none is named:
#   load [--seconds 600] [--recorders 1000] [--rate 50]   sessions of many recorders on a folder (arguments of crates/soak)
#   kill                                                  servers that are killed, on a folder and on S3 (ROUNDS=200)
#   emulators                                             sessions in all their states on S3 and Azure Blob Storage
# Ends with a status other than 0 if a promise is broken.
source "$(dirname "$0")/common.sh"

garage_version=2.5.0
azurite_version=3.35.0

temporary=$(mktemp -d)
started=()
end() {
  [ ${#started[@]} -eq 0 ] || kill "${started[@]}" 2>/dev/null || true
  wait
  rm -rf "$temporary"
}
trap end EXIT

free_port() {
  node -e 'const server = require("net").createServer().listen(0, "127.0.0.1", () => { console.log(server.address().port); server.close(); })'
}

# until_works WHAT COMMAND…: tries a command for half a minute
until_works() {
  local what=$1 deadline=$((SECONDS + 30))
  shift
  until "$@" >/dev/null 2>&1; do
    [ $SECONDS -lt $deadline ] || fail "$what does not answer."
    sleep 0.2
  done
}

# An S3 server that is used in production, and that ignores the conditions of writes. Its own build of libsodium tests
# that library for minutes: where the system has it, that one is used.
need_garage() {
  garage=$root/target/garage-$garage_version/bin/garage
  [ ! -x "$garage" ] || return 0
  ! pkg-config --exists libsodium 2>/dev/null || export SODIUM_USE_PKG_CONFIG=1
  CARGO_INSTALL_ROOT=$root/target/garage-$garage_version \
    install_tool garage "$garage_version" "15 to 30 minutes" --locked --no-default-features --features bundled-libs,lmdb
}

# Starts Garage with an empty bucket, and sets the variables by which it is found.
start_garage() {
  [ -z "${garage:-}" ] || return 0
  need_garage
  local folder=$temporary/garage api
  mkdir -p "$folder"
  api=$(free_port)
  cat >"$folder/garage.toml" <<TOML
metadata_dir = "$folder/meta"
data_dir = "$folder/data"
db_engine = "lmdb"
replication_factor = 1
rpc_bind_addr = "127.0.0.1:$(free_port)"
rpc_secret = "$(node -p 'require("crypto").randomBytes(32).toString("hex")')"
[s3_api]
s3_region = "garage"
api_bind_addr = "127.0.0.1:$api"
TOML
  "$garage" -c "$folder/garage.toml" server >"$folder/log" 2>&1 &
  started+=($!)
  until_works Garage "$garage" -c "$folder/garage.toml" status
  local node key
  node=$("$garage" -c "$folder/garage.toml" node id -q 2>/dev/null | cut -d @ -f 1)
  {
    "$garage" -c "$folder/garage.toml" layout assign -z here -c 10G "$node"
    "$garage" -c "$folder/garage.toml" layout apply --version 1
  } >"$folder/layout" 2>&1 || fail "Garage's layout: $(cat "$folder/layout")"
  until_works "Garage's bucket" "$garage" -c "$folder/garage.toml" bucket create soak
  key=$("$garage" -c "$folder/garage.toml" key create soak 2>/dev/null)
  "$garage" -c "$folder/garage.toml" bucket allow --read --write --owner soak --key soak >/dev/null 2>&1
  export AWS_ENDPOINT_URL=http://127.0.0.1:$api AWS_ALLOW_HTTP=true AWS_REGION=garage
  AWS_ACCESS_KEY_ID=$(awk '/^Key ID:/ { print $NF }' <<<"$key")
  AWS_SECRET_ACCESS_KEY=$(awk '/^Secret key:/ { print $NF }' <<<"$key")
  export AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY
  [ -n "$AWS_SECRET_ACCESS_KEY" ] || fail "Garage made no key."
}

# Starts Azurite with an empty container, and sets the variables by which it is found.
start_azurite() {
  local folder=$root/target/azurite-$azurite_version data=$temporary/azurite port
  local azurite=$folder/node_modules/.bin/azurite-blob
  if [ ! -x "$azurite" ]; then
    say "Installing Azurite $azurite_version with npm, once (under a minute)"
    npm install --prefix "$folder" --no-audit --no-fund --loglevel=error "azurite@$azurite_version"
  fi
  mkdir -p "$data"
  port=$(free_port)
  "$azurite" --blobHost 127.0.0.1 --blobPort "$port" --location "$data" --silent --skipApiVersionCheck \
    --disableTelemetry >"$data/log" 2>&1 &
  started+=($!)
  until_works Azurite node scripts/azure-container.mjs "http://127.0.0.1:$port" soak
  export AZURE_STORAGE_USE_EMULATOR=true AZURITE_BLOB_STORAGE_URL=http://127.0.0.1:$port AZURE_ALLOW_HTTP=true
}

build_command() {
  say "Building the command as it is released"
  cargo build --release -p replayscope
  # By itself: it needs other features of libraries, with which the command would be built again.
  cargo build --release -p soak
}

# Tests of the server read the viewer from here; what it shows does not matter to them.
need_viewer() {
  mkdir -p dist
  [ -e dist/index.html ] || echo '<!doctype html><title>Replayscope</title>' >dist/index.html
}

# server_test FILE NAME: runs an ignored test of the server, with what it prints
server_test() {
  need_viewer
  cargo test -p replayscope --test "$1" -- --ignored --exact "$2" --nocapture
}

# State that is steady within ten minutes needs batches that are deleted after less.
load() {
  build_command
  local target=${CARGO_TARGET_DIR:-target}
  "$target/release/soak" --command "$target/release/replayscope" "$@" -- --sweep-after 2min
}

kill_servers() {
  need_viewer
  export REPLAYSCOPE_KILL_ROUNDS=${ROUNDS:-200}
  cargo test -p replayscope --test kill -- --exact killed_servers_lose_and_double_nothing_in_a_folder --nocapture
  start_garage
  REPLAYSCOPE_KILL_STORE=s3://soak/kill server_test kill on_the_named_store
}

conformance() {
  say "$1"
  REPLAYSCOPE_CONFORMANCE_STORE=$1 server_test conformance the_named_store_keeps_sessions_in_all_their_states
}

emulators() {
  start_garage
  conformance s3://soak/sessions
  start_azurite
  conformance az://soak/sessions
}

need_rust
need_node
part=${1:-all}
[ $# -eq 0 ] || shift
case $part in
all)
  load
  kill_servers
  emulators
  ;;
load) load "$@" ;;
kill) kill_servers ;;
emulators) emulators ;;
*) fail "Unknown part $part: load, kill or emulators" ;;
esac
say "All promises were kept"
