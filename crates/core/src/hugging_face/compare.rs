//! Where two JSON values differ: what a file says, and what this program would have written in its place.

use serde_json::Value;

use crate::error::Error;

/// Characters of a value that an error shows.
const SHOWN: usize = 60;

/// Refuses `given` where it is not `expected`, naming the first place. What is missing counts as null or
/// false, since libraries leave out what is off; numbers are compared as numbers, so 1 is 1.0.
///
/// # Errors
/// [`Error::FolderUnsupported`].
pub(super) fn check_same(file: &'static str, expected: &Value, given: &Value) -> Result<(), Error> {
    match first_difference(expected, given) {
        None => Ok(()),
        Some((path, expected, given)) => {
            Err(Error::FolderUnsupported { file, what: path, value: shown(given), needed: shown(expected) })
        }
    }
}

/// Where two values first differ, with what stands there in each.
type Difference<'v> = (String, &'v Value, &'v Value);

fn first_difference<'v>(expected: &'v Value, given: &'v Value) -> Option<Difference<'v>> {
    match (expected, given) {
        (Value::Object(ours), Value::Object(theirs)) => {
            let missing = theirs.iter().filter(|(key, _)| !ours.contains_key(*key));
            let keys = ours.keys().chain(missing.map(|(key, _)| key));
            keys.filter_map(|key| inside(key, &expected[key], &given[key])).next()
        }
        (Value::Array(ours), Value::Array(theirs)) if ours.len() == theirs.len() => {
            let mut pairs = ours.iter().zip(theirs).enumerate();
            pairs.find_map(|(index, (expected, given))| inside(&index.to_string(), expected, given))
        }
        _ if is_off(expected) && is_off(given) || is_equal(expected, given) => None,
        _ => Some((String::new(), expected, given)),
    }
}

/// The first difference within the value of a key or of an index.
fn inside<'v>(key: &str, expected: &'v Value, given: &'v Value) -> Option<Difference<'v>> {
    let (path, expected, given) = first_difference(expected, given)?;
    let path = if path.is_empty() { shortened(key) } else { format!("{}.{path}", shortened(key)) };
    Some((path, expected, given))
}

fn is_off(value: &Value) -> bool {
    matches!(value, Value::Null | Value::Bool(false))
}

fn is_equal(one: &Value, other: &Value) -> bool {
    match (one.as_f64(), other.as_f64()) {
        (Some(one), Some(other)) => one == other,
        _ => one == other,
    }
}

/// A value as an error shows it.
pub(super) fn shown(value: &Value) -> String {
    match value {
        // Whatever they hold, their text would be long.
        Value::Object(_) => "an object".into(),
        Value::Array(list) => format!("a list of {}", list.len()),
        Value::String(text) => shortened(text),
        simple => shortened(&simple.to_string()),
    }
}

fn shortened(text: &str) -> String {
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}
