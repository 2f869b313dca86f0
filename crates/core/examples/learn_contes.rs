//! Trains *petit* on endless stories, natively on the CPU engine: the validation loss against the floor, what
//! the model writes on its way, and how often its heads find the noun that a pronoun refers to.
//!
//!     cargo run --release -p petit-train-core --example learn_contes -- fr|en [steps=3000] [seed=42] …
//!
//! `vocab_size=N` asks for byte-pair encoding; without it, a token is a character.

#[path = "learn_contes/pronouns.rs"]
mod pronouns;

use std::{env, error::Error};

use petit_train_contes::{Language, Part};
use petit_train_core::config::{ModelConfig, SamplingConfig, TrainConfig};
use petit_train_core::data::{Corpus, Dataset, Texts};
use petit_train_core::engine::Engine;
use petit_train_core::generate::{Generator, WritingConfig};
use petit_train_core::tokenizer::{Tokenizer, TokenizerConfig};
use petit_train_core::train::Trainer;

/// As the page does it (`www/engine/source.js`).
const TRAINING_BYTES: usize = 500_000;
const VALIDATION_BYTES: usize = 100_000;
const EVALUATE_EVERY: usize = 100;
/// Some 30,000 tokens.
const EVALUATED_BATCHES: usize = 40;
const WRITE_AT: [usize; 4] = [100, 300, 1_000, 3_000];

fn main() -> Result<(), Box<dyn Error>> {
    pollster::block_on(learn())
}

async fn learn() -> Result<(), Box<dyn Error>> {
    let mut arguments = env::args().skip(1);
    let (language, opening) = match arguments.next().as_deref() {
        Some("en") => (Language::English, "Once upon a time"),
        _ => (Language::French, "Il était une fois"),
    };
    let model = ModelConfig::default();
    let mut config = TrainConfig { steps: 3_000, ..TrainConfig::default() };
    let mut tokenizer = TokenizerConfig::Chars;
    for argument in arguments {
        let (key, value) = argument.split_once('=').ok_or("settings are given as key=value")?;
        match key {
            "steps" => config.steps = value.parse()?,
            "seed" => config.seed = value.parse()?,
            "vocab_size" => tokenizer = TokenizerConfig::Bpe { vocab_size: value.parse()? },
            _ => return Err(format!("unknown setting {key}").into()),
        }
    }

    let mut stories = language.stories(config.seed, Part::Training);
    let training = stories.documents(TRAINING_BYTES);
    let validation = language.stories(config.seed, Part::Validation).documents(VALIDATION_BYTES);
    let alphabet = language.grammar().alphabet();
    let texts = Texts {
        training: &borrowed(&training),
        validation: Some(&borrowed(&validation)),
        alphabet: &alphabet,
    };
    let (tokenizer, corpus) = Corpus::tokenize(texts, &tokenizer, model.block_size)?;
    let size = corpus.size();
    let characters_per_token = size.characters_per_token;
    let floor = language.floor().nats_per_token(characters_per_token);
    // Tokens to be read before other stories are told: as many as these have.
    let mut remaining = size.training_tokens;
    let vocab_size = tokenizer.vocab_size();
    let mut trainer = Trainer::new(Box::new(corpus), vocab_size, &model, config.clone(), Engine::cpu(), 1)?;
    println!(
        "{language:?}, V {vocab_size}, {characters_per_token:.3} characters a token, \
         floor {floor:.4} nats a token"
    );

    let tokens_per_step = config.batch_size * model.block_size;
    pronouns::report(&trainer, &tokenizer, language).await?;
    println!("  step   training  validation    floor  over it, bits a character");
    while trainer.step() < config.steps {
        let steps = EVALUATE_EVERY.min(config.steps - trainer.step());
        if remaining < steps * tokens_per_step {
            let position = stories.position().to_string();
            let documents = stories.documents(TRAINING_BYTES);
            trainer.replace_training(&borrowed(&documents), &tokenizer, &position)?;
            remaining = trainer.dataset().size().training_tokens;
        }
        remaining = remaining.saturating_sub(steps * tokens_per_step);
        let reports = trainer.train_steps(steps).await?;
        let loss = reports.iter().map(|report| report.loss).sum::<f32>() / steps as f32;
        let evaluation = trainer.evaluate(EVALUATED_BATCHES).await?.ok_or("no validation part")?;
        let validation = f64::from(evaluation.loss);
        let over = (validation - floor) / core::f64::consts::LN_2 / characters_per_token;
        println!("{:6}  {loss:9.4}  {validation:10.4}  {floor:7.4}  {over:7.4}", trainer.step());
        if WRITE_AT.contains(&trainer.step()) {
            write(&trainer, &tokenizer, opening).await?;
        }
    }
    pronouns::report(&trainer, &tokenizer, language).await?;
    Ok(())
}

async fn write(trainer: &Trainer, tokenizer: &Tokenizer, opening: &str) -> Result<(), Box<dyn Error>> {
    let sampling = SamplingConfig { temperature: 0.8, ..SamplingConfig::default() };
    let config = WritingConfig { sampling, begins_document: true, stop_at_end: true };
    let mut generator = Generator::new(tokenizer, &[opening], &config)?;
    print!("\n    step {}: {opening}", trainer.step());
    let mut text = String::new();
    let mut ended = false;
    while !ended && text.chars().count() < 600 {
        for piece in generator.next(trainer.model(), tokenizer).await? {
            text.push_str(&piece.text);
            ended = piece.ended;
        }
    }
    println!("{}\n", text.trim_end().replace('\n', "\n    "));
    Ok(())
}

fn borrowed(documents: &[String]) -> Vec<&str> {
    documents.iter().map(String::as_str).collect()
}
