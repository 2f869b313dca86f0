//! The CPU engine's module. wasm-bindgen runs `main` once the module is instantiated.

fn main() {
    petit_train_wasm::start();
}
