//! What the model writes to titles that it has never seen.

use petit_train_contes::{Language, Part};
use petit_train_core::config::SamplingConfig;
use petit_train_core::error::Result;
use petit_train_core::generate::{Generator, WritingConfig};
use petit_train_core::tokenizer::Tokenizer;
use petit_train_core::train::Trainer;

/// Longer than any story.
const MOST_CHARACTERS: usize = 2_000;

/// Prints how many of `count` stories are whole, and the first.
pub async fn report(
    trainer: &Trainer,
    tokenizer: &Tokenizer,
    language: Language,
    count: usize,
) -> Result<()> {
    let mut whole = 0;
    let stories = language.stories(2_025, Part::Validation).take(count);
    for (number, story) in stories.enumerate() {
        let title = format!("{}\n", story.title());
        let sampling = SamplingConfig { temperature: 0.5, seed: number as u64, ..SamplingConfig::default() };
        let text = write(trainer, tokenizer, &title, sampling).await?;
        let good = language.grammar().score(&text).bits().is_finite();
        whole += usize::from(good);
        if number < 3 {
            println!("{}{text}\n", if good { "whole: " } else { "" });
        }
    }
    println!("{whole} of {count} stories to unseen titles are whole at temperature 0.5");
    Ok(())
}

async fn write(
    trainer: &Trainer,
    tokenizer: &Tokenizer,
    prompt: &str,
    sampling: SamplingConfig,
) -> Result<String> {
    let config = WritingConfig { sampling, begins_document: true, stop_at_end: true };
    let mut generator = Generator::new(tokenizer, &[prompt], &config)?;
    let mut text = prompt.to_owned();
    while text.chars().count() < MOST_CHARACTERS {
        for piece in generator.next(trainer.model(), tokenizer).await? {
            text.push_str(&piece.text);
            if piece.ended {
                return Ok(text);
            }
        }
    }
    // Without an end it is not whole.
    text.push('…');
    Ok(text)
}
