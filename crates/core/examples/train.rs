//! Trains natively on the CPU engine and prints what the page would show.
//!
//!     cargo run --release -p petit-train-core --example train -- TEXT [steps=2000] [n_layer=4] [n_embd=128] …
//!
//! Keys are those of `ModelConfig` and `TrainConfig`, and `vocab_size=N` for byte-pair encoding.

use std::time::Instant;
use std::{env, error::Error, fs};

use burn::tensor::Device;
use petit_train_core::config::{MatrixOptimizer, ModelConfig, SamplingConfig, TrainConfig};
use petit_train_core::data::{Corpus, Texts};
use petit_train_core::generate::Generator;
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
            _ => return Err(format!("unknown setting {key}").into()),
        }
    }

    let text = fs::read_to_string(path)?;
    let (tokenizer, corpus) = Corpus::tokenize(Texts { training: &text, ..Texts::default() }, &tokenizer)?;
    let block_size = model.block_size;
    let tokens_per_step = config.batch_size * block_size;
    println!("{} parameters, V {}", model.n_parameters(tokenizer.vocab_size()), tokenizer.vocab_size());
    let mut trainer = Trainer::new(corpus, tokenizer.vocab_size(), model, config.clone(), &Device::flex())?;
    while trainer.step() < config.steps {
        let start = Instant::now();
        let steps = REPORT_EVERY.min(config.steps - trainer.step());
        let reports = trainer.train_steps(steps).await?;
        let speed = (steps * tokens_per_step) as f64 / start.elapsed().as_secs_f64();
        let loss = reports.iter().map(|report| report.loss).sum::<f32>() / steps as f32;
        let validation = trainer.evaluate(EVALUATED_BATCHES).await?;
        println!("{:6} train {loss:.4} validation {validation:.4} {speed:.0} tokens/s", trainer.step());
    }

    let mut generator = Generator::new(&tokenizer, "\n", SamplingConfig::default())?;
    for _ in 0..400 {
        print!("{}", generator.next(trainer.model(), block_size, &tokenizer).await?);
    }
    println!("{}", generator.finish());
    Ok(())
}
