//! How the model that a visitor meets is raised: from nothing, on stories without end, by one thread. The
//! same seed gives the same bytes.

#[path = "../stories/mod.rs"]
mod stories;

use std::error::Error;

use petit_train_contes::Language;
use petit_train_core::checkpoint::{Checkpoint, Writer, halved};
use petit_train_core::config::{ModelConfig, TrainConfig};
use petit_train_core::data::{Corpus, Dataset, Texts};
use petit_train_core::engine::Engine;
use petit_train_core::tokenizer::TokenizerConfig;
use petit_train_core::train::Trainer;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use stories::{Source, borrowed, validation, written};

/// Stories that the model is judged by.
const STORIES: usize = 100;

/// What is raised, and how long.
#[derive(Clone)]
pub struct Recipe {
    pub language: Language,
    pub model: ModelConfig,
    pub tokenizer: TokenizerConfig,
    pub train: TrainConfig,
}

impl Recipe {
    /// The model of the page: as wide as 2.2 MB in half precision allow with a token for nearly every word. A
    /// training of this length takes half the page's learning rate.
    pub fn full(language: Language) -> Self {
        let model = ModelConfig { n_embd: 112, block_size: 256, ..ModelConfig::default() };
        let train = TrainConfig {
            batch_size: 4,
            steps: 5_000,
            learning_rate: 0.0035,
            muon_learning_rate: 0.014,
            ..TrainConfig::default()
        };
        Self { language, model, tokenizer: TokenizerConfig::Bpe { vocab_size: 4_096 }, train }
    }
}

/// Trains the model: its file, in half precision. `report` is told each step, and its loss in nats a token.
pub async fn raise(recipe: &Recipe, mut report: impl FnMut(usize, f32)) -> Result<Vec<u8>, Box<dyn Error>> {
    let Recipe { language, model, tokenizer, train } = recipe;
    let (mut source, tokenizer, corpus) = Source::open(*language, train.seed, tokenizer, model.block_size)?;
    let engine = Engine::cpu();
    let vocab_size = tokenizer.vocab_size();
    let mut trainer = Trainer::new(Box::new(corpus), vocab_size, model, train.clone(), engine, 1)?;
    while trainer.step() < train.steps {
        let loss = source.step(&mut trainer, &tokenizer).await?;
        report(trainer.step(), loss);
    }
    let whole = Writer::of_model(trainer.model(), &tokenizer, true, "")?.into_bytes().await?;
    Ok(halved(&Checkpoint::read(&whole)?, "")?)
}

/// What is known of a file that was raised: its recipe, and how well the model in it tells stories.
pub async fn facts(recipe: &Recipe, file: &[u8]) -> Result<Value, Box<dyn Error>> {
    let Recipe { language, model, train, .. } = recipe;
    let checkpoint = Checkpoint::read(file)?;
    let tokenizer = checkpoint.tokenizer();
    let validation = validation(*language, train.seed);
    let judging = borrowed(&validation);
    let texts = Texts { training: &judging, validation: Some(&judging), alphabet: "" };
    let corpus = Corpus::with_tokenizer(texts, tokenizer, model.block_size)?;
    let characters_per_token = corpus.size().characters_per_token;
    let trainer = checkpoint.fresh_trainer(Box::new(corpus), train.clone(), Engine::cpu(), 1)?;
    let loss = trainer.evaluate_fully().await?.ok_or("there is no validation part")?.loss;
    let mut whole = 0;
    for seed in 1..=STORIES as u64 {
        let (_, is_whole) = written::write(trainer.model(), tokenizer, *language, "", seed).await?;
        whole += usize::from(is_whole);
    }
    Ok(json!({
        "model": model,
        "tokenizer": {"kind": "bpe", "vocab_size": tokenizer.vocab_size()},
        "seed": train.seed,
        "steps": train.steps,
        "tokens": train.steps * train.batch_size * model.block_size,
        "validation_loss": loss,
        "characters_per_token": characters_per_token,
        "bits_per_character": f64::from(loss) / core::f64::consts::LN_2 / characters_per_token,
        "tales": {"whole": whole, "of": STORIES, "temperature": written::TEMPERATURE},
        "sha256": sha256(file),
    }))
}

/// SHA-256 in hexadecimal digits.
pub fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}
