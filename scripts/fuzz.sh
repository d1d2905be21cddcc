#!/usr/bin/env bash
# A short run of every fuzz target: scripts/fuzz.sh [seconds each]. Optional: it needs cargo-fuzz and a nightly.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
source scripts/lib.sh
have cargo-fuzz || { echo "cargo-fuzz is missing: cargo install cargo-fuzz" && exit 1; }
cargo +nightly --version >/dev/null 2>&1 ||
  { echo "A nightly Rust is missing: rustup toolchain install nightly" && exit 1; }
# The process's memory, limited from outside: what the budget of a session promises. The address sanitizer would keep
# freed memory for itself.
limits() { # target
  if [[ $1 == budget ]]; then echo "-rss_limit_mb=256 -malloc_limit_mb=96"; fi
}
sanitizer() { # target
  if [[ $1 == budget ]]; then echo "--sanitizer none"; fi
}

targets=$(cargo +nightly fuzz list)
for target in $targets; do
  say "fuzz $target"
  # What is found new goes to the first folder, which git ignores; the second holds the seeds.
  mkdir -p "fuzz/corpus/$target"
  # shellcheck disable=SC2046  # several words, or none
  cargo +nightly fuzz run $(sanitizer "$target") "$target" "fuzz/corpus/$target" "fuzz/seeds/$target" -- -max_total_time="${1:-30}" \
    $(limits "$target")
done
