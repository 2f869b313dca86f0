//! Raises the model that a visitor of the page meets (`./dev raise fr|en`): writes `contes-fr.safetensors`
//! and, in `contes-fr.json`, what is known of it.
//!
//!     cargo run --release -p petit-train-core --example raise -- fr|en FOLDER DATE [key=value …]
//!
//! `DATE` is kept with the figures; keys are those of the example `train`. The page has what the command
//! makes without any.

#[path = "raise/mod.rs"]
mod raise;
#[path = "settings/mod.rs"]
mod settings;

use std::path::Path;
use std::time::Instant;
use std::{env, error::Error, fs};

use petit_train_contes::Language;
use raise::{Recipe, facts, sha256};
use settings::{Settings, key_and_value};

/// Steps between two lines of progress.
const TOLD_EVERY: usize = 250;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [language, folder, date, rest @ ..] = arguments.as_slice() else {
        return Err("usage: raise fr|en FOLDER DATE [key=value …]".into());
    };
    let name = format!("contes-{language}");
    let language = Language::from_code(language).ok_or(format!("there are no stories in {language}"))?;
    let Recipe { model, train, tokenizer, .. } = Recipe::full(language);
    let mut settings = Settings { model, train, tokenizer };
    for argument in rest {
        let (key, value) = key_and_value(argument)?;
        settings.set(key, value)?;
    }
    let Settings { model, train, tokenizer } = settings;
    let recipe = Recipe { language, model, tokenizer, train };
    pollster::block_on(raise_into(&recipe, Path::new(folder), &name, date))
}

async fn raise_into(recipe: &Recipe, folder: &Path, name: &str, date: &str) -> Result<(), Box<dyn Error>> {
    let (start, steps) = (Instant::now(), recipe.train.steps);
    let mut losses = 0.0;
    let file = raise::raise(recipe, |step, loss| {
        losses += loss;
        if step.is_multiple_of(TOLD_EVERY) {
            let seconds = start.elapsed().as_secs_f64();
            let left = seconds / step as f64 * (steps - step) as f64 / 60.0;
            println!("step {step} of {steps}: loss {:.4}, {left:.1} min left", losses / TOLD_EVERY as f32);
            losses = 0.0;
        }
    })
    .await?;
    let mut known = facts(recipe, &file).await?;
    known["date"] = date.into();
    fs::create_dir_all(folder)?;
    fs::write(folder.join(format!("{name}.safetensors")), &file)?;
    fs::write(folder.join(format!("{name}.json")), format!("{known:#}\n"))?;
    println!("{known:#}");
    println!("{name}.safetensors: {} bytes, sha256 {}", file.len(), sha256(&file));
    Ok(())
}
