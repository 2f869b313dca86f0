//! Text to numbers and back: one token a character, or byte-pair encoding learned from the text.
//!
//! A tokenizer is learned from the text that the model will be trained on, so its vocabulary holds
//! nothing that the text does not use, but for the bytes through which BPE spells unseen characters.

mod bpe;
mod chars;
mod pieces;
mod stream;
mod vocabulary;

pub use bpe::BpeTokenizer;
pub use chars::CharTokenizer;
pub use pieces::PIECE_PATTERN;
pub use stream::StreamDecoder;

use serde::{Deserialize, Serialize};

use crate::error::Error;
use vocabulary::Vocabulary;

/// Which tokenizer to learn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum TokenizerConfig {
    /// One token for each distinct character of the text.
    Chars,
    /// Byte-pair encoding.
    Bpe {
        /// Tokens in all, the byte tokens included.
        vocab_size: usize,
    },
}

/// A vocabulary learned from a text, with the way to cut any text into its tokens.
#[derive(Debug, Clone)]
pub enum Tokenizer {
    /// One token a character; only knows the characters of its own text.
    Chars(CharTokenizer),
    /// Byte-pair encoding; exact for every text.
    Bpe(BpeTokenizer),
}

impl Tokenizer {
    /// Learns the tokenizer that `config` asks for; the same text gives the same tokenizer on every machine.
    ///
    /// # Errors
    /// - [`Error::TextEmpty`], [`Error::TextTooUniform`]: fewer than one or two distinct characters.
    /// - [`Error::VocabularyTooLarge`]: the text has more characters than a vocabulary may hold, or too few
    ///   repetitions for a BPE vocabulary of that size; `possible` would have worked.
    /// - [`Error::VocabularyTooSmall`]: a BPE vocabulary without room for the byte tokens.
    pub fn train(text: &str, config: &TokenizerConfig) -> Result<Self, Error> {
        let mut characters = text.chars();
        let first = characters.next().ok_or(Error::TextEmpty)?;
        if characters.all(|character| character == first) {
            return Err(Error::TextTooUniform);
        }
        match *config {
            TokenizerConfig::Chars => CharTokenizer::train(text).map(Self::Chars),
            TokenizerConfig::Bpe { vocab_size } => BpeTokenizer::train(text, vocab_size).map(Self::Bpe),
        }
    }

    /// The text's token ids, all below [`Self::vocab_size`].
    ///
    /// # Errors
    /// [`Error::UnknownCharacters`] from the character tokenizer; BPE knows every text.
    pub fn encode(&self, text: &str) -> Result<Vec<u32>, Error> {
        match self {
            Self::Chars(tokenizer) => tokenizer.encode(text),
            Self::Bpe(tokenizer) => Ok(tokenizer.encode(text)),
        }
    }

    /// The text that the ids spell. A torn character or an id out of range shows as U+FFFD.
    #[must_use]
    pub fn decode(&self, ids: &[u32]) -> String {
        let bytes: Vec<u8> = ids.iter().flat_map(|&id| self.token_bytes(id)).copied().collect();
        String::from_utf8_lossy(&bytes).into_owned()
    }

    /// How many tokens there are.
    #[must_use]
    pub fn vocab_size(&self) -> usize {
        self.vocabulary().len()
    }

    /// The UTF-8 bytes of one token: whole characters, or a single byte of one. U+FFFD for an id out of range.
    #[must_use]
    pub fn token_bytes(&self, id: u32) -> &[u8] {
        self.vocabulary().bytes(id)
    }

    /// One token as a reader may see it: its text, or `<0xC3>` for a lone byte of a torn character.
    #[must_use]
    pub fn label(&self, id: u32) -> String {
        self.vocabulary().label(id)
    }

    fn vocabulary(&self) -> &Vocabulary {
        match self {
            Self::Chars(tokenizer) => tokenizer.vocabulary(),
            Self::Bpe(tokenizer) => tokenizer.vocabulary(),
        }
    }
}
