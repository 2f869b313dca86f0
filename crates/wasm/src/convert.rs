//! Between Rust's structs and JavaScript's plain objects.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_wasm_bindgen::Serializer;
use wasm_bindgen::JsValue;

use crate::failure::Failure;

/// A plain object (not a `Map`) with the struct's own field names.
pub(crate) fn to_js(value: &impl Serialize) -> Result<JsValue, Failure> {
    value
        .serialize(&Serializer::json_compatible())
        .map_err(|error| Failure::ResultUnwritable { reason: error.to_string() })
}

/// Reads an argument; what is missing takes its default, what is unknown is refused.
pub(crate) fn from_js<T: DeserializeOwned>(value: JsValue) -> Result<T, Failure> {
    serde_wasm_bindgen::from_value(value)
        .map_err(|error| Failure::ArgumentUnreadable { reason: error.to_string() })
}
