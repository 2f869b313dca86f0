# Where rustup cannot be reached: Debian's compiler, with a wasm32 standard library built from Debian's
# sources. Debian installs into /usr, which stays as it is: we give the compiler a sysroot of our own, links
# to Debian's files plus the wasm32 library. Sourced by tools/setup.sh.

# use_debian_toolchain: from here on, cargo and rustc are Debian's.
use_debian_toolchain() {
  if [ ! -x /usr/bin/rustc ] || [ ! -d /usr/lib/rustlib/src/rust/library ] \
    || [ ! -x /usr/lib/llvm-19/bin/lld ]; then
    apt_install "Debian's Rust compiler" "about 1 min" \
      rustc-web cargo-web rust-web-src rust-web-clippy rustfmt-web lld-19
  fi
  local version sysroot
  version=$(/usr/bin/rustc --version | cut -d' ' -f2)
  sysroot="$CACHE/debian-rust-$version"
  if [ ! -e "$sysroot/complete" ]; then make_debian_sysroot "$sysroot"; fi
  export PATH="$sysroot/bin:$PATH"
  # The wrapper names the sysroot even to a cargo that finds a rustc of its own.
  export RUSTC="$sysroot/bin/rustc"
}

# make_debian_sysroot FOLDER
make_debian_sysroot() {
  local sysroot=$1 tool
  say "building the standard library for wasm32 (about 1 min, once)"
  rm -rf "$sysroot"
  mkdir -p "$sysroot/bin" "$sysroot/lib/rustlib/wasm32-unknown-unknown/lib"
  ln -s /usr/lib/rustlib/x86_64-unknown-linux-gnu /usr/lib/rustlib/src "$sysroot/lib/rustlib/"
  for tool in cargo cargo-fmt cargo-clippy rustfmt; do
    if [ -x "/usr/bin/$tool" ]; then ln -s "/usr/bin/$tool" "$sysroot/bin/"; fi
  done
  # The name under which rustc looks for its wasm linker.
  ln -s /usr/lib/llvm-19/bin/lld "$sysroot/bin/rust-lld"
  for tool in rustc clippy-driver; do
    printf '#!/bin/sh\nexec /usr/bin/%s --sysroot "%s" "$@"\n' "$tool" "$sysroot" >"$sysroot/bin/$tool"
    chmod +x "$sysroot/bin/$tool"
  done
  build_wasm_std "$sysroot"
  touch "$sysroot/complete"
}

# build_wasm_std SYSROOT: compiles std for wasm32 by way of an empty crate, and moves it in.
build_wasm_std() {
  local sysroot=$1 crate
  crate=$(mktemp -d)
  mkdir "$crate/src"
  touch "$crate/src/lib.rs"
  printf '[package]\nname = "empty"\nedition = "2024"\n' >"$crate/Cargo.toml"
  # Bootstrap: building std is an unstable option. Bitcode: without it, a later link-time optimisation fails.
  (cd "$crate" && PATH="$sysroot/bin:$PATH" RUSTC="$sysroot/bin/rustc" CARGO_TARGET_DIR="$crate/target" \
    RUSTC_BOOTSTRAP=1 RUSTFLAGS="-Cembed-bitcode=yes" \
    cargo build --quiet --release -Zbuild-std=std,panic_abort,panic_unwind --target wasm32-unknown-unknown)
  find "$crate/target/wasm32-unknown-unknown/release/deps" -name 'lib*.rlib' ! -name 'libempty-*' \
    -exec cp -t "$sysroot/lib/rustlib/wasm32-unknown-unknown/lib" {} +
  rm -rf "$crate"
}
