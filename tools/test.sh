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

setup_rust
setup_wasm_tools
setup_npm
setup_browser

if [ $# -gt 0 ]; then
  build
  browser_tests "$@"
else
  step "a few seconds" cargo fmt --all --check
  step "4 min" cargo clippy --quiet --workspace --all-targets --locked -- -D warnings
  step "8 min" cargo test --quiet --workspace --locked
  step "25 min" build
  # After the build: the page's types include the engines' own declarations.
  step "a few seconds" node_modules/.bin/tsc --project .
  step "a few seconds" node_modules/.bin/tsc --project tools
  step "10 min" browser_tests tests/browser/*.test.mjs
fi
