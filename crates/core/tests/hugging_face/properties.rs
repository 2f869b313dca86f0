//! Whatever the files say, import ends with a whole model or with an error: random headers, configurations
//! and tokenizers, most of them nearly right.

use std::sync::LazyLock;

use proptest::prelude::*;
use serde_json::{Map, Value, json};

use crate::folder::{CONFIG, Folder, Imported, TOKENIZER, WEIGHTS};
use crate::sample;

static SAMPLES: LazyLock<Vec<Folder>> = LazyLock::new(Folder::samples);

/// Any JSON, of what such files are made of.
fn any_json() -> impl Strategy<Value = Value> {
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

fn changed(json: &mut Value, changes: &[(usize, Value)]) {
    for (place, new) in changes {
        let mut place = place % count(json);
        replace(json, &mut place, new);
    }
}

fn assert_whole_or_refused(folder: &Folder) {
    match folder.import() {
        Err(error) => assert!(error.to_string().len() < 1_000, "{error}"),
        Ok(Imported { model, tokenizer, .. }) => {
            assert_eq!(model.vocab_size(), tokenizer.vocab_size());
            assert_eq!(sample::logits(&model, &[0, 4, 5]).len(), 3);
        }
    }
}

fn changes() -> impl Strategy<Value = Vec<(usize, Value)>> {
    prop::collection::vec((place(), any_json()), 1..4)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn of_any_configuration(sample in 0..2usize, changes in changes()) {
        let folder = &SAMPLES[sample];
        assert_whole_or_refused(&folder.with_json(CONFIG, |json| changed(json, &changes)));
    }

    #[test]
    fn of_any_tokenizer(sample in 0..2usize, changes in changes()) {
        let folder = &SAMPLES[sample];
        assert_whole_or_refused(&folder.with_json(TOKENIZER, |json| changed(json, &changes)));
    }

    #[test]
    fn of_any_header(sample in 0..2usize, changes in changes(), lie in 0..8i64) {
        let mut folder = SAMPLES[sample].clone();
        let bytes = folder.bytes(WEIGHTS).clone();
        let length = u64::from_le_bytes(bytes[..8].try_into().unwrap()) as usize;
        let mut json: Value = serde_json::from_slice(&bytes[8..8 + length]).unwrap();
        changed(&mut json, &changes);
        let header = json.to_string();
        // Most of the time its length is true.
        let told = (header.len() as i64 + (lie - 6).max(0) * 5) as u64;
        let file = [&told.to_le_bytes()[..], header.as_bytes(), &bytes[8 + length..]].concat();
        assert_whole_or_refused(&folder.with(WEIGHTS, file));
    }

    #[test]
    fn of_any_json(json in any_json()) {
        for (name, folder) in [(CONFIG, &SAMPLES[0]), (TOKENIZER, &SAMPLES[1]), (WEIGHTS, &SAMPLES[0])] {
            let refused = folder.with(name, json.to_string()).import().is_err();
            prop_assert!(refused, "{name}: {json}");
        }
    }

    #[test]
    fn of_any_bytes(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        for name in [CONFIG, TOKENIZER, WEIGHTS] {
            prop_assert!(SAMPLES[0].with(name, bytes.clone()).import().is_err());
        }
    }

    /// Merges of any names that are there, ids of any order.
    #[test]
    fn of_any_vocabulary(
        names in prop::collection::btree_set("[ab<0x41> é]{1,3}", 1..30),
        merges in prop::collection::vec((0..30usize, 0..30usize), 0..12),
        kind in prop::sample::select(vec!["BPE", "WordLevel"]),
    ) {
        let names: Vec<String> = names.into_iter().collect();
        let name = |index: usize| names[index % names.len()].clone();
        let folder = SAMPLES[1].with_json(TOKENIZER, |json| {
            json["model"]["type"] = json!(kind);
            json["model"]["vocab"] =
                Value::Object(names.iter().cloned().zip((0u32..).map(Value::from)).collect());
            let merges = merges.iter().map(|&(left, right)| json!([name(left), name(right)]));
            json["model"]["merges"] = merges.collect();
        });
        prop_assert!(folder.import().is_err());
    }
}
