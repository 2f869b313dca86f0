//! Texts and numbers that JavaScript hands over; structs cross in the crate `js-values`.

use js_sys::Float32Array;
use petit_train_js_values::{ConversionFailure, unreadable};
use wasm_bindgen::JsValue;

/// A text that is an argument of a question. wasm-bindgen's own conversion reads beyond the memory where it
/// is handed something else, and a question may come from anywhere.
pub(crate) fn text_of(value: &JsValue) -> Result<String, ConversionFailure> {
    value.as_string().ok_or_else(|| unreadable(&"a text is no string"))
}

/// Copies numbers into arrays of JavaScript's, one after the other, which have room for as many together.
pub(crate) fn write(values: &[f32], targets: &[Float32Array]) -> Result<(), ConversionFailure> {
    let (given, needed) = (targets.iter().map(length).sum::<usize>(), values.len());
    if given != needed {
        return Err(unreadable(&format!("room for {given} numbers, not {needed}")));
    }
    let mut rest = values;
    for target in targets {
        let (part, others) = rest.split_at(length(target));
        rest = others;
        target.copy_from(part);
    }
    Ok(())
}

/// The numbers of arrays of JavaScript's, one after the other.
pub(crate) fn joined(arrays: &[Float32Array]) -> Vec<f32> {
    let mut values = vec![0.0; arrays.iter().map(length).sum()];
    let mut rest = &mut values[..];
    for array in arrays {
        let (part, others) = rest.split_at_mut(length(array));
        rest = others;
        array.copy_to(part);
    }
    values
}

fn length(array: &Float32Array) -> usize {
    array.length() as usize
}
