//! Trains natively on the CPU engine and prints what the page would show.
//!
//!     cargo run --release -p petit-train-core --example train -- TEXT [steps=2000] [n_layer=4] …
//!
//! Keys are those of [`settings::Settings::set`].

mod settings;

use std::time::Instant;
use std::{env, error::Error, fs};

use petit_train_core::config::SamplingConfig;
use petit_train_core::data::Dataset;
use petit_train_core::engine::Engine;
use petit_train_core::generate::Generator;
use petit_train_core::train::Trainer;
use settings::Settings;

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
    let mut settings = Settings::default();
    arguments.try_for_each(|argument| settings.set(&argument))?;
    let text = fs::read_to_string(path)?;
    let (tokenizer, corpus) = settings.corpus(&text)?;
    let Settings { model, train: config, .. } = settings;
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
    let mut generator = Generator::new(&tokenizer, first_word, SamplingConfig::default(), false)?;
    print!("{first_word}");
    for _ in 0..400 {
        print!("{}", generator.next(trainer.model(), &tokenizer).await?.text);
    }
    println!("{}", generator.finish());
    Ok(())
}
