#!/usr/bin/env bash
# A short run of every fuzz target: scripts/fuzz.sh [seconds each]. Optional: it needs cargo-fuzz and a nightly.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
source scripts/lib.sh
have cargo-fuzz || { echo "cargo-fuzz is missing: cargo install cargo-fuzz" && exit 1; }
cargo +nightly --version >/dev/null 2>&1 ||
  { echo "A nightly Rust is missing: rustup toolchain install nightly" && exit 1; }
targets=$(cargo +nightly fuzz list)
for target in $targets; do
  say "fuzz $target"
  # What is found new goes to the first folder, which git ignores; the second holds the seeds.
  mkdir -p "fuzz/corpus/$target"
  cargo +nightly fuzz run "$target" "fuzz/corpus/$target" "fuzz/seeds/$target" -- -max_total_time="${1:-30}"
done
