//! Compares settings of a training, natively on the CPU engine, over paired seeds: each variant is trained
//! from the same weights and on the same windows as the first, which is the baseline, and judged by the
//! last tenth of the text, which is not trained on.
//!
//!     cargo run --release -p petit-train-core --example trials -- TEXT [seeds=8] [key=value …] \
//!         / [key=value …] / [key=value …] … [--json]
//!
//! Settings before the first `/` are all variants'; after it, one variant between two `/`. Keys are those of
//! the example `train`. Prints for each variant the mean validation loss after the last step and its mean
//! difference from the baseline with the standard error of that mean; with `--json` also, on the last line,
//! one JSON object.

#[path = "settings/mod.rs"]
mod settings;

use std::time::Instant;
use std::{env, error::Error, fs};

use petit_train_core::data::{Corpus, Dataset, Texts};
use petit_train_core::engine::Engine;
use petit_train_core::train::Trainer;
use serde_json::json;
use settings::{Settings, key_and_value};

/// Validation characters that a variant is judged by: enough for three decimals.
const VALIDATION_TOKENS: usize = 92_160;

struct Variant {
    /// As it was given on the command line.
    name: String,
    settings: Settings,
    /// The validation loss of each seed.
    losses: Vec<f64>,
    /// What all trainings took together, evaluations not counted.
    seconds: f64,
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments: Vec<String> = env::args().skip(1).collect();
    let as_json = arguments.pop_if(|last| last == "--json").is_some();
    let (path, rest) = arguments.split_first().ok_or("usage: trials TEXT [key=value …] / [key=value …] …")?;
    let text = fs::read_to_string(path)?;
    let mut groups = rest.split(|argument| argument == "/");
    let (mut common, mut seeds) = (Settings::default(), 8);
    for argument in groups.next().unwrap_or_default() {
        match key_and_value(argument)? {
            ("seeds", value) => seeds = value.parse()?,
            (key, value) => common.set(key, value)?,
        }
    }
    let mut variants = groups.map(|group| variant(&common, group)).collect::<Result<Vec<_>, _>>()?;
    if variants.is_empty() {
        variants.push(variant(&common, &[])?);
    }
    for seed in 1..=seeds {
        for variant in &mut variants {
            variant.settings.train.seed = seed;
            let (loss, seconds) = pollster::block_on(trained(&variant.settings, &text))?;
            println!("seed {seed} {:50} {loss:.4} {seconds:.1} s", variant.name);
            variant.losses.push(loss);
            variant.seconds += seconds;
        }
    }
    report(&variants, as_json);
    Ok(())
}

fn variant(common: &Settings, arguments: &[String]) -> Result<Variant, Box<dyn Error>> {
    let mut settings = common.clone();
    for argument in arguments {
        let (key, value) = key_and_value(argument)?;
        settings.set(key, value)?;
    }
    let name = if arguments.is_empty() { "as it is".to_owned() } else { arguments.join(" ") };
    Ok(Variant { name, settings, losses: vec![], seconds: 0.0 })
}

/// Trains a model; its validation loss in nats a token, and the seconds that its steps took.
async fn trained(settings: &Settings, text: &str) -> Result<(f64, f64), Box<dyn Error>> {
    let (training, validation) = text.split_at(nine_tenths(text));
    let texts = Texts { training: &[training], validation: Some(&[validation]), ..Texts::default() };
    let (tokenizer, corpus) = Corpus::tokenize(texts, &settings.tokenizer, settings.model.block_size)?;
    let (vocab_size, window, config) = (tokenizer.vocab_size(), corpus.window(), settings.train.clone());
    let (steps, batch) = (config.steps, config.batch_size * window);
    let mut trainer = Trainer::new(Box::new(corpus), vocab_size, &settings.model, config, Engine::cpu(), 1)?;
    let start = Instant::now();
    trainer.train_steps(steps).await?;
    let seconds = start.elapsed().as_secs_f64();
    let evaluation =
        trainer.evaluate(VALIDATION_TOKENS / batch).await?.ok_or("there is no validation part")?;
    Ok((f64::from(evaluation.loss), seconds))
}

/// The byte at which the last tenth of the characters begins.
fn nine_tenths(text: &str) -> usize {
    let characters = text.chars().count();
    text.char_indices().nth(characters - characters.div_ceil(10)).map_or(text.len(), |(byte, _)| byte)
}

fn report(variants: &[Variant], as_json: bool) {
    let Some(baseline) = variants.first() else { return };
    let rows = variants.iter().map(|variant| {
        let apart: Vec<f64> =
            variant.losses.iter().zip(&baseline.losses).map(|(loss, baseline)| loss - baseline).collect();
        let (loss, _) = mean_and_error(&variant.losses);
        let (difference, error) = mean_and_error(&apart);
        let seconds = variant.seconds / variant.losses.len().max(1) as f64;
        println!("{:58} {loss:.4} {difference:+.4} ± {error:.4} {seconds:.1} s", variant.name);
        json!({
            "settings": variant.name, "losses": variant.losses, "loss": loss, "difference": difference,
            "standard_error": error, "seconds": seconds,
        })
    });
    let rows: Vec<_> = rows.collect();
    if as_json {
        println!("{}", json!({ "variants": rows }));
    }
}

/// The mean of some numbers, and its standard error.
fn mean_and_error(numbers: &[f64]) -> (f64, f64) {
    let count = numbers.len() as f64;
    let mean = numbers.iter().sum::<f64>() / count;
    let squares: f64 = numbers.iter().map(|number| (number - mean).powi(2)).sum();
    (mean, (squares / (count - 1.0).max(1.0) / count).sqrt())
}
