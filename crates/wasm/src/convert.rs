//! Between Rust's structs and JavaScript's plain objects. They go through JSON, which checkpoints need
//! anyway: one way of reading and writing instead of two.

use js_sys::{Float32Array, JSON, Reflect};
use serde::Serialize;
use serde::de::DeserializeOwned;
use wasm_bindgen::JsValue;

use crate::failure::Failure;

/// A plain object with the struct's own field names.
pub(crate) fn to_js(value: &impl Serialize) -> Result<JsValue, Failure> {
    let json = serde_json::to_string(value).map_err(|error| unwritable(&error))?;
    JSON::parse(&json).map_err(|error| unwritable(&format!("{error:?}")))
}

/// Reads an argument; what is missing takes its default, what is unknown is refused.
pub(crate) fn from_js<T: DeserializeOwned>(value: &JsValue) -> Result<T, Failure> {
    // What JSON cannot say, as `undefined`, is no string here.
    let json = JSON::stringify(value).ok().and_then(|json| json.as_string());
    let json = json.ok_or_else(|| unreadable(&"it is no plain object"))?;
    serde_json::from_str(&json).map_err(|error| unreadable(&error))
}

/// A text that is an argument of a question. wasm-bindgen's own conversion reads beyond the memory where it
/// is handed something else, and a question may come from anywhere.
pub(crate) fn text_of(value: &JsValue) -> Result<String, Failure> {
    value.as_string().ok_or_else(|| unreadable(&"a text is no string"))
}

/// Copies numbers into arrays of JavaScript's, one after the other, which have room for as many together.
pub(crate) fn write(values: &[f32], targets: &[Float32Array]) -> Result<(), Failure> {
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

/// Sets a property of an object made here.
pub(crate) fn set(object: &JsValue, key: &str, value: &JsValue) -> Result<(), JsValue> {
    Reflect::set(object, &key.into(), value).map(|_| ())
}

fn unwritable(reason: &impl ToString) -> Failure {
    Failure::ResultUnwritable { reason: reason.to_string() }
}

fn unreadable(reason: &impl ToString) -> Failure {
    Failure::ArgumentUnreadable { reason: reason.to_string() }
}
