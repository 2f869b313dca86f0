//! Telling JavaScript that this module must not be called again.
//!
//! A panic within an async export aborts the module and leaves its promise pending for ever, and a GPU is
//! lost outside of any call: neither can be told by a rejected promise.

use std::cell::RefCell;

use js_sys::Function;
use wasm_bindgen::prelude::*;

thread_local! {
    static CALLBACKS: RefCell<Vec<Function>> = const { RefCell::new(Vec::new()) };
}

/// Registers a function that is told of a fatal failure: a panic, or a GPU that is lost, has no memory left
/// or refuses what it was asked. The module is of no use afterwards. All that are registered are told.
#[wasm_bindgen(js_name = onFatal)]
pub fn on_fatal(
    #[wasm_bindgen(
        unchecked_param_type = "(code: \"panic\" | \"gpu_lost\" | \"gpu_out_of_memory\" | \"engine_failed\", \
                                cause: string) => void"
    )]
    callback: Function,
) {
    CALLBACKS.with_borrow_mut(|callbacks| callbacks.push(callback));
}

/// Tells them. `code` is stable, `cause` is for people.
pub(crate) fn report(code: &str, cause: &str) {
    for callback in CALLBACKS.with_borrow(Clone::clone) {
        // The callback's own exception has nowhere to go: this may be a panic hook.
        let _ = callback.call2(&JsValue::NULL, &code.into(), &cause.into());
    }
}
