//! Trains natively on the CPU engine and prints what the page would show.
//!
//!     cargo run --release -p petit-train-core --example train -- TEXT [steps=2000] [n_layer=4] …
//!
//! Keys are those of `ModelConfig` and `TrainConfig`, `vocab_size=N` for byte-pair encoding, and
//! `validation=last` for the split of other projects: trained on the first nine tenths, judged by the last.
//! Without it, the page's split.

use std::time::Instant;
use std::{env, error::Error, fs};

use petit_train_core::config::{MatrixOptimizer, ModelConfig, TrainConfig};
use petit_train_core::data::{Corpus, Dataset, Texts};
use petit_train_core::engine::Engine;
use petit_train_core::generate::{Generator, WritingConfig};
use petit_train_core::tokenizer::TokenizerConfig;
use petit_train_core::train::Trainer;

/// Steps between two lines of figures.
const REPORT_EVERY: usize = 100;
/// Enough for two decimals.
const EVALUATED_BATCHES: usize = 80;

fn main() -> Result<(), Box<dyn Error>> {
    pollster::block_on(train())
}

async fn train() -> Result<(), Box<dyn Error>> {
    let mut arguments = env::args().skip(1);
    let path = arguments.next().ok_or("usage: train TEXT [key=value …]")?;
    let (mut model, mut config) = (ModelConfig::default(), TrainConfig::default());
    let mut tokenizer = TokenizerConfig::Chars;
    let mut judged_by_the_end = false;
    for argument in arguments {
        let (key, value) = argument.split_once('=').ok_or("settings are given as key=value")?;
        match key {
            "n_layer" => model.n_layer = value.parse()?,
            "n_head" => model.n_head = value.parse()?,
            "n_embd" => model.n_embd = value.parse()?,
            "block_size" => model.block_size = value.parse()?,
            "batch_size" => config.batch_size = value.parse()?,
            "steps" => config.steps = value.parse()?,
            "learning_rate" => config.learning_rate = value.parse()?,
            "muon_learning_rate" => config.muon_learning_rate = value.parse()?,
            "optimizer" if value == "adamw" => config.optimizer = MatrixOptimizer::Adamw,
            "warmup_steps" => config.warmup_steps = value.parse()?,
            "min_learning_rate_ratio" => config.min_learning_rate_ratio = value.parse()?,
            "beta2" => config.beta2 = value.parse()?,
            "beta1" => config.beta1 = value.parse()?,
            "weight_decay" => config.weight_decay = value.parse()?,
            "dropout" => config.dropout = value.parse()?,
            "seed" => config.seed = value.parse()?,
            "vocab_size" => tokenizer = TokenizerConfig::Bpe { vocab_size: value.parse()? },
            "validation" if value == "last" => judged_by_the_end = true,
            _ => return Err(format!("unknown setting {key}").into()),
        }
    }

    let text = fs::read_to_string(path)?;
    let (training, validation) = text.split_at(nine_tenths(&text));
    let texts = match judged_by_the_end {
        true => Texts { training: &[training], validation: Some(&[validation]), ..Texts::default() },
        false => Texts { training: &[&text], ..Texts::default() },
    };
    let (tokenizer, corpus) = Corpus::tokenize(texts, &tokenizer, model.block_size)?;
    let vocab_size = tokenizer.vocab_size();
    let tokens_per_step = config.batch_size * corpus.window();
    println!("{} parameters, V {vocab_size}, {:?}", model.n_parameters(vocab_size), corpus.size());
    let engine = Engine::cpu();
    let mut trainer = Trainer::new(Box::new(corpus), vocab_size, &model, config.clone(), engine, 1)?;
    while trainer.step() < config.steps {
        let start = Instant::now();
        let steps = REPORT_EVERY.min(config.steps - trainer.step());
        let reports = trainer.train_steps(steps).await?;
        let speed = (steps * tokens_per_step) as f64 / start.elapsed().as_secs_f64();
        let loss = reports.iter().map(|report| report.loss).sum::<f32>() / steps as f32;
        let validation =
            trainer.evaluate(EVALUATED_BATCHES).await?.map_or(f32::NAN, |evaluation| evaluation.loss);
        println!("{:6} train {loss:.4} validation {validation:.4} {speed:.0} tokens/s", trainer.step());
    }
    if let Some(evaluation) = trainer.evaluate_fully().await? {
        println!("validation {:.4} on {} windows in the end", evaluation.loss, evaluation.examples);
    }

    let first_word = text.split_whitespace().next().unwrap_or(&text);
    let mut generator = Generator::new(&tokenizer, &[first_word], &WritingConfig::default())?;
    print!("{first_word}");
    for _ in 0..400 {
        for piece in generator.next(trainer.model(), &tokenizer).await? {
            print!("{}", piece.text);
        }
    }
    println!("{}", generator.finish().concat());
    Ok(())
}

/// The byte at which the last tenth of the characters begins.
fn nine_tenths(text: &str) -> usize {
    let characters = text.chars().count();
    text.char_indices().nth(characters - characters.div_ceil(10)).map_or(text.len(), |(byte, _)| byte)
}
