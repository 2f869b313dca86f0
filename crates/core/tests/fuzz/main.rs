//! Files from anywhere: whatever they hold, they are taken whole or refused with a typed error, and take no
//! more memory than twice themselves and 16 MB.
//!
//! A few hundred of each kind here; `./dev fuzz SECONDS` tries each kind for so long. What makes one fail is
//! written to `corpus/<kind>/`, which is tried each time.
#![allow(clippy::unwrap_used, clippy::panic)]

#[path = "../common/mod.rs"]
mod common;
#[path = "../hugging_face/folder.rs"]
#[allow(dead_code, reason = "a part of it is used here")]
mod folder;
mod inputs;
mod memory;
#[path = "../hugging_face/sample.rs"]
#[allow(dead_code, reason = "a part of it is used here")]
mod sample;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;
use std::time::{Duration, Instant};

use burn::tensor::Device;
use petit_train_core::checkpoint::{Checkpoint, METADATA_KEY, Writer, with_page};
use petit_train_core::config::{Position, TrainConfig};
use petit_train_core::error::Result;
use petit_train_core::hugging_face::{self, Facts};
use pollster::block_on;
use proptest::prelude::*;
use proptest::test_runner::{TestError, TestRunner};
use serde_json::{Value, json};

use folder::{CONFIG, Folder, TOKENIZER, WEIGHTS};
use inputs::{any_json, changed, changes, damage, damaged, with_header};

static FOLDERS: LazyLock<Vec<Folder>> = LazyLock::new(Folder::samples);

