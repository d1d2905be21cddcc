#!/usr/bin/env bash
# The WebAssembly side of the workspace, with the toolchain that can build it.
#   scripts/wasm.sh build     www/pkg: the optimised modules with their JavaScript and types: pageturner_machine, which
#                             the page starts with, and pageturner_web, which has the script language as well
#   scripts/wasm.sh clippy    lints for the wasm target
#   scripts/wasm.sh test      the wasm-bindgen tests of web/, in headless Chromium; with a name, those of this name
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
source scripts/wasm-env.sh
use_wasm_toolchain

pkg=www/pkg
new=$CARGO_TARGET_DIR/pkg
# What rustc emits by default; wasm-opt refuses a module that uses a feature it was not told of.
features=(bulk-memory sign-ext nontrapping-float-to-int mutable-globals reference-types multivalue)

build() {
  if up_to_date; then
    echo "== $pkg is up to date"
    return
  fi
  mkdir -p "$CARGO_TARGET_DIR"
  # Dated before the build: a source saved while it runs must count as newer.
  rustc -vV >"$CARGO_TARGET_DIR/built-by"
  # Level 2: the machine is as fast as at 3, the file some 2 % smaller.
  export CARGO_PROFILE_RELEASE_OPT_LEVEL=2
  # wasm-bindgen is built beside the module, whose last crates keep but one core busy.
  cargo build --quiet --profile tool -p pageturner-bindgen &
  local tool=$! machine
  compile pageturner_machine --no-default-features || { kill "$tool" && exit 1; }
  wait "$tool"
  rm -rf "$new"
  bind pageturner_machine &
  machine=$!
  compile pageturner_web || { kill "$machine" && exit 1; }
  bind pageturner_web
  wait "$machine"
  # Moved only when whole, so that nobody reads half a package.
  mv "$CARGO_TARGET_DIR/built-by" "$new/.built-by"
  rm -rf "$pkg"
  mv "$new" "$pkg"
}

compile() { # module, with what options
  cargo build --release -p pageturner-web --lib --target "$wasm_target" "${@:2}" || return
  # Both are built as pageturner_web: the next build writes over this one.
  cp "$CARGO_TARGET_DIR/$wasm_target/release/pageturner_web.wasm" "$CARGO_TARGET_DIR/$1.wasm"
}

bind() { # module
  "$CARGO_TARGET_DIR/tool/pageturner-bindgen" "$CARGO_TARGET_DIR/$1.wasm" "$new"
  optimise "$new/$1_bg.wasm"
}

up_to_date() {
  [[ -e $pkg/.built-by ]] && [[ $(rustc -vV) == "$(cat $pkg/.built-by)" ]] &&
    [[ -z $(find Cargo.toml Cargo.lock core web scripts/wasm.sh www/package-lock.json -newer $pkg/.built-by -print -quit) ]]
}

optimise() { # module
  local before
  before=$(wc -c <"$1")
  # Level 2 inlines less than 3: as fast, and smaller once packed.
  www/node_modules/.bin/wasm-opt -O2 "${features[@]/#/--enable-}" "$1" -o "$1.opt"
  mv "$1.opt" "$1"
  echo "== wasm-opt, $(basename "$1"): $((before)) bytes to $(($(wc -c <"$1"))) bytes"
}

case ${1-} in
  build) build ;;
  clippy)
    cargo clippy -p pageturner-web --target "$wasm_target" --all-targets --all-features -- -D warnings
    cargo clippy -p pageturner-web --target "$wasm_target" --lib --no-default-features -- -D warnings
    ;;
  # Starting a browser on a busy machine takes more than the runner's usual 20 seconds.
  test) WASM_BINDGEN_TEST_TIMEOUT=180 wasm-pack test --headless --chrome web "${@:2}" ;;
  *) sed -n '2,6s/^# //p' scripts/wasm.sh && exit 2 ;;
esac
