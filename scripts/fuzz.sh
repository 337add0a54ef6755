#!/usr/bin/env bash
# Fuzzes the library crates: every target in turn, each for SECONDS_EACH (default 600), or the one that TARGET names.
# Stops at the first fault. What was found to reach further is kept in fuzz/corpus/ and tried first the next time.
source "$(dirname "$0")/common.sh"

need_rust
need_cargo_fuzz

# cargo-fuzz asks for instrumentation that stable Rust offers behind this switch only.
export RUSTC_BOOTSTRAP=1

# Neither crate holds unsafe code, so no sanitizer slows the runs; sums that overflow and assertions end them.
flags=(--sanitizer none)
# In bytes, seconds and MB: what a few kilobytes must not take.
limits=(-max_len=8192 -timeout=5 -rss_limit_mb=2048)

fuzz_target() {
  local target=$1 options=("${limits[@]}" "-max_total_time=${SECONDS_EACH:-600}" -print_final_stats=1)
  [ -d "fuzz/seeds/$target" ] || fail "There is no target $target. Targets: $(cargo fuzz list | tr '\n' ' ')"
  # Archives and compressed data are no JSON.
  case $target in archive | unpack) ;; *) options+=(-dict=fuzz/json.dict) ;; esac
  mkdir -p "fuzz/corpus/$target"
  say "Fuzzing $target for ${SECONDS_EACH:-600} s"
  cargo fuzz run "${flags[@]}" "$target" "fuzz/corpus/$target" "fuzz/seeds/$target" -- "${options[@]}" && return
  local found
  found=$(ls -t "fuzz/artifacts/$target"/* 2>/dev/null | head -n 1)
  [ -n "$found" ] || fail "$target stopped, and left no input behind: see above."
  say "The input that stopped $target lies in $found. To run it again:"
  say "  RUSTC_BOOTSTRAP=1 cargo fuzz run ${flags[*]} $target $found"
  fail "Once the fault is mended, keep the input in fuzz/seeds/$target/: cargo test runs it from then on."
}

if [ -n "${TARGET:-}" ]; then
  fuzz_target "$TARGET"
else
  for target in $(cargo fuzz list); do fuzz_target "$target"; done
fi
say "Nothing was found"