/// A training with all that a file can hold, and the same with a text of the page's.
static CHECKPOINTS: LazyLock<Vec<Vec<u8>>> = LazyLock::new(|| {
    let config = TrainConfig { batch_size: 2, ..TrainConfig::default() };
    let mut trainer = common::trainer(common::tiny(Position::Learned), config);
    block_on(trainer.train_steps(1)).unwrap();
    trainer.save_best(2.0).unwrap();
    let writer = Writer::of_training(&trainer, &common::dataset().0, r#"{"milestone":1}"#).unwrap();
    let bytes = block_on(writer.into_bytes()).unwrap();
    vec![with_page(&bytes, r#"{"version":1,"steps":[1,2,3]}"#).unwrap(), bytes]
});

/// One kind of file.
#[derive(Clone, Copy)]
struct Kind {
    name: &'static str,
    /// Reads a file as the page does; nothing of the engine's. Whether it was taken.
    read: fn(&[u8]) -> Result<()>,
    /// Goes on with what was taken.
    used: fn(&[u8]),
}

const CHECKPOINT: Kind = Kind { name: "checkpoint", read: read_checkpoint, used: use_checkpoint };
const OF_CONFIG: Kind = Kind { name: "config", read: |bytes| read_folder(0, CONFIG, bytes), used: |_| {} };
const OF_TOKENIZER: Kind =
    Kind { name: "tokenizer", read: |bytes| read_folder(1, TOKENIZER, bytes), used: |_| {} };
const OF_WEIGHTS: Kind = Kind { name: "weights", read: |bytes| read_folder(0, WEIGHTS, bytes), used: |_| {} };
const KINDS: [Kind; 4] = [CHECKPOINT, OF_CONFIG, OF_TOKENIZER, OF_WEIGHTS];

fn read_checkpoint(bytes: &[u8]) -> Result<()> {
    let checkpoint = Checkpoint::read(bytes)?;
    checkpoint.check()?;
    checkpoint.page()?;
    Ok(())
}

/// What was looked at is taken by an engine, and by everything else that works on files.
fn use_checkpoint(bytes: &[u8]) {
    let checkpoint = Checkpoint::read(bytes).unwrap();
    let model = checkpoint.model(&Device::flex()).unwrap();
    assert_eq!(model.vocab_size(), checkpoint.tokenizer().vocab_size());
    checkpoint.beginning().unwrap();
    let again = with_page(bytes, "page").unwrap();
    assert_eq!(Checkpoint::read(&again).unwrap().page(), Ok(Some("page")));
    let _ = hugging_face::export(&checkpoint, &Facts::default());
}

fn read_folder(sample: usize, name: &'static str, bytes: &[u8]) -> Result<()> {
    let folder = &FOLDERS[sample];
    let files: Vec<(&str, &[u8])> = folder
        .0
        .iter()
        .map(|(found, own)| (found.as_str(), if found == name { bytes } else { own.as_slice() }))
        .collect();
    // What was made of a folder is a checkpoint like any other.
    read_checkpoint(&hugging_face::import(&files)?)
}

/// Twice the file, and so much more.
const SPARE: usize = 16_000_000;

/// Whether the file was taken.
fn taken_whole_or_refused(kind: Kind, bytes: &[u8]) -> bool {
    let (result, peak) = memory::peak_of(|| (kind.read)(bytes));
    assert!(peak <= 2 * bytes.len() + SPARE, "{peak} bytes for a file of {}", bytes.len());
    match result {
        Ok(()) => (kind.used)(bytes),
        // A sentence of reasonable length, whatever the file holds.
        Err(ref error) => assert!(error.to_string().len() < 1_000, "{error}"),
    }
    result.is_ok()
}

fn corpus(kind: Kind) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fuzz/corpus").join(kind.name)
}

/// Tries what `files` makes, each with a change of its own.
fn fuzz(kind: Kind, files: impl Strategy<Value = Vec<u8>>) {
    let seconds = std::env::var("FUZZ_SECONDS").ok().map(|seconds| seconds.parse::<f64>().unwrap());
    let (started, mut tried, taken) = (Instant::now(), 0u64, std::cell::Cell::new(0u64));
    loop {
        let config = ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() };
        let outcome = TestRunner::new(config).run(&files, |bytes| {
            taken.set(taken.get() + u64::from(taken_whole_or_refused(kind, &bytes)));
            Ok(())
        });
        if let Err(TestError::Fail(reason, bytes)) = &outcome {
            let folder = corpus(kind);
            fs::create_dir_all(&folder).unwrap();
            let hash = bytes.iter().fold(0u32, |hash, byte| hash.wrapping_mul(31) ^ u32::from(*byte));
            fs::write(folder.join(format!("{hash:08x}")), bytes).unwrap();
            panic!("{}: {reason}; it is kept as {hash:08x}", kind.name);
        }
        outcome.unwrap();
        tried += 256;
        if seconds.is_none_or(|seconds| started.elapsed() >= Duration::from_secs_f64(seconds)) {
            break;
        }
    }
    println!("{}: {tried} files in {:.0?}, {} taken", kind.name, started.elapsed(), taken.get());
}

/// Damaged bytes of one of these files.
fn of_bytes(files: impl Fn() -> Vec<Vec<u8>> + Clone) -> impl Strategy<Value = Vec<u8>> {
    (any::<prop::sample::Index>(), damage()).prop_map(move |(which, damage)| {
        let files = files();
        damaged(files[which.index(files.len())].clone(), &damage)
    })
}

#[test]
fn checkpoints() {
    let header = (0..2usize, changes(), 0..8i64).prop_map(|(sample, changes, lie)| {
        with_header(&CHECKPOINTS[sample], lie, |json| changed(json, &changes))
    });
    // The header within the header: its configurations, its tokenizer.
    let inner = (0..2usize, changes()).prop_map(|(sample, changes)| {
        with_header(&CHECKPOINTS[sample], 0, |json| {
            let entry = &mut json["__metadata__"][METADATA_KEY];
            let mut own: Value = serde_json::from_str(entry.as_str().unwrap()).unwrap();
            changed(&mut own, &changes);
            *entry = own.to_string().into();
        })
    });
    let bytes = of_bytes(|| CHECKPOINTS.clone());
    let noise = prop::collection::vec(any::<u8>(), 0..200);
    fuzz(CHECKPOINT, prop_oneof![2 => header, 4 => inner, 4 => bytes, 1 => noise]);
}

/// A JSON file of a folder: changed, damaged, or any other.
fn of_json(sample: usize, name: &'static str) -> impl Strategy<Value = Vec<u8>> {
    let file = move || FOLDERS[sample].clone().bytes(name).clone();
    let values = changes().prop_map(move |changes| {
        let mut json: Value = serde_json::from_slice(&file()).unwrap();
        changed(&mut json, &changes);
        json.to_string().into_bytes()
    });
    let other = any_json().prop_map(|json| json.to_string().into_bytes());
    prop_oneof![6 => values, 3 => of_bytes(move || vec![file()]), 1 => other]
}

#[test]
fn configurations() {
    fuzz(OF_CONFIG, of_json(0, CONFIG));
}

#[test]
fn tokenizers() {
    // Merges of any names that are there, ids of any order.
    let names = prop::collection::btree_set("[ab<0x41> é]{1,3}", 1..30);
    let merges = prop::collection::vec((0..30usize, 0..30usize), 0..12);
    let vocabulary = (names, merges, any::<bool>()).prop_map(|(names, merges, bpe)| {
        let mut json: Value = FOLDERS[1].clone().json(TOKENIZER);
        let names: Vec<String> = names.into_iter().collect();
        let name = |index: usize| names[index % names.len()].clone();
        let merges = merges.iter().map(|&(left, right)| json!([name(left), name(right)]));
        json["model"] = json!({
            "type": if bpe { "BPE" } else { "WordLevel" },
            "vocab": names.iter().cloned().zip((0u32..).map(Value::from)).collect::<serde_json::Map<_, _>>(),
            "merges": merges.collect::<Vec<_>>(),
        });
        json.to_string().into_bytes()
    });
    fuzz(OF_TOKENIZER, prop_oneof![4 => of_json(1, TOKENIZER), 1 => vocabulary]);
}

#[test]
fn weights() {
    let file = || FOLDERS[0].clone().bytes(WEIGHTS).clone();
    let header = (changes(), 0..8i64)
        .prop_map(move |(changes, lie)| with_header(&file(), lie, |json| changed(json, &changes)));
    fuzz(OF_WEIGHTS, prop_oneof![1 => header, 1 => of_bytes(move || vec![file()])]);
}

#[test]
fn what_was_found_before_is_tried_again() {
    for kind in KINDS {
        let files = fs::read_dir(corpus(kind)).into_iter().flatten();
        for file in files {
            taken_whole_or_refused(kind, &fs::read(file.unwrap().path()).unwrap());
        }
    }
}

/// A header of `entries`, told to be as long as it is.
fn file_of(header: &str, data: &[u8]) -> Vec<u8> {
    [&(header.len() as u64).to_le_bytes()[..], header.as_bytes(), data].concat()
}

#[test]
fn headers_that_ask_for_much_memory_are_refused() {
    let many = |count: usize, entry: &dyn Fn(usize) -> String| {
        let entries: Vec<String> = (0..count).map(entry).collect();
        format!("{{{}}}", entries.join(","))
    };
    let strings = many(100_000, &|index| format!("\"{index}\":\"\""));
    let tensor = |index| format!("\"{index}\":{{\"dtype\":\"F32\",\"shape\":[0],\"data_offsets\":[0,0]}}");
    let tensors = many(30_000, &tensor);
    let shape = format!(
        "{{\"a\":{{\"dtype\":\"F32\",\"shape\":[{}0],\"data_offsets\":[0,0]}}}}",
        "1,".repeat(900_000)
    );
    let deep = format!("{}{}", "[".repeat(1_000_000), "]".repeat(1_000_000));
    let metadata = format!("{{\"__metadata__\":{strings}}}");
    for header in [strings, tensors, shape, deep, metadata] {
        assert!(!taken_whole_or_refused(CHECKPOINT, &file_of(&header, &[])));
        assert!(!taken_whole_or_refused(OF_WEIGHTS, &file_of(&header, &[])));
    }
    for length in [u64::MAX, 1 << 32, 4_000_000_000] {
        let mut bytes = CHECKPOINTS[0].clone();
        bytes[..8].copy_from_slice(&length.to_le_bytes());
        assert!(!taken_whole_or_refused(CHECKPOINT, &bytes));
    }
}

#[test]
fn tokens_that_double_are_refused() {
    // Each merge doubles the longest token: 2^40 bytes from a few hundred.
    let merges: Vec<[u32; 2]> =
        (0..40u32).map(|merge| [if merge == 0 { 260 } else { 261 + merge }; 2]).collect();
    let bytes = with_header(&CHECKPOINTS[0], 0, |json| {
        let entry = &mut json["__metadata__"][METADATA_KEY];
        let mut own: Value = serde_json::from_str(entry.as_str().unwrap()).unwrap();
        own["tokenizer"] = json!({"kind": "bpe", "characters": "ab", "merges": merges});
        *entry = own.to_string().into();
    });
    assert!(!taken_whole_or_refused(CHECKPOINT, &bytes));
}
