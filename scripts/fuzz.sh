#!/usr/bin/env bash
# Fuzzes the library crates: every target in turn, each for SECONDS_EACH (default 600), or only TARGET.
# Stops at the first failure. Inputs that reached new code are kept in fuzz/corpus/ and tried first the next time.
source "$(dirname "$0")/common.sh"

need_rust
need_cargo_fuzz

# cargo-fuzz needs instrumentation that stable Rust offers only behind this switch.
export RUSTC_BOOTSTRAP=1

# In bytes, seconds and MB: what an input of a few kilobytes must not exceed.
limits=(-max_len=8192 -timeout=5 -rss_limit_mb=2048)

# The sanitizer of a target. The only unsafe code is in json-spans (block.rs), which `scanner` runs on every input: it gets the
# address sanitizer. The others run about twice as fast without; overflowing sums and failed assertions end them.
sanitizer_of() {
  case $1 in scanner) echo address ;; *) echo none ;; esac
}

fuzz_target() {
  local target=$1 options=("${limits[@]}" "-max_total_time=${SECONDS_EACH:-600}" -print_final_stats=1)
  [ -d "fuzz/seeds/$target" ] || fail "Unknown target $target. Targets: $(cargo fuzz list | tr '\n' ' ')"
  # Archives and compressed data are not JSON.
  case $target in archive | catalog | unpack) ;; *) options+=(-dict=fuzz/json.dict) ;; esac
  local flags=(--sanitizer "$(sanitizer_of "$target")")
  mkdir -p "fuzz/corpus/$target"
  say "Fuzzing $target for ${SECONDS_EACH:-600} s"
  cargo fuzz run "${flags[@]}" "$target" "fuzz/corpus/$target" "fuzz/seeds/$target" -- "${options[@]}" && return
  local found
  found=$(ls -t "fuzz/artifacts/$target"/* 2>/dev/null | head -n 1)
  [ -n "$found" ] || fail "$target stopped without leaving an input: see above."
  say "The input that stopped $target is $found. Run it again with:"
  say "  RUSTC_BOOTSTRAP=1 cargo fuzz run ${flags[*]} $target $found"
  fail "After the fix, move the input to fuzz/seeds/$target/: cargo test runs it from then on."
}

if [ -n "${TARGET:-}" ]; then
  fuzz_target "$TARGET"
else
  for target in $(cargo fuzz list); do fuzz_target "$target"; done
fi
say "No failures"
