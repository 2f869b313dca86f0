//! Our side of `./dev parity` (tools/parity.py).
//!
//!     hugging_face export FOLDER   writes folders for `transformers` to load, and what we say of each
//!     hugging_face import FOLDER   reads folders that `transformers` has saved, and compares our logits
//!
//! Of both sizes, with both tokenizers, briefly trained on stories: `trained/…`. Their context is longer than
//! the page's, since a text of 200 tokens must fit: `transformers` moves no window. And a tiny model of the
//! tests: `golden/…`.

#[path = "../tests/hugging_face/sample.rs"]
mod sample;

use std::error::Error;
use std::path::Path;
use std::{env, fs};

use burn::tensor::Device;
use petit_train_contes::{Language, Part};
use petit_train_core::checkpoint::{Checkpoint, Writer};
use petit_train_core::config::{ModelConfig, TrainConfig};
use petit_train_core::data::{Corpus, Dataset, Texts};
use petit_train_core::engine::Engine;
use petit_train_core::hugging_face::{self, CardLanguage, Facts};
use petit_train_core::model::Gpt;
use petit_train_core::tokenizer::{Tokenizer, TokenizerConfig};
use petit_train_core::train::Trainer;
use sample::{Answers, FEW, Questions};
use serde::Deserialize;

type Result<T> = std::result::Result<T, Box<dyn Error>>;

const TEXT_BYTES: usize = 300_000;
const STEPS: usize = 60;
const MANY: Questions = Questions { strings: 1_000, positions: 256, greedy: 200 };

fn main() -> Result<()> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["export", folder] => pollster::block_on(export(Path::new(folder))),
        ["import", folder] => import(Path::new(folder)),
        _ => Err("export FOLDER, or import FOLDER".into()),
    }
}

async fn export(folder: &Path) -> Result<()> {
    for (name, tokenizer) in sample::tokenizers() {
        let model = sample::model(&sample::sizes(), tokenizer.vocab_size());
        let answers = sample::answers(&model, &tokenizer, sample::FRENCH, &FEW);
        write(&folder.join("golden").join(name), &model, &tokenizer, &sample::facts(), &answers).await?;
    }
    let nano = ModelConfig { n_layer: 2, n_embd: 64, block_size: 256, ..ModelConfig::default() };
    let petit = ModelConfig { block_size: 256, ..ModelConfig::default() };
    for (size, model) in [("nano", nano), ("petit", petit)] {
        for (kind, config) in
            [("characters", TokenizerConfig::Chars), ("byte_pairs", TokenizerConfig::Bpe { vocab_size: 512 })]
        {
            train(&folder.join("trained").join(format!("{size}-{kind}")), &model, &config).await?;
        }
    }
    Ok(())
}

/// Trains a model on stories and writes its folder.
async fn train(folder: &Path, sizes: &ModelConfig, tokenizer: &TokenizerConfig) -> Result<()> {
    let documents = Language::French.stories(1, Part::Training).documents(TEXT_BYTES);
    let documents: Vec<&str> = documents.iter().map(String::as_str).collect();
    let texts = Texts { training: &documents, ..Texts::default() };
    let (tokenizer, corpus) = Corpus::tokenize(texts, tokenizer, sizes.block_size)?;
    let characters_per_token = corpus.size().characters_per_token;
    let config = TrainConfig { batch_size: 2, steps: STEPS, warmup_steps: 20, ..TrainConfig::default() };
    let vocab_size = tokenizer.vocab_size();
    let mut trainer = Trainer::new(Box::new(corpus), vocab_size, sizes, config.clone(), Engine::cpu(), 1)?;
    let reports = trainer.train_steps(STEPS).await?;
    let evaluation = trainer.evaluate(4).await?.ok_or("no validation part")?;
    let last = &reports[STEPS - 20..];
    let facts = Facts {
        language: CardLanguage::English,
        name: folder.file_name().unwrap_or_default().to_string_lossy().into_owned(),
        text: Some("French stories".into()),
        characters: Some(documents.iter().map(|document| document.chars().count() as u64).sum()),
        characters_per_token: Some(characters_per_token),
        steps: Some(STEPS as u64),
        tokens: Some(trainer.tokens()),
        seed: Some(config.seed),
        training_loss: Some(
            last.iter().map(|report| f64::from(report.loss)).sum::<f64>() / last.len() as f64,
        ),
        validation_loss: Some(evaluation.loss.into()),
        validation_examples: Some(evaluation.examples as u64),
        ..Facts::default()
    };
    let answers = sample::answers(trainer.model(), &tokenizer, &documents[..40].concat(), &MANY);
    println!("{}: loss {:.3}", facts.name, evaluation.loss);
    write(folder, trainer.model(), &tokenizer, &facts, &answers).await
}

async fn write(
    folder: &Path,
    model: &Gpt,
    tokenizer: &Tokenizer,
    facts: &Facts,
    answers: &Answers,
) -> Result<()> {
    fs::create_dir_all(folder)?;
    let bytes = Writer::of_model(model, tokenizer, true, "")?.into_bytes().await?;
    for file in hugging_face::export(&Checkpoint::read(&bytes)?, facts)? {
        fs::write(folder.join(file.name), file.bytes)?;
    }
    // Beside the folder: it holds nothing of ours.
    fs::write(folder.with_extension("json"), serde_json::to_string(answers)?)?;
    Ok(())
}

/// What `transformers` says of a folder that it has saved.
#[derive(Deserialize)]
struct Saved {
    window: Vec<u32>,
    logits: Vec<Vec<f32>>,
    strings: Vec<(String, Option<Vec<u32>>)>,
}

fn import(folder: &Path) -> Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if !path.is_dir() {
            continue;
        }
        let saved: Saved = serde_json::from_slice(&fs::read(path.with_extension("json"))?)?;
        let files = ["config.json", "tokenizer.json", "model.safetensors"];
        let files: Vec<_> =
            files.iter().map(|name| Ok((*name, fs::read(path.join(name))?))).collect::<Result<_>>()?;
        let files: Vec<(&str, &[u8])> = files.iter().map(|(name, bytes)| (*name, bytes.as_slice())).collect();
        let bytes = hugging_face::import(&files)?;
        let checkpoint = Checkpoint::read(&bytes)?;
        let (model, tokenizer) = (checkpoint.model(&Device::flex())?, checkpoint.tokenizer());
        let ours = sample::logits(&model, &saved.window);
        if ours.len() != saved.logits.len() {
            return Err("as many rows of logits as tokens".into());
        }
        let pairs = ours.iter().flatten().zip(saved.logits.iter().flatten());
        let error = pairs.map(|(ours, theirs)| (ours - theirs).abs()).fold(0.0, f32::max);
        let unequal = saved.strings.iter().filter(|(text, ids)| tokenizer.encode(text).ok() != *ids).count();
        // A line for tools/parity.py.
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        println!("{}", serde_json::json!({"name": name, "error": error, "unequal": unequal}));
    }
    Ok(())
}
