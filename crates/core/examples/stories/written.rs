//! Stories that a model writes.

use petit_train_contes::Language;
use petit_train_core::config::SamplingConfig;
use petit_train_core::error::Result;
use petit_train_core::generate::{Generator, WritingConfig};
use petit_train_core::model::Gpt;
use petit_train_core::tokenizer::Tokenizer;

/// At which stories are judged.
pub const TEMPERATURE: f64 = 0.5;
/// Longer than any story.
const MOST_CHARACTERS: usize = 2_000;

/// A story that begins with `prompt`, drawn at [`TEMPERATURE`] with this seed, and whether it is one that the
/// grammar tells.
pub async fn write(
    model: &Gpt,
    tokenizer: &Tokenizer,
    language: Language,
    prompt: &str,
    seed: u64,
) -> Result<(String, bool)> {
    let sampling = SamplingConfig { temperature: TEMPERATURE, seed, ..SamplingConfig::default() };
    let config =
        WritingConfig { sampling, begins_document: true, stop_at_end: true, ..WritingConfig::default() };
    let mut generator = Generator::new(tokenizer, &[prompt], &config)?;
    let mut text = prompt.to_owned();
    while text.chars().count() < MOST_CHARACTERS {
        for piece in generator.next(model, tokenizer).await? {
            text.push_str(&piece.text);
            if piece.ended {
                let is_whole = language.grammar().score(&text).bits().is_finite();
                return Ok((text, is_whole));
            }
        }
    }
    Ok((text, false))
}
