//! What is tried: files that are nearly right, and bytes that are not.

use proptest::prelude::*;
use serde_json::{Map, Value};

/// Any JSON, of what such files are made of.
pub fn any_json() -> impl Strategy<Value = Value> {
    let number = prop_oneof![
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        (0..400u32).prop_map(Value::from),
        prop::sample::select(vec![u64::MAX, 1 << 32, 1 << 31, 16, 32, 0]).prop_map(Value::from),
    ];
    let words = vec![
        "qwen3",
        "F32",
        "BPE",
        "WordLevel",
        "Split",
        "Fuse",
        "<|end|>",
        "<0x41>",
        "a",
        "\u{0}",
        "é",
        "type",
        "vocab",
        "merges",
        "shape",
        "dtype",
        "data_offsets",
        "__metadata__",
    ];
    let word = prop_oneof![prop::sample::select(words).prop_map(str::to_owned), ".{0,4}"];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        number,
        word.clone().prop_map(Value::from)
    ];
    leaf.prop_recursive(3, 24, 4, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec((word.clone(), inner), 0..4)
                .prop_map(|entries| Value::Object(entries.into_iter().collect::<Map<_, _>>())),
        ]
    })
}

/// How many values there are in a value.
fn count(json: &Value) -> usize {
    1 + match json {
        Value::Array(list) => list.iter().map(count).sum(),
        Value::Object(entries) => entries.values().map(count).sum(),
        _ => 0,
    }
}

/// Puts `new` in the place of the value of this number, in the order of [`count`].
fn replace(json: &mut Value, place: &mut usize, new: &Value) {
    if *place == 0 {
        *json = new.clone();
        *place = usize::MAX;
        return;
    }
    *place = place.saturating_sub(1);
    let inner: Vec<&mut Value> = match json {
        Value::Array(list) => list.iter_mut().collect(),
        Value::Object(entries) => entries.values_mut().collect(),
        _ => vec![],
    };
    for value in inner {
        if *place != usize::MAX {
            replace(value, place, new);
        }
    }
}

/// Where to put something else: anywhere, but as often in the first values, which say most.
fn place() -> impl Strategy<Value = usize> {
    prop_oneof![0..40usize, any::<usize>()]
}

pub fn changed(json: &mut Value, changes: &[(usize, Value)]) {
    for (place, new) in changes {
        let mut place = place % count(json);
        replace(json, &mut place, new);
    }
}

/// Changes of a JSON value: a place in it, and what is put there.
pub type Changes = Vec<(usize, Value)>;

pub fn changes() -> impl Strategy<Value = Changes> {
    prop::collection::vec((place(), any_json()), 1..4)
}

/// Changes of bytes, whatever they mean.
#[derive(Clone, Debug)]
pub enum Damage {
    Flip { bit: usize },
    Put { at: usize, bytes: Vec<u8> },
    Insert { at: usize, bytes: Vec<u8> },
    Remove { at: usize, count: usize },
    Cut { length: usize },
    Repeat { at: usize, count: usize },
}

/// A place in a file: anywhere, but as often in its first bytes, which say where the rest is.
fn offset() -> impl Strategy<Value = usize> {
    prop_oneof![0..16usize, 0..4_000usize, any::<usize>()]
}

pub fn damage() -> impl Strategy<Value = Vec<Damage>> {
    let some = || {
        prop_oneof![
            prop::collection::vec(any::<u8>(), 1..12),
            any::<u64>().prop_map(|number| number.to_le_bytes().to_vec()),
            prop::sample::select(vec![f32::NAN, f32::INFINITY, -1.0]).prop_map(|n| n.to_le_bytes().to_vec()),
            "[\\[\\]{}:,\"0-9a-z]{1,8}".prop_map(String::into_bytes),
        ]
    };
    let one = prop_oneof![
        any::<usize>().prop_map(|bit| Damage::Flip { bit }),
        offset().prop_map(|at| Damage::Flip { bit: 8 * (at % 4_096) }),
        (offset(), some()).prop_map(|(at, bytes)| Damage::Put { at, bytes }),
        (offset(), some()).prop_map(|(at, bytes)| Damage::Insert { at, bytes }),
        (offset(), 1..64usize).prop_map(|(at, count)| Damage::Remove { at, count }),
        any::<usize>().prop_map(|length| Damage::Cut { length }),
        (offset(), 1..200usize).prop_map(|(at, count)| Damage::Repeat { at, count }),
    ];
    prop::collection::vec(one, 1..5)
}

/// A file with this damage done to it.
pub fn damaged(mut bytes: Vec<u8>, damage: &[Damage]) -> Vec<u8> {
    for one in damage {
        let length = bytes.len().max(1);
        let within = |at: usize| at % length;
        match one {
            Damage::Flip { bit } => {
                if let Some(byte) = bytes.get_mut(within(bit / 8)) {
                    *byte ^= 1 << (bit % 8);
                }
            }
            Damage::Put { at, bytes: new } => {
                let start = within(*at);
                for (byte, new) in bytes.iter_mut().skip(start).zip(new) {
                    *byte = *new;
                }
            }
            Damage::Insert { at, bytes: new } => {
                let at = within(*at).min(bytes.len());
                bytes.splice(at..at, new.iter().copied());
            }
            Damage::Remove { at, count } => {
                let start = within(*at).min(bytes.len());
                bytes.drain(start..(start + count).min(bytes.len()));
            }
            Damage::Cut { length } => bytes.truncate(within(*length)),
            Damage::Repeat { at, count } => {
                let start = within(*at).min(bytes.len());
                let piece = bytes[start..(start + 32).min(bytes.len())].repeat(*count);
                bytes.splice(start..start, piece);
            }
        }
    }
    bytes
}

/// A `safetensors` file with its header changed; most of the time its length is true.
pub fn with_header(bytes: &[u8], lie: i64, change: impl FnOnce(&mut Value)) -> Vec<u8> {
    let length = u64::from_le_bytes(bytes[..8].try_into().unwrap()) as usize;
    let mut json: Value = serde_json::from_slice(&bytes[8..8 + length]).unwrap();
    change(&mut json);
    let header = json.to_string();
    let told = (header.len() as i64 + (lie - 6).max(0) * 5) as u64;
    [&told.to_le_bytes()[..], header.as_bytes(), &bytes[8 + length..]].concat()
}
