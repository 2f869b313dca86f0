//! What `transformers` and `tokenizers` said (`./dev parity --golden`), compared without them.

use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde_json::Value;

use crate::folder::{Folder, Imported};
use crate::sample::{self, Answers, FEW};

/// As large as logits that differ by the order of additions alone.
const TOLERANCE: f32 = 1e-4;

fn golden(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/hugging_face").join(name)
}

fn read<T: for<'d> Deserialize<'d>>(path: PathBuf) -> T {
    serde_json::from_slice(&fs::read(&path).unwrap()).unwrap()
}

fn assert_close(ours: &[Vec<f32>], theirs: &[Vec<f32>]) {
    assert_eq!(ours.len(), theirs.len());
    for (ours, theirs) in ours.iter().zip(theirs) {
        assert_eq!(ours.len(), theirs.len());
        assert!(ours.iter().zip(theirs).all(|(a, b)| (a - b).abs() <= TOLERANCE), "{ours:?}\n{theirs:?}");
    }
}

#[test]
fn files_are_those_that_transformers_has_loaded() {
    for (name, tokenizer) in sample::tokenizers() {
        let mut folder = Folder::of(&sample::model(&sample::sizes(), tokenizer.vocab_size()), &tokenizer);
        for file in ["config.json", "generation_config.json", "tokenizer.json", "tokenizer_config.json"] {
            // Another order of the entries is no other file.
            let loaded: Value = read(golden(name).join(file));
            assert_eq!(folder.json(file), loaded, "{name}/{file}: run ./dev parity --golden, which tries it");
        }
    }
}

#[test]
fn logits_ids_and_texts_are_those_of_transformers() {
    for (name, tokenizer) in sample::tokenizers() {
        let theirs: Answers = read(golden(name).join("theirs.json"));
        let model = sample::model(&sample::sizes(), tokenizer.vocab_size());
        let ours = sample::answers(&model, &tokenizer, sample::FRENCH, &FEW);
        assert_eq!((&ours.window, &ours.positions), (&theirs.window, &theirs.positions));
        assert_close(&ours.logits, &theirs.logits);
        assert_eq!(ours.greedy, theirs.greedy);
        // Of a torn character, which byte pairs may write, the library shows each byte as U+FFFD.
        let torn = name == "byte_pairs" && ours.greedy_text.contains('\u{FFFD}');
        assert!(torn || ours.greedy_text == theirs.greedy_text);
        assert_eq!(ours.strings.len(), 200);
        for (ours, theirs) in ours.strings.iter().zip(&theirs.strings) {
            assert_eq!(ours, theirs);
        }
        let refused = theirs.strings.iter().filter(|(_, ids)| ids.is_none()).count();
        assert_eq!(refused > 0, name == "characters", "byte pairs spell every text");
    }
}

#[derive(Deserialize)]
struct Saved {
    window: Vec<u32>,
    /// Of the window's last two tokens.
    last_logits: Vec<Vec<f32>>,
}

#[test]
fn a_folder_that_transformers_has_saved_is_read() {
    for (name, tokenizer) in sample::tokenizers() {
        let files = ["config.json", "tokenizer.json", "model.safetensors"];
        let files =
            files.map(|file| (file.to_owned(), fs::read(golden(name).join("saved").join(file)).unwrap()));
        let Imported { model, tokenizer: read_tokenizer, is_of_documents } =
            Folder(files.into()).import().unwrap();
        assert!(!is_of_documents, "it says nothing of it");
        assert_eq!(read_tokenizer.parts(), tokenizer.parts());
        assert_eq!(model.config(), &sample::sizes());
        let saved: Saved = read(golden(name).join("saved.json"));
        let logits = sample::logits(&model, &saved.window);
        assert_close(&logits[logits.len() - 2..], &saved.last_logits);
        // What it computes is no accident of small numbers.
        assert!(saved.last_logits.concat().iter().any(|logit| logit.abs() > 0.5));
    }
}
