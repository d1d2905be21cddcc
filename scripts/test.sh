#!/usr/bin/env bash
# Everything, in order, up to the first failure; the last line says what passed and what never ran.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

# The tool that writes bindings has no tests, and is built for the page in a profile of its own.
steps=(
  "set-up: scripts/setup.sh test"
  "check: make --no-print-directory check"
  "native: cargo test --workspace --exclude pageturner-bindgen --all-features"
  "wasm: scripts/wasm.sh build"
  "wasm-test: scripts/wasm.sh test"
  "page: npm --prefix www run build"
  "e2e: npm --prefix www run test:e2e"
)

step() { # name, command
  name=$1
  shift
  printf '\n=== %s: %s\n' "$name" "$*"
  local since=$SECONDS
  "$@"
  echo "=== $name: passed in $((SECONDS - since)) s"
  ((++passed))
}

# Also when interrupted: a run that stopped early must not read like one that passed.
passed=0
name=start
summary() {
  local code=$?
  if ((code == 0 && passed == ${#steps[@]})); then
    echo "=== make test: all $passed steps passed in $SECONDS s"
  else
    echo "=== make test: FAILED at $name (exit $code) after $SECONDS s;" \
      "$passed of ${#steps[@]} steps passed, the rest did not run"
    exit $((code ? code : 1))
  fi
}
trap summary EXIT

for line in "${steps[@]}"; do
  # shellcheck disable=SC2086
  step "${line%%: *}" ${line#*: }
done
