# What the commands need, found or installed once. Sourced by ./dev, from the root of the clone.
# Everything lands in one cache outside the clone, so a second clone starts warm; only node_modules/ is the
# clone's own.

CACHE="${XDG_CACHE_HOME:-$HOME/.cache}/petit-train"
# One folder serves every clone and every compiler: cargo tells their artefacts apart by the compiler's full
# version.
export CARGO_TARGET_DIR="$CACHE/target"
# But not by the clone's path, and within one only by the files' times: after a build in another clone ours
# are made newer.
if [ "$(cat "$CARGO_TARGET_DIR/clone" 2>/dev/null)" != "$PWD" ]; then
  mkdir -p "$CARGO_TARGET_DIR"
  find crates -name '*.rs' -exec touch {} +
  printf '%s' "$PWD" >"$CARGO_TARGET_DIR/clone"
fi

TRUNK_VERSION=0.22.1 # The first that takes two engines in one page; newer ones are untried.
TORCH_VERSION=2.15.0 # For `./dev bench cpu` and `./dev parity`: figures compare only within one version.
# For `./dev parity` alone. The golden files of crates/core are from these.
TRANSFORMERS_VERSION=5.24.0
TOKENIZERS_VERSION=0.23.3
SAFETENSORS_VERSION=0.8.0

say() { printf '» %s\n' "$*" >&2; }
fail() { printf '✗ %s\n' "$*" >&2; exit 1; }

# locked_version CRATE: the version that Cargo.lock holds.
locked_version() {
  awk -v name="name = \"$1\"" '$0 == name { getline; gsub(/version = |"/, ""); print; exit }' Cargo.lock
}

# apt_install WHAT FOR_WHAT PACKAGE…: Debian's packages, where we may install them.
apt_install() {
  local what=$1 time=$2
  shift 2
  if ! command -v apt-get >/dev/null || [ "$(id -u)" != 0 ]; then
    fail "$what is missing. Install it (on Debian, as root: apt-get install $*) and run the command again."
  fi
  say "installing $what from Debian's packages ($time)"
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null
}

has_wasm_target() {
  local libraries
  libraries=$(rustc --print target-libdir --target wasm32-unknown-unknown 2>/dev/null) || return 1
  compgen -G "$libraries/libcore-*.rlib" >/dev/null
}

# A Rust compiler that knows wasm32: the one on the PATH, or else Debian's, used for the whole build.
# PETIT_TRAIN_TOOLCHAIN=debian takes Debian's even where rustup works.
setup_rust() {
  if [ "${PETIT_TRAIN_TOOLCHAIN-}" != debian ]; then
    if has_wasm_target; then return; fi
    if command -v rustup >/dev/null; then
      say "adding the wasm32 target with rustup (about 20 s)"
      if rustup target add wasm32-unknown-unknown && has_wasm_target; then return; fi
      say "rustup could not fetch it; taking Debian's compiler for the whole build instead"
    fi
  fi
  source tools/debian-toolchain.sh
  use_debian_toolchain
}

# cargo_tool CRATE VERSION BINARY TIME [CARGO OPTION…]: a tool built without optimisation, which saves
# minutes.
cargo_tool() {
  local crate=$1 version=$2 binary=$3 time=$4
  shift 4
  local root="$CACHE/tools/$binary-$version"
  if [ ! -x "$root/bin/$binary" ]; then
    say "building $binary $version ($time, once)"
    # Not in the shared target folder: these artefacts are never needed again.
    env -u CARGO_TARGET_DIR CARGO_PROFILE_DEV_DEBUG=0 \
      cargo install --quiet --debug --root "$root" --version "$version" --bin "$binary" "$@" "$crate"
  fi
  PATH="$root/bin:$PATH"
}

setup_wasm_tools() {
  # wasm-bindgen's two halves must be of one version. A little optimisation: the modules are of 20 MB.
  CARGO_PROFILE_DEV_OPT_LEVEL=1 \
    cargo_tool wasm-bindgen-cli "$(locked_version wasm-bindgen)" wasm-bindgen "about 3 min"
  # Trunk asks for a newer compiler than it needs.
  cargo_tool trunk "$TRUNK_VERSION" trunk "about 4 min" --ignore-rust-version
}

# npm_packages FOLDER: the packages of its package-lock.json.
npm_packages() {
  if cmp -s "$1/package-lock.json" "$1/node_modules/.installed-lock.json"; then return; fi
  say "installing npm packages of $1 (a few seconds)"
  npm ci --prefix "$1" --loglevel=error
  cp "$1/package-lock.json" "$1/node_modules/.installed-lock.json"
}

# wasm-opt, the type checker, the browser's driver.
setup_npm() {
  # Vite asks for no less (tests/package).
  if ! node -e 'const [major, minor] = process.versions.node.split(".").map(Number);
      process.exit(major > 20 || (major === 20 && minor >= 19) ? 0 : 1)' 2>/dev/null; then
    fail "Node.js 20.19 or newer is missing. Install it and run the command again."
  fi
  npm_packages .
}

# Other trainers for browsers, which `./dev bench webgpu` measures beside ours.
setup_peers() {
  npm_packages tools/bench/peers
}

find_browser() {
  command -v chromium || command -v chromium-browser || command -v google-chrome
}

setup_browser() {
  if ! find_browser >/dev/null; then apt_install "Chromium" "about 1 min" chromium; fi
  CHROMIUM=$(find_browser)
  export CHROMIUM
}

# PyTorch in an environment of its own, the yardstick of `./dev bench cpu`.
setup_torch() {
  TORCH_PYTHON="$CACHE/torch-$TORCH_VERSION/bin/python"
  export TORCH_PYTHON
  if "$TORCH_PYTHON" -c 'import torch' 2>/dev/null; then return; fi
  say "installing PyTorch $TORCH_VERSION (several GB, about 3 min, once)"
  python3 -m venv "$CACHE/torch-$TORCH_VERSION"
  "$TORCH_PYTHON" -m pip install --quiet "torch==$TORCH_VERSION" numpy
}

# Hugging Face's libraries in an environment of their own, which borrows PyTorch from the other.
setup_parity() {
  setup_torch
  local root="$CACHE/transformers-$TRANSFORMERS_VERSION"
  PARITY_PYTHON="$root/bin/python"
  export PARITY_PYTHON HF_HUB_OFFLINE=1
  if "$PARITY_PYTHON" -c 'import torch, transformers' 2>/dev/null; then return; fi
  say "installing transformers $TRANSFORMERS_VERSION (about 1 min, once)"
  python3 -m venv "$root"
  "$TORCH_PYTHON" -c 'import sysconfig; print(sysconfig.get_path("purelib"))' \
    >"$("$PARITY_PYTHON" -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/torch.pth"
  "$PARITY_PYTHON" -m pip install --quiet "transformers==$TRANSFORMERS_VERSION" \
    "tokenizers==$TOKENIZERS_VERSION" "safetensors==$SAFETENSORS_VERSION"
}
