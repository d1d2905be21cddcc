# shellcheck shell=bash
# Which toolchain builds WebAssembly here? Source this from the workspace root; cargo and wasm-pack then use it.
# The default one if it has the WebAssembly std (`rustup target add`), else Debian's, for which wasm-std.sh built one.

wasm_target=wasm32-unknown-unknown
usr=${PAGETURNER_USR:-/usr} # where Debian's Rust is; the tests of the set-up name another place
debian_std=$usr/lib/rustlib/$wasm_target

# Where cargo installs programs. rustup puts it into the search path, Debian's cargo does not.
export PATH="$PATH:${CARGO_HOME:-$HOME/.cargo}/bin"

has_wasm_std() { # sysroot
  compgen -G "$1/lib/rustlib/$wasm_target/lib/libstd-*.rlib" >/dev/null
}

# The std must match the compiler to the letter, so a Debian upgrade asks for a new build of it. One that is a package
# of Debian's has no built-by and is upgraded with the compiler.
debian_std_fits() {
  [[ -x $usr/bin/rustc ]] && has_wasm_std "$usr" &&
    { [[ ! -e $debian_std/built-by ]] || [[ $("$usr/bin/rustc" -vV) == "$(cat "$debian_std/built-by")" ]]; }
}

debian_wasm_ready() {
  debian_std_fits &&
    { ! command -v rustup >/dev/null || [[ -e ${RUSTUP_HOME:-$HOME/.rustup}/toolchains/debian ]]; }
}

# For the tests: wasm-pack wants exactly the wasm-bindgen that Cargo.lock names, or it downloads one.
bindgen_version() {
  sed -n '/^name = "wasm-bindgen"$/{n;s/^version = "\(.*\)"$/\1/p;}' Cargo.lock
}

# A wasm-bindgen of another version may belong to another project: ours then lives apart, in this cache.
bindgen_cache() {
  echo "${XDG_CACHE_HOME:-$HOME/.cache}/pageturner/wasm-bindgen-$(bindgen_version)"
}

# Prints what it chose, or fails if neither toolchain can.
wasm_toolchain() {
  local sysroot
  sysroot=$(rustc --print sysroot 2>/dev/null)
  if [[ $sysroot != "$usr" ]] && has_wasm_std "$sysroot"; then
    echo default
  elif debian_wasm_ready; then
    echo debian
  else
    return 1
  fi
}

use_wasm_toolchain() {
  local which
  which=$(wasm_toolchain) || { echo "No toolchain here builds WebAssembly: run make setup." >&2; return 1; }
  if [[ $which == debian ]] && command -v rustup >/dev/null; then export RUSTUP_TOOLCHAIN=debian; fi
  local cache
  cache=$(bindgen_cache)
  if [[ -d $cache/bin ]]; then export PATH="$cache/bin:$PATH"; fi
  # Its own target directory: two compilers in one would rebuild everything at each change of hands.
  export CARGO_TARGET_DIR=$PWD/target-wasm
}
