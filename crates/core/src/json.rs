//! JSON in which no key is there twice: readers disagree about which of the two counts.

use core::fmt;
use std::collections::HashSet;

use serde::de::{Deserialize, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::Value;

/// What a file holds.
///
/// # Errors
/// Where it is no JSON, or a key is there twice.
pub(crate) fn parse(bytes: &[u8]) -> serde_json::Result<Value> {
    check_keys(bytes)?;
    serde_json::from_slice(bytes)
}

/// As [`parse`], but keeps nothing of what is read.
///
/// # Errors
/// As [`parse`].
pub(crate) fn check_keys(bytes: &[u8]) -> serde_json::Result<()> {
    serde_json::from_slice(bytes).map(|KeysOnce| ())
}

/// A value of which nothing is kept.
struct KeysOnce;

impl<'de> Deserialize<'de> for KeysOnce {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(KeysOnceVisitor)
    }
}

struct KeysOnceVisitor;

impl<'de> Visitor<'de> for KeysOnceVisitor {
    type Value = KeysOnce;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("any JSON")
    }

    fn visit_unit<E>(self) -> Result<KeysOnce, E> {
        Ok(KeysOnce)
    }

    fn visit_bool<E>(self, _: bool) -> Result<KeysOnce, E> {
        Ok(KeysOnce)
    }

    fn visit_u64<E>(self, _: u64) -> Result<KeysOnce, E> {
        Ok(KeysOnce)
    }

    fn visit_i64<E>(self, _: i64) -> Result<KeysOnce, E> {
        Ok(KeysOnce)
    }

    fn visit_f64<E>(self, _: f64) -> Result<KeysOnce, E> {
        Ok(KeysOnce)
    }

    fn visit_str<E>(self, _: &str) -> Result<KeysOnce, E> {
        Ok(KeysOnce)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<KeysOnce, A::Error> {
        while list.next_element::<KeysOnce>()?.is_some() {}
        Ok(KeysOnce)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<KeysOnce, A::Error> {
        let mut keys = HashSet::new();
        while let Some(key) = object.next_key::<String>()? {
            object.next_value::<KeysOnce>()?;
            if !keys.insert(key) {
                return Err(A::Error::custom("a key is there twice"));
            }
        }
        Ok(KeysOnce)
    }
}
