#!/usr/bin/env bash
# Installs what is missing and says so; under a second when nothing is.
#   scripts/setup.sh         what building and serving the page need
#   scripts/setup.sh test    and what the checks and tests need: linters, a browser and its driver
# Each item has two functions: look_X succeeds if it is there, install_X puts it there or calls `lack`.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
source scripts/lib.sh
source scripts/wasm-env.sh

items=(rust cc node wasm wasm_pack wasm_bindgen npm)
if [[ ${1-} == test ]]; then items+=(linters wasm_linter browser); fi

needs_rust=$(sed -n 's/^rust-version = "\(.*\)"/\1/p' Cargo.toml)
look_rust() { have cargo && at_least "$needs_rust" "$(version rustc)"; }
install_rust() { # Not done by itself: which Rust a person uses is theirs to choose.
  if have rustup; then lack "Rust $needs_rust or later" "rustup update stable"; else
    lack "Rust $needs_rust or later" "sudo apt-get install rustup && rustup toolchain install stable"; fi
}

look_cc() { have cc; }
install_cc() { apt_install gcc libc6-dev || lack "a C compiler, which Rust links with" "sudo apt-get install gcc libc6-dev"; }

needs_node=20.19 # what Vite asks for
look_node() { have node && have npm && at_least "$needs_node" "$(version node)"; }
install_node() {
  # Debian 12's own is too old, so it counts only if the new one is new enough.
  { ! have node && apt_install nodejs npm && hash -r && look_node; } ||
    lack "Node.js $needs_node or later with npm" "nvm install 22    (or, where it has that version: sudo apt-get install nodejs npm)"
}

look_wasm() { wasm_toolchain >/dev/null; }
install_wasm() {
  scripts/wasm-std.sh || lack "a Rust std for WebAssembly" \
    "rustup target add $wasm_target    (or, on Debian without it, as root: scripts/wasm-std.sh)"
}

# --target-dir: a killed build goes on where it was.
cargo_install() {
  say "cargo install $* (some minutes, once)"
  cargo install --target-dir target-tools "$@" </dev/null && rm -rf target-tools
}
look_wasm_pack() { have wasm-pack; }
install_wasm_pack() { cargo_install wasm-pack || lack wasm-pack "cargo install wasm-pack"; }

look_wasm_bindgen() {
  [[ -x $(bindgen_cache)/bin/wasm-bindgen-test-runner ]] ||
    [[ $(wasm-bindgen --version 2>/dev/null) == "wasm-bindgen $(bindgen_version)" ]]
}
install_wasm_bindgen() {
  local what=(wasm-bindgen-cli --version "$(bindgen_version)")
  if have wasm-bindgen; then what+=(--root "$(bindgen_cache)"); fi
  cargo_install "${what[@]}" || lack "wasm-bindgen $(bindgen_version)" "cargo install ${what[*]}"
}

# node_modules keeps a copy of the lock file it was made from, written last.
look_npm() { cmp -s www/package-lock.json www/node_modules/.made-from; }
install_npm() {
  say "npm ci, in www"
  { npm --prefix www ci --no-audit --no-fund </dev/null && cp www/package-lock.json www/node_modules/.made-from; } ||
    lack "the page's npm packages" "npm --prefix www ci"
}

look_linters() { cargo fmt --version && cargo clippy --version; } >/dev/null 2>&1
install_linters() {
  if have rustup; then
    rustup component add rustfmt clippy || lack "rustfmt and clippy" "rustup component add rustfmt clippy"
  else
    apt_install rustfmt-web rust-web-clippy || lack "rustfmt and clippy" "sudo apt-get install rustfmt-web rust-web-clippy"
  fi
}

look_wasm_linter() { [[ $(wasm_toolchain) != debian || -x /usr/bin/cargo-clippy ]]; }
install_wasm_linter() { apt_install rust-web-clippy || lack "Debian's clippy" "sudo apt-get install rust-web-clippy"; }

look_browser() { have chromedriver && { have chromium || have google-chrome || have chromium-browser; }; }
install_browser() {
  apt_install chromium chromium-driver || lack "Chromium and its driver" \
    "sudo apt-get install chromium chromium-driver    (or Chrome and chromedriver of the same version)"
}

# One set-up at a time on a machine: two would fight over the same places. Looking needs no lock.
locked=
lock() {
  if [[ -n $locked ]] || ! have flock; then return; fi
  exec 9>"${TMPDIR:-/tmp}/pageturner-setup-$EUID.lock"
  flock -n 9 || { say "waiting for another set-up on this machine" && flock 9; }
  locked=1
}

for item in "${items[@]}"; do
  "look_$item" && continue
  lock
  "look_$item" || "install_$item" || true
done
if ((${#missing[@]})); then
  echo "Set-up could not install these; the command under each would:"
  printf '  - %s\n' "${missing[@]}"
  exit 1
fi
say "set-up: everything is in place (WebAssembly is built by the $(wasm_toolchain) toolchain)"
