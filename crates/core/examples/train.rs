//! Trains natively on the CPU engine and prints what the page would show.
//!
//!     cargo run --release -p petit-train-core --example train -- TEXT [steps=2000] [n_layer=4] …
//!
//! Keys are those of `ModelConfig` and `TrainConfig`, `vocab_size=N` for byte-pair encoding, `report_every=N`
//! steps, and `validation=last` for the split of other projects: trained on the first nine tenths, judged by
//! the last. Without it, the page's split.

#[path = "settings/mod.rs"]
mod settings;

use std::time::Instant;
use std::{env, error::Error, fs};

use petit_train_core::data::{Corpus, Dataset, Texts};
use petit_train_core::engine::Engine;
use petit_train_core::generate::{Generator, WritingConfig};
use petit_train_core::train::Trainer;
use settings::{Settings, key_and_value};

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
    let mut judged_by_the_end = false;
    let mut report_every = REPORT_EVERY;
    for argument in arguments {
        match key_and_value(&argument)? {
            ("validation", "last") => judged_by_the_end = true,
            ("report_every", value) => report_every = value.parse::<usize>()?.max(1),
            (key, value) => settings.set(key, value)?,
        }
    }
    let Settings { model, train: config, tokenizer } = settings;

    let text = fs::read_to_string(path)?;
    let (training, validation) = text.split_at(nine_tenths(&text));
    let texts = match judged_by_the_end {
        true => Texts { training: &[training], validation: Some(&[validation]), ..Texts::default() },
        false => Texts { training: &[&text], ..Texts::default() },
    };
    let (tokenizer, corpus) = Corpus::tokenize(texts, &tokenizer, model.block_size)?;
    let vocab_size = tokenizer.vocab_size();
    let tokens_per_step = config.batch_size * corpus.window();
    let characters_per_token = corpus.size().characters_per_token;
    println!("{} parameters, V {vocab_size}, {:?}", model.n_parameters(vocab_size), corpus.size());
    let engine = Engine::cpu();
    let mut trainer = Trainer::new(Box::new(corpus), vocab_size, &model, config.clone(), engine, 1)?;
    while trainer.step() < config.steps {
        let start = Instant::now();
        let steps = report_every.min(config.steps - trainer.step());
        let reports = trainer.train_steps(steps).await?;
        let speed = (steps * tokens_per_step) as f64 / start.elapsed().as_secs_f64();
        let loss = reports.iter().map(|report| report.loss).sum::<f32>() / steps as f32;
        let validation =
            trainer.evaluate(EVALUATED_BATCHES).await?.map_or(f32::NAN, |evaluation| evaluation.loss);
        println!("{:6} train {loss:.4} validation {validation:.4} {speed:.0} tokens/s", trainer.step());
    }
    if let Some(evaluation) = trainer.evaluate_fully().await? {
        let bits = f64::from(evaluation.loss) / core::f64::consts::LN_2 / characters_per_token;
        println!(
            "validation {:.4} on {} windows in the end: {bits:.4} bits a character",
            evaluation.loss, evaluation.examples
        );
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
