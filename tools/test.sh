# Every check of the project, cheapest first. Sourced by ./dev with what follows `test` as "$@".

# step TIME COMMAND…: says what runs, for how long it may last from empty caches, and how long it took.
step() {
  local time=$1 started=$SECONDS
  shift
  say "$* ($time at most)"
  "$@"
  say "done in $((SECONDS - started)) s"
}

# The browser tests take turns: two trainings at once on two cores would measure each other.
browser_tests() {
  node --test --test-reporter=spec --test-concurrency=1 "$@"
}

# The checks of the WebGPU engine's operations, as a module for the browser tests.
operations() {
  local features=(--no-default-features --features webgpu)
  cargo build --quiet --release --locked --target wasm32-unknown-unknown \
    -p petit-train-wasm "${features[@]}" --bin operations
  wasm-bindgen --target web --out-dir target/operations \
    "$CARGO_TARGET_DIR/wasm32-unknown-unknown/release/operations.wasm"
}

setup_rust
setup_wasm_tools
setup_npm
setup_browser

if [ $# -gt 0 ]; then
  build
  operations
  browser_tests "$@"
else
  step "a few seconds" node tools/long_lines.mjs
  step "a few seconds" cargo fmt --all --check
  # Without the GPU kernels: the page's build compiles them, the browser tests run them, and their native
  # dependencies would take twenty minutes.
  native=(--workspace --exclude petit-train-gpu-kernels --locked)
  step "4 min" cargo clippy --quiet "${native[@]}" --all-targets -- -D warnings
  step "8 min" cargo test --quiet "${native[@]}"
  step "25 min" build
  step "1 min" operations
  # After the build: the page's types include the engines' own declarations.
  step "a few seconds" node_modules/.bin/tsc --project .
  step "a few seconds" node_modules/.bin/tsc --project tools
  step "1 min" node --test --test-reporter=spec tests/unit/*.test.mjs
  step "2 min" browser_tests tests/package/*.test.mjs
  step "10 min" browser_tests tests/browser/*.test.mjs
fi
