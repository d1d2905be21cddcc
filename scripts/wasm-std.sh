#!/usr/bin/env bash
# Gets a std for wasm32-unknown-unknown: from rustup where that works, else built from Debian's source package.
# Debian's rustc ships no WebAssembly std, but rust-web-src has its whole source, vendored. Needs root for that.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
source scripts/lib.sh
source scripts/wasm-env.sh

packages=(rustc-web cargo-web rust-web-src lld-22)

main() {
  if from_rustup; then
    say "WebAssembly std: added to your default toolchain by rustup target add"
    return
  fi
  say "rustup target add does not work here: building the WebAssembly std from Debian's source instead"
  apt_install "${packages[@]}"
  build_std
  link_linker
  if have rustup; then rustup toolchain link debian /usr; fi
  debian_wasm_ready
  say "WebAssembly std: built from Debian's source; the toolchain 'debian' is used for wasm only"
}

# Succeeds only if the std is really there afterwards.
from_rustup() {
  have rustup || return 1
  say "rustup target add $wasm_target"
  limit 600 rustup target add "$wasm_target" </dev/null && has_wasm_std "$(rustc --print sysroot)"
}

# Cargo builds std for an empty crate; its libraries are then put where rustc looks for them.
build_std() {
  local work
  work=$(mktemp -d)
  trap "rm -rf '$work'" EXIT
  mkdir "$work/src"
  : >"$work/src/lib.rs"
  printf '[package]\nname = "throwaway"\nversion = "0.0.0"\nedition = "2021"\n[workspace]\n' >"$work/Cargo.toml"
  # A clean environment, or the default toolchain and the user's flags would leak in.
  # Without embed-bitcode, release builds with LTO fail.
  (cd "$work" && env -i HOME="$HOME" PATH=/usr/bin:/bin CARGO_TARGET_DIR="$work/target" RUSTC_BOOTSTRAP=1 \
    RUSTFLAGS=-Cembed-bitcode=yes cargo build --release -Zbuild-std=std,panic_abort,test --target "$wasm_target")
  install_std "$work/target/$wasm_target/release/deps" "$work"
}

# Copied beside its place and then renamed: a killed copy must not look like a std.
install_std() { # folder of rlibs, work folder
  local new=$debian_std.new
  as_root rm -rf "$new"
  as_root mkdir -p "$new/lib"
  find "$1" -name 'lib*.rlib' ! -name 'libthrowaway-*' -print0 | as_root xargs -0 cp -t "$new/lib"
  /usr/bin/rustc -vV >"$2/built-by"
  as_root cp "$2/built-by" "$new/built-by"
  as_root rm -rf "$debian_std"
  as_root mv "$new" "$debian_std"
}

# rustc calls its WebAssembly linker rust-lld and looks for it here.
link_linker() {
  local host
  host=$(/usr/bin/rustc -vV | sed -n 's/^host: //p')
  as_root mkdir -p "/usr/lib/rustlib/$host/bin"
  as_root ln -sf /usr/bin/lld-22 "/usr/lib/rustlib/$host/bin/rust-lld"
}

main
