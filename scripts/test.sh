#!/usr/bin/env bash
# Everything, in order, up to the first failure; the last line says what passed and what never ran.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

step() { # name, command
  name=$1
  shift
  printf '\n=== %s: %s\n' "$name" "$*"
  local since=$SECONDS
  "$@"
  echo "=== $name: passed in $((SECONDS - since)) s"
  done_steps+=("$name")
}

# Also when interrupted: a run that stopped early must not read like one that passed.
done_steps=()
name=start
summary() {
  local code=$?
  if ((code == 0 && ${#done_steps[@]} == 7)); then
    echo "=== make test: all 7 steps passed in $SECONDS s"
  else
    echo "=== make test: FAILED at $name (exit $code) after $SECONDS s; ${#done_steps[@]} of 7 steps passed, the rest did not run"
    exit $((code ? code : 1))
  fi
}
trap summary EXIT

step set-up scripts/setup.sh test
step check make --no-print-directory check
# The tool that writes bindings has no tests, and is built for the page in a profile of its own.
step native cargo test --workspace --exclude pageturner-bindgen --all-features
step wasm scripts/wasm.sh build
step wasm-test scripts/wasm.sh test
step page npm --prefix www run build
step e2e npm --prefix www run test:e2e
