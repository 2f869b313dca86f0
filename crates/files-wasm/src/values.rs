//! Between Rust's values and JavaScript's: through JSON, as the engines do it.

use js_sys::{JSON, Reflect};
use serde::Serialize;
use serde::de::DeserializeOwned;
use wasm_bindgen::JsValue;

/// A plain object with the struct's own field names.
pub(crate) fn to_js(value: &impl Serialize) -> Result<JsValue, JsValue> {
    let json = serde_json::to_string(value).map_err(|error| JsValue::from(error.to_string()))?;
    JSON::parse(&json)
}

/// Reads an argument; what is missing takes its default, what is unknown is refused.
pub(crate) fn from_js<T: DeserializeOwned>(value: &JsValue) -> Result<T, JsValue> {
    // What JSON cannot say, as `undefined`, is no string here.
    let json = JSON::stringify(value).ok().and_then(|json| json.as_string());
    let json = json.ok_or_else(|| unreadable(&"it is no plain object"))?;
    serde_json::from_str(&json).map_err(|error| unreadable(&error))
}

/// What JavaScript catches: an `Error` with a stable `code`, and its `params`.
pub(crate) fn thrown(failure: &(impl Serialize + std::error::Error)) -> JsValue {
    let described = to_js(failure).unwrap_or(JsValue::UNDEFINED);
    let entry = |key: &str| Reflect::get(&described, &key.into()).unwrap_or(JsValue::UNDEFINED);
    error(&failure.to_string(), &entry("code"), &entry("params"))
}

/// An argument that is not what the declarations say.
pub(crate) fn unreadable(reason: &impl ToString) -> JsValue {
    let message = format!("an argument could not be read: {}", reason.to_string());
    error(&message, &"argument_unreadable".into(), &js_sys::Object::new())
}

fn error(message: &str, code: &JsValue, params: &JsValue) -> JsValue {
    let error = js_sys::Error::new(message);
    error.set_name("PetitTrainError");
    for (key, value) in [("code", code), ("params", params)] {
        // Setting a property of an object made here cannot fail.
        let _ = Reflect::set(&error, &key.into(), value);
    }
    error.into()
}
