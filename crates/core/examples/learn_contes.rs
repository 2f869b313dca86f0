//! Trains on endless stories, natively on the CPU engine: bits a character beside the grammar's floor, how
//! many of a hundred stories that the model writes to unseen titles are whole, and how often its heads find
//! the noun that a pronoun refers to.
//!
//!     cargo run --release -p petit-train-core --example learn_contes -- fr|en [key=value …]
//!
//! Keys are those of `ModelConfig` and `TrainConfig`, `vocab_size=N` for byte-pair encoding (without it a
//! token is a character), `tokens=N` for a schedule of so many, `evaluations=N`, `stories=N` to be written,
//! and `pronouns=yes`. Trials compare processor time (Linux tells it), since a step of one shape costs more
//! than that of another.

#[path = "learn_contes/pronouns.rs"]
mod pronouns;
#[path = "settings/mod.rs"]
mod settings;
#[path = "stories/mod.rs"]
mod stories;

use std::{env, error::Error, fs};

use petit_train_contes::{Language, Part};
use petit_train_core::data::Dataset;
use petit_train_core::engine::Engine;
use petit_train_core::tokenizer::Tokenizer;
use petit_train_core::train::Trainer;
use settings::{Settings, key_and_value};
use stories::{Source, written};

fn main() -> Result<(), Box<dyn Error>> {
    pollster::block_on(learn())
}

/// What is learned, and by which measure.
struct Trial {
    language: Language,
    settings: Settings,
    evaluations: usize,
    pronouns: bool,
    stories: usize,
}

impl Trial {
    fn from_arguments() -> Result<Self, Box<dyn Error>> {
        let mut arguments = env::args().skip(1);
        let language = arguments.next().as_deref().and_then(Language::from_code);
        let language = language.ok_or("usage: learn_contes fr|en [key=value …]")?;
        let settings = Settings::default();
        let mut trial = Self { language, settings, evaluations: 4, pronouns: false, stories: 100 };
        let mut tokens = None;
        for argument in arguments {
            match key_and_value(&argument)? {
                ("tokens", value) => tokens = Some(value.parse::<usize>()?),
                ("evaluations", value) => trial.evaluations = value.parse()?,
                ("pronouns", value) => trial.pronouns = value == "yes",
                ("stories", value) => trial.stories = value.parse()?,
                (key, value) => trial.settings.set(key, value)?,
            }
        }
        let Settings { model, train, .. } = &mut trial.settings;
        if let Some(tokens) = tokens {
            train.steps = tokens / (train.batch_size * model.block_size);
        }
        Ok(trial)
    }
}

async fn learn() -> Result<(), Box<dyn Error>> {
    let Trial { language, settings, evaluations, pronouns, stories: count } = Trial::from_arguments()?;
    let Settings { model, train, tokenizer } = settings;
    let (mut source, tokenizer, corpus) = Source::open(language, train.seed, &tokenizer, model.block_size)?;
    let size = corpus.size();
    let floor = language.floor().bits_per_character;
    let bits = |nats: f32| f64::from(nats) / core::f64::consts::LN_2 / size.characters_per_token;
    let (vocab_size, steps) = (tokenizer.vocab_size(), train.steps);
    println!(
        "{language:?}, {} parameters, V {vocab_size}, {:.3} characters a token, floor {floor:.4} bits a \
         character",
        model.n_parameters(vocab_size),
        size.characters_per_token,
    );

    let tokens_per_step = train.batch_size * model.block_size;
    let mut trainer = Trainer::new(Box::new(corpus), vocab_size, &model, train, Engine::cpu(), 1)?;
    let mut seconds = 0.0;
    println!("  step  tokens  seconds  tokens/s  training  validation, bits a character");
    let interval = steps.div_ceil(evaluations.max(1));
    while trainer.step() < steps {
        let (count, start) = (interval.min(steps - trainer.step()), processor_seconds());
        let mut losses = 0.0;
        for _ in 0..count {
            losses += source.step(&mut trainer, &tokenizer).await?;
        }
        let taken = processor_seconds() - start;
        seconds += taken;
        let evaluation = trainer.evaluate_fully().await?.ok_or("no validation part")?;
        println!(
            "{:6} {:7} {seconds:8.0} {:9.0} {:9.4} {:11.4}",
            trainer.step(),
            trainer.step() * tokens_per_step,
            (count * tokens_per_step) as f64 / taken,
            bits(losses / count as f32),
            bits(evaluation.loss),
        );
    }
    write_to_titles(&trainer, &tokenizer, language, count).await?;
    if pronouns {
        pronouns::report(&trainer, &tokenizer, language).await?;
    }
    Ok(())
}

/// Seconds that this program has been at work.
fn processor_seconds() -> f64 {
    let statistics = fs::read_to_string("/proc/self/schedstat").unwrap_or_default();
    let nanoseconds = statistics.split_whitespace().next().and_then(|number| number.parse::<f64>().ok());
    nanoseconds.unwrap_or(f64::NAN) / 1e9
}

/// Prints how many of `count` stories to unseen titles are whole, and the first.
async fn write_to_titles(
    trainer: &Trainer,
    tokenizer: &Tokenizer,
    language: Language,
    count: usize,
) -> Result<(), Box<dyn Error>> {
    let mut whole = 0;
    for (seed, story) in language.stories(2_025, Part::Validation).take(count).enumerate() {
        let title = format!("{}\n", story.title());
        let (text, is_whole) =
            written::write(trainer.model(), tokenizer, language, &title, seed as u64).await?;
        whole += usize::from(is_whole);
        if seed < 3 {
            println!("{}{text}\n", if is_whole { "whole: " } else { "" });
        }
    }
    println!("{whole} of {count} stories to unseen titles are whole at temperature {}", written::TEMPERATURE);
    Ok(())
}
