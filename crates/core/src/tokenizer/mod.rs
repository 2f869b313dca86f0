//! Text to numbers and back: one token a character, or byte-pair encoding learned from the text.
//!
//! A tokenizer is learned from the text that the model will be trained on, so its vocabulary holds nothing
//! that the text does not use, but for the bytes through which BPE spells unseen characters, and four special
//! tokens.

mod bpe;
mod chars;
mod cut;
mod fit;
mod merging;
mod parts;
mod pieces;
mod special;
mod stream;
mod variants;
mod vocabulary;

pub use bpe::BpeTokenizer;
pub use chars::CharTokenizer;
pub use cut::{CharacterPart, Occurrences, TextToken, TokenKind, VocabularyEntry};
pub use fit::{FittedText, NormalForm, Replacement};
pub use merging::{MergeStep, Merging};
pub use parts::TokenizerParts;
pub use pieces::PIECE_PATTERN;
pub(crate) use pieces::pieces;
pub use special::SpecialToken;
pub use stream::StreamDecoder;

use serde::{Deserialize, Serialize};

use crate::error::Error;
use vocabulary::Vocabulary;

/// Which tokenizer to learn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum TokenizerConfig {
    /// One token for each distinct character of the text.
    Chars,
    /// Byte-pair encoding.
    Bpe {
        /// Tokens at most, the special tokens and the byte tokens included. A short text supports fewer.
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

/// A text to be encoded, and whether [`SpecialToken::EndOfText`] follows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Passage<'t> {
    pub text: &'t str,
    pub ends: bool,
}

impl Tokenizer {
    /// Learns the tokenizer that `config` asks for from `documents`; it also knows the characters of
    /// `alphabet`. The same texts give the same tokenizer on every machine.
    ///
    /// No token crosses the border between two documents. A BPE vocabulary has fewer tokens than were asked
    /// for where the documents do not repeat themselves often enough.
    ///
    /// # Errors
    /// - [`Error::TextEmpty`], [`Error::TextTooUniform`]: fewer than one or two distinct characters.
    /// - [`Error::AlphabetTooLarge`]: more characters than a vocabulary of characters may hold.
    /// - [`Error::VocabularyTooSmall`]: a BPE vocabulary without room for the byte tokens.
    pub fn train(documents: &[&str], alphabet: &str, config: &TokenizerConfig) -> Result<Self, Error> {
        let mut characters = documents.iter().flat_map(|document| document.chars());
        let first = characters.next().ok_or(Error::TextEmpty)?;
        if characters.all(|character| character == first) {
            return Err(Error::TextTooUniform);
        }
        match *config {
            TokenizerConfig::Chars => CharTokenizer::train(documents, alphabet).map(Self::Chars),
            TokenizerConfig::Bpe { vocab_size } => {
                BpeTokenizer::train(documents, alphabet, vocab_size).map(Self::Bpe)
            }
        }
    }

    /// All that the tokenizer consists of: [`Self::from_parts`] makes the same tokenizer of it.
    #[must_use]
    pub fn parts(&self) -> TokenizerParts {
        match self {
            Self::Chars(tokenizer) => {
                TokenizerParts::Chars { characters: tokenizer.characters().iter().collect() }
            }
            Self::Bpe(tokenizer) => TokenizerParts::Bpe {
                characters: tokenizer.characters().into_iter().collect(),
                merges: tokenizer.merges().to_vec(),
            },
        }
    }

    /// A tokenizer from its parts.
    ///
    /// # Errors
    /// [`Error::TokenizerInvalid`] where no tokenizer has such parts; [`Error::AlphabetTooLarge`].
    pub fn from_parts(parts: TokenizerParts) -> Result<Self, Error> {
        match parts {
            TokenizerParts::Chars { characters } => {
                CharTokenizer::from_characters(&characters).map(Self::Chars)
            }
            TokenizerParts::Bpe { characters, merges } => {
                BpeTokenizer::from_parts(&characters, merges).map(Self::Bpe)
            }
        }
    }

    /// The text's token ids, all below [`Self::vocab_size`] and none of a special token.
    ///
    /// # Errors
    /// [`Error::UnknownCharacters`] from the character tokenizer; BPE knows every text.
    pub fn encode(&self, text: &str) -> Result<Vec<u32>, Error> {
        self.encode_passages([Passage { text, ends: false }])
    }

    /// The token ids of several texts, one after the other; no token crosses the border between two.
    ///
    /// # Errors
    /// As [`Self::encode`].
    pub(crate) fn encode_passages<'t>(
        &self,
        passages: impl IntoIterator<Item = Passage<'t>>,
    ) -> Result<Vec<u32>, Error> {
        let mut ids = Vec::new();
        let mut unknown = chars::Unknown::default();
        let mut cache = bpe::PieceCache::new();
        for Passage { text, ends } in passages {
            match self {
                Self::Chars(tokenizer) => tokenizer.encode_into(text, &mut ids, &mut unknown),
                Self::Bpe(tokenizer) => tokenizer.encode_into(text, &mut ids, &mut cache),
            }
            ids.extend(ends.then_some(SpecialToken::EndOfText.id()));
        }
        unknown.refuse()?;
        Ok(ids)
    }

    /// The text that the ids spell; special tokens spell nothing. A torn character or an id out of range
    /// shows as U+FFFD.
    #[must_use]
    pub fn decode(&self, ids: &[u32]) -> String {
        let bytes: Vec<u8> = ids.iter().flat_map(|&id| self.token_bytes(id)).copied().collect();
        String::from_utf8_lossy(&bytes).into_owned()
    }

    /// How many tokens there are, the special ones included.
    #[must_use]
    pub fn vocab_size(&self) -> usize {
        self.vocabulary().len()
    }

    /// The UTF-8 bytes of one token: whole characters, or a single byte of one. None for a special token,
    /// U+FFFD for an id out of range.
    #[must_use]
    pub fn token_bytes(&self, id: u32) -> &[u8] {
        self.vocabulary().bytes(id)
    }

    /// One token as a reader may see it: its text, `<0xC3>` for a lone byte of a torn character, the name of
    /// a special token.
    #[must_use]
    pub fn label(&self, id: u32) -> String {
        self.vocabulary().label(id)
    }

    /// Whether a character is a token of its own.
    fn has_character(&self, character: char) -> bool {
        match self {
            Self::Chars(tokenizer) => tokenizer.id(character).is_some(),
            Self::Bpe(tokenizer) => tokenizer.has_character(character),
        }
    }

    fn vocabulary(&self) -> &Vocabulary {
        match self {
            Self::Chars(tokenizer) => tokenizer.vocabulary(),
            Self::Bpe(tokenizer) => tokenizer.vocabulary(),
        }
    }
}
