//! What a step costs with either optimizer, natively on one thread: shape S (the defaults) on random tokens.
//!
//!     cargo run --release -p petit-train-core --example step_speed -- [key=value …] [--json]
//!
//! The two take turns, so that whatever else the machine does falls on both. Prints medians in milliseconds:
//! whole steps, and the optimizers' part of them.

#[path = "settings/mod.rs"]
mod settings;

use std::time::Instant;
use std::{env, error::Error};

use burn::tensor::Tensor;
use petit_train_core::config::{MatrixOptimizer, TrainConfig};
use petit_train_core::data::{Corpus, Texts};
use petit_train_core::engine::Engine;
use petit_train_core::optim::Optimizer;
use petit_train_core::train::Trainer;
use serde_json::json;
use settings::{Settings, key_and_value};

const TURNS: usize = 8;
const STEPS: usize = 4;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments: Vec<String> = env::args().skip(1).collect();
    let as_json = arguments.pop_if(|last| last == "--json").is_some();
    let mut settings = Settings::default();
    for argument in &arguments {
        let (key, value) = key_and_value(argument)?;
        settings.set(key, value)?;
    }
    // Some 60 characters, as a text has.
    let text: String =
        (0..200_000u32).map(|i| char::from(b'A' + (i.wrapping_mul(2_654_435_761) >> 26) as u8)).collect();
    let mut both = [MatrixOptimizer::Adamw, MatrixOptimizer::Muon]
        .map(|optimizer| Timed::new(&settings, optimizer, &text));
    for _ in 0..TURNS {
        for timed in &mut both {
            timed.as_mut().map_err(|error| error.to_string())?.take_turn()?;
        }
    }
    let [adamw, muon] = both.map(|timed| timed.map(Timed::medians));
    let ([adamw_step, adamw_update], [muon_step, muon_update]) = (adamw?, muon?);
    let ratio = muon_step / adamw_step;
    println!("AdamW {adamw_step:.1} ms a step, {adamw_update:.1} ms of it the optimizer's");
    println!(
        "Muon {muon_step:.1} ms a step, {muon_update:.1} ms of it the optimizer's: {ratio:.3} of AdamW's"
    );
    if as_json {
        println!(
            "{}",
            json!({ "adamw_ms": adamw_step, "adamw_update_ms": adamw_update, "muon_ms": muon_step,
                "muon_update_ms": muon_update, "ratio": ratio })
        );
    }
    Ok(())
}

struct Timed {
    trainer: Trainer,
    config: TrainConfig,
    /// Milliseconds.
    steps: Vec<f64>,
    updates: Vec<f64>,
}

impl Timed {
    fn new(settings: &Settings, optimizer: MatrixOptimizer, text: &str) -> Result<Self, Box<dyn Error>> {
        let texts = Texts { training: &[text], ..Texts::default() };
        let (tokenizer, corpus) = Corpus::tokenize(texts, &settings.tokenizer, settings.model.block_size)?;
        let config = TrainConfig { optimizer, ..settings.train.clone() };
        let (model, vocab_size) = (&settings.model, tokenizer.vocab_size());
        let trainer = Trainer::new(Box::new(corpus), vocab_size, model, config.clone(), Engine::cpu(), 1)?;
        Ok(Self { trainer, config, steps: vec![], updates: vec![] })
    }

    fn take_turn(&mut self) -> Result<(), Box<dyn Error>> {
        for _ in 0..STEPS {
            let start = Instant::now();
            pollster::block_on(self.trainer.train_steps(1))?;
            self.steps.push(start.elapsed().as_secs_f64() * 1e3);
        }
        let mut model = self.trainer.model().clone();
        let mut optimizer = Optimizer::new(&model, &self.config);
        let gradients: Vec<Tensor<2>> =
            model.parameters().into_iter().map(|tensor| tensor.clone() * 0.1).collect();
        for _ in 0..STEPS {
            let start = Instant::now();
            optimizer.step(&mut model, gradients.clone(), 0.1, &self.config);
            self.updates.push(start.elapsed().as_secs_f64() * 1e3);
        }
        Ok(())
    }

    /// Of a step and of the optimizer's part.
    fn medians(self) -> [f64; 2] {
        [self.steps, self.updates].map(|mut times| {
            times.sort_by(f64::total_cmp);
            times[times.len() / 2]
        })
    }
}
