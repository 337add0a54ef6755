# Sourced by the scripts of this folder: paths, and the tools that they need.
# Each need_* function does nothing if the tool is already installed.

set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root"

# Trunk 0.21 stops at NO_COLOR=1; an outer RUSTFLAGS would replace those of .cargo/config.toml.
unset NO_COLOR RUSTFLAGS
export PATH="$root/end2end/node_modules/.bin:${CARGO_HOME:-$HOME/.cargo}/bin:$PATH"

# 0.22 needs Rust 1.96.1, newer than rust-toolchain.toml.
trunk_version=0.21.14
cargo_fuzz_version=0.13.2
# Divides the release build into modules; of the same series as the crate wasm_split_helpers in Cargo.lock.
wasm_split_version=0.2.4
moto_version=5.2.5

say() { printf '%s\n' "$*" >&2; }

fail() {
  say "$*"
  exit 1
}

has() { command -v "$1" >/dev/null 2>&1; }

need_rust() {
  has cargo && has rustup || fail "Rust is missing: install it with rustup (https://rustup.rs), then run this again."
}

need_wasm_target() {
  need_rust
  rustup target list --installed | grep -x wasm32-unknown-unknown >/dev/null && return
  say "Adding Rust's wasm32-unknown-unknown target (under a minute)"
  rustup target add wasm32-unknown-unknown
}

# need_rust_component NAME COMMAND
need_rust_component() {
  need_rust
  cargo "$2" --version >/dev/null 2>&1 && return
  say "Adding Rust's $1 (under a minute)"
  rustup component add "$1"
}

need_trunk() {
  need_rust
  local found
  found=$(trunk --version 2>/dev/null || true)
  case "$found" in "trunk 0.21."*) return ;; esac
  install_tool trunk "$trunk_version" "8 to 15 minutes" --no-default-features --locked
}

# The wasm-bindgen CLI must have exactly the version that the app is built with.
need_wasm_bindgen() {
  need_rust
  local wanted
  wanted=$(awk '/^name = "wasm-bindgen"$/ { getline; gsub(/[^0-9.]/, ""); print; exit }' Cargo.lock)
  [ -n "$wanted" ] || fail "Cargo.lock does not list wasm-bindgen"
  [ "$(wasm-bindgen --version 2>/dev/null || true)" = "wasm-bindgen $wanted" ] && return
  install_tool wasm-bindgen-cli "$wanted" "3 to 6 minutes"
}

need_wasm_split() {
  need_rust
  cargo install --list | grep -qxF "wasm_split_cli_support v$wasm_split_version:" && return
  install_tool wasm_split_cli_support "$wasm_split_version" "1 to 2 minutes" --features build-binary --locked
}

need_cargo_fuzz() {
  cargo fuzz --version >/dev/null 2>&1 && return
  install_tool cargo-fuzz "$cargo_fuzz_version" "1 to 3 minutes" --locked
}

# The S3 server of the store's tests, in a Python environment of its own. Sets REPLAYSCOPE_MOTO for the tests, which are
# skipped without it.
need_moto() {
  local folder=$root/target/moto-$moto_version
  if [ ! -x "$folder/bin/moto_server" ]; then
    has python3 || {
      say "Python is missing: the tests of the store against S3 are skipped"
      return
    }
    say "Installing moto $moto_version with pip, once (about a minute)"
    rm -rf "$folder"
    python3 -m venv "$folder"
    "$folder/bin/pip" install --quiet --no-compile --disable-pip-version-check "moto[s3,server]==$moto_version" || fail "moto could not be installed."
  fi
  export REPLAYSCOPE_MOTO=$folder/bin/moto_server
}

# install_tool CRATE VERSION TIME [cargo install options]
install_tool() {
  local crate=$1 version=$2 time=$3
  shift 3
  if cargo binstall -V >/dev/null 2>&1; then
    say "Installing $crate $version with cargo binstall (under a minute)"
    cargo binstall --no-confirm --disable-strategies compile "$crate@$version" && return
  fi
  say "Installing $crate $version from source, once (about $time)"
  # Tools that run for seconds need not be optimised for minutes.
  CARGO_PROFILE_RELEASE_LTO=off CARGO_PROFILE_RELEASE_CODEGEN_UNITS=16 CARGO_PROFILE_RELEASE_OPT_LEVEL=1 \
    cargo install "$crate" --version "$version" --force "$@"
}

need_node() {
  has node && has npm || fail "Node is missing: install version 20.19 or newer with npm (https://nodejs.org), then run this again."
  node -e 'const [major, minor] = process.versions.node.split(".").map(Number); process.exit(major > 20 || (major === 20 && minor >= 19) ? 0 : 1)' ||
    fail "Node $(node --version) is too old: version 20.19 or newer is needed."
}

# need_packages FOLDER: installs its npm packages if its lock file has changed since the last time
need_packages() {
  need_node
  local folder=$1 stamp=$1/node_modules/.installed-lock
  cmp -s "$folder/package-lock.json" "$stamp" && return
  say "Installing the packages of $folder (about half a minute)"
  (cd "$folder" && PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1 npm ci --no-audit --no-fund --ignore-scripts --loglevel=error)
  cp "$folder/package-lock.json" "$stamp"
}

need_node_modules() { need_packages end2end; }

need_recorder() { need_packages recorder; }

# Trunk bundles the player as a hook of its build.
need_player() { need_packages player; }

# Rebuilds the recorder each time: it takes a second.
build_recorder() {
  need_recorder
  (cd recorder && npm run --silent build)
}

# ts FILE [arguments]: runs a TypeScript file of end2end
ts() {
  (cd end2end && node --import ./support/typescript.mjs "$@")
}

has_browser() { ts support/find-browser.ts >/dev/null; }

# Debian's Chromium without its windows, in which the tests take half of the time.
need_headless_shell() {
  [ -z "${CHROMIUM:-}" ] || return 0
  has chromium-headless-shell && return
  [ "$(id -u)" = 0 ] && has apt-get || return 0
  say "Installing Chromium's headless shell with apt-get (about a minute)"
  { apt-get update && apt-get install -y --no-install-recommends chromium-headless-shell; } >/dev/null 2>&1 || true
}

need_browser() {
  has_browser && return
  if [ "$(id -u)" = 0 ] && has apt-get; then
    say "Installing Chromium with apt-get (about two minutes)"
    { apt-get update && apt-get install -y chromium; } >/dev/null || true
    has_browser && return
  fi
  say "Installing Playwright's Chromium (about a minute)"
  (cd end2end && playwright install chromium) || true
  has_browser ||
    fail "Chromium was not found and could not be installed: install it, or set CHROMIUM=/path/to/chromium."
}

# Libraries whose pages the recorder's tests run; the tests are skipped without them.
need_page_libraries() {
  local folder=/usr/share/javascript
  [ -e $folder/prototype/prototype.js ] && [ -e $folder/mootools/mootools.js ] && return
  if [ "$(id -u)" = 0 ] && has apt-get; then
    say "Installing Prototype and MooTools for the recorder's tests with apt-get (under a minute)"
    { apt-get update && apt-get install -y --no-install-recommends libjs-prototype libjs-mootools; } >/dev/null || true
  fi
}

need_app_tools() {
  need_wasm_target
  need_trunk
  need_wasm_bindgen
  need_player
}

# wasm-opt comes with the packages of end2end; Trunk takes it from PATH.
build_app() {
  need_app_tools
  need_node_modules
  need_wasm_split
  PATH="$root/scripts/split-modules:$PATH" REPLAYSCOPE_SPLIT_MODULES=1 trunk build --release "$@"
}
