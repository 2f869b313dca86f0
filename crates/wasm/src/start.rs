//! What happens once, when a module has been instantiated.

use crate::{fatal, logger};

/// Runs the module's constructors and installs the logger and the panic hook.
pub fn start() {
    run_constructors();
    logger::install();
    std::panic::set_hook(Box::new(|panic| {
        console_error_panic_hook::hook(panic);
        fatal::report("panic", &panic.to_string());
    }));
}

/// cubecl registers its kernels' types through constructors, of which the WebGPU module has hundreds. Unless
/// the program calls them itself, the linker wraps *every* export in a call of all of them: 2 s a training
/// step. `./dev build` checks that no export is wrapped.
#[cfg(target_arch = "wasm32")]
#[allow(unsafe_code, reason = "the linker's own function, called once and before anything else")]
fn run_constructors() {
    unsafe extern "C" {
        fn __wasm_call_ctors();
    }
    unsafe { __wasm_call_ctors() }
}

/// Elsewhere the loader has run them.
#[cfg(not(target_arch = "wasm32"))]
fn run_constructors() {}
