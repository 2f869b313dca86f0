//! Between Rust's structs and JavaScript's plain objects. They go through JSON, which checkpoints need
//! anyway: one way of reading and writing instead of two.

// No input may reach a panic.
#![warn(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use js_sys::{JSON, JsString, Reflect};
use serde::Serialize;
use serde::de::DeserializeOwned;
use wasm_bindgen::JsValue;

/// Why a value does not cross over.
#[derive(Debug, Serialize, thiserror::Error)]
#[serde(tag = "code", content = "params", rename_all = "snake_case")]
pub enum ConversionFailure {
    /// An argument is not what the declarations say.
    #[error("an argument could not be read: {reason}")]
    ArgumentUnreadable {
        /// serde's words.
        reason: String,
    },
    /// A value could not be handed to JavaScript.
    #[error("a result could not be converted: {reason}")]
    ResultUnwritable {
        /// serde's words.
        reason: String,
    },
}

impl From<ConversionFailure> for JsValue {
    fn from(failure: ConversionFailure) -> Self {
        thrown(&failure)
    }
}

/// A plain object with the struct's own field names.
///
/// # Errors
/// [`ConversionFailure::ResultUnwritable`].
pub fn to_js(value: &impl Serialize) -> Result<JsValue, ConversionFailure> {
    let json = serde_json::to_string(value).map_err(|error| unwritable(&error))?;
    JSON::parse(&json).map_err(|error| unwritable(&format!("{error:?}")))
}

/// Reads an argument; what is missing takes its default, what is unknown is refused.
///
/// # Errors
/// [`ConversionFailure::ArgumentUnreadable`].
pub fn from_js<T: DeserializeOwned>(value: &JsValue) -> Result<T, ConversionFailure> {
    // What JSON cannot say, as `undefined`, is no string here.
    let json = JSON::stringify(value).ok().and_then(|json| json.as_string());
    let json = json.ok_or_else(|| unreadable(&"it is no plain object"))?;
    serde_json::from_str(&json).map_err(|error| unreadable(&error))
}

/// Sets a property of an object made here.
///
/// # Errors
/// What JavaScript throws where `object` takes none.
pub fn set(object: &JsValue, key: &str, value: &JsValue) -> Result<(), JsValue> {
    Reflect::set(object, &key.into(), value).map(|_| ())
}

/// Turns a failure into what JavaScript catches: an `Error` with a stable `code`, its `params`, and the whole
/// chain of causes as its message.
pub fn thrown(failure: &(impl Serialize + std::error::Error)) -> JsValue {
    let error = js_sys::Error::new(&failure.to_string());
    error.set_name("PetitTrainError");
    if let Ok(described) = to_js(failure) {
        for key in ["code", "params"] {
            let value = Reflect::get(&described, &key.into()).unwrap_or(JsValue::UNDEFINED);
            // Setting a property of an object made here cannot fail.
            let _ = set(&error, key, &value);
        }
    }
    error.into()
}

/// The text in one of Unicode's normal forms, by its name: a browser has their tables.
pub fn normalized(text: &str, form: &str) -> String {
    JsString::from(text).normalize(form).into()
}

/// An argument is not what the declarations say, for this reason.
pub fn unreadable(reason: &impl ToString) -> ConversionFailure {
    ConversionFailure::ArgumentUnreadable { reason: reason.to_string() }
}

fn unwritable(reason: &impl ToString) -> ConversionFailure {
    ConversionFailure::ResultUnwritable { reason: reason.to_string() }
}
