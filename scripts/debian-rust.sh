# shellcheck shell=bash
# Rust from Debian's own packages; source it after lib.sh and wasm-env.sh.
# A stable Debian has an old rustc, and beside it a new one for its browsers: rustc-web, cargo-web and so on. The two
# can't be installed together. A testing Debian has only the first kind. They differ by a suffix: "" or "-web".

needs_rust=$(sed -n 's/^rust-version = "\(.*\)"/\1/p' Cargo.toml)

# Finds the suffix of the Rust that is installed, or else of one that could be, if it is new enough: in `suffix`.
suffix=unknown
debian_rust() {
  if [[ $suffix == unknown ]]; then find_suffix || suffix=none; fi
  [[ $suffix != none ]]
}
find_suffix() {
  apt_works || return 1
  for suffix in -web ""; do
    if apt_has "rustc$suffix" "cargo$suffix" && at_least "$needs_rust" "$(apt_version "rustc$suffix")"; then return; fi
  done
  for suffix in "" -web; do
    if at_least "$needs_rust" "$(apt_version "rustc$suffix")" && apt_can "rustc$suffix" "cargo$suffix"; then return; fi
  done
  return 1
}

debian_compiler() { echo "rustc$suffix" "cargo$suffix"; }
debian_linters() { echo "rustfmt$suffix" "rust$suffix-clippy"; }

# The compiler is among them, so that it is of the same version as its std. Its LLVM is no newer than the newest lld.
debian_wasm_packages() {
  local lld
  lld=$(apt-cache search --names-only '^lld-[0-9]+$' | sed 's/ .*//' | sort -V | tail -1)
  [[ -n $lld ]] || return 1
  if [[ $suffix == -web ]]; then echo rustc-web cargo-web rust-web-src "$lld"; else
    echo rustc cargo libstd-rust-dev-wasm32 "$lld"; fi
}
