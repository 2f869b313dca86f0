//! Stories to train on and to judge by, for the examples that learn them.

pub mod written;

use std::error::Error;

use petit_train_contes::{Language, Part, Stories};
use petit_train_core::data::{Corpus, Dataset, Texts};
use petit_train_core::tokenizer::{Tokenizer, TokenizerConfig};
use petit_train_core::train::Trainer;

/// As the page does it (`www/engine/source.js`).
const TRAINING_BYTES: usize = 500_000;
const VALIDATION_BYTES: usize = 200_000;

/// Training stories without end.
pub struct Source {
    stories: Stories<'static>,
    /// Tokens to be read before other stories are told: as many as these have.
    remaining: usize,
}

impl Source {
    /// The first stories of a seed, in tokens that are learned from them.
    pub fn open(
        language: Language,
        seed: u64,
        tokenizer: &TokenizerConfig,
        block_size: usize,
    ) -> Result<(Self, Tokenizer, Corpus), Box<dyn Error>> {
        let mut stories = language.stories(seed, Part::Training);
        let training = stories.documents(TRAINING_BYTES);
        let validation = validation(language, seed);
        let texts = Texts {
            training: &borrowed(&training),
            validation: Some(&borrowed(&validation)),
            alphabet: &language.grammar().alphabet(),
        };
        let (tokenizer, corpus) = Corpus::tokenize(texts, tokenizer, block_size)?;
        Ok((Self { remaining: corpus.size().training_tokens, stories }, tokenizer, corpus))
    }

    /// Takes a step, on other stories where those of before have been read; its loss in nats a token.
    pub async fn step(
        &mut self,
        trainer: &mut Trainer,
        tokenizer: &Tokenizer,
    ) -> Result<f32, Box<dyn Error>> {
        let tokens = trainer.config().batch_size * trainer.dataset().window();
        if self.remaining < tokens {
            let position = self.stories.position().to_string();
            let documents = self.stories.documents(TRAINING_BYTES);
            trainer.replace_training(&borrowed(&documents), tokenizer, &position)?;
            self.remaining = trainer.dataset().size().training_tokens;
        }
        self.remaining = self.remaining.saturating_sub(tokens);
        Ok(trainer.train_steps(1).await?.iter().map(|report| report.loss).sum())
    }
}

/// Stories that are never trained on.
pub fn validation(language: Language, seed: u64) -> Vec<String> {
    language.stories(seed, Part::Validation).documents(VALIDATION_BYTES)
}

pub fn borrowed(documents: &[String]) -> Vec<&str> {
    documents.iter().map(String::as_str).collect()
}
