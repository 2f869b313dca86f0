//! One token a character: the simplest vocabulary, and the one whose losses other projects publish.

use std::collections::BTreeSet;

use super::special::SpecialToken;
use super::vocabulary::{Vocabulary, character_token};
use crate::error::Error;

/// More than any alphabet needs and enough for common Chinese or Japanese text. Beyond it the embedding
/// would be most of the model, and BPE is the better choice.
const MAX_CHARACTERS: usize = 8_192;

/// How many unknown characters an error names at most: enough to recognise the problem in one sentence.
const MAX_UNKNOWN: usize = 20;

/// The id of the first character.
const FIRST_CHARACTER: u32 = SpecialToken::ALL.len() as u32;

/// The distinct characters of a text, in code point order, after the special tokens.
#[derive(Debug, Clone)]
pub struct CharTokenizer {
    characters: Vec<char>,
    vocabulary: Vocabulary,
}

impl CharTokenizer {
    /// The characters of `documents` and of `alphabet`.
    pub(super) fn train(documents: &[&str], alphabet: &str) -> Result<Self, Error> {
        let texts = documents.iter().chain([&alphabet]);
        Self::new(texts.flat_map(|text| text.chars()).collect::<BTreeSet<char>>().into_iter().collect())
    }

    /// From characters in code point order, each given once.
    pub(super) fn from_characters(characters: &str) -> Result<Self, Error> {
        let characters: Vec<char> = characters.chars().collect();
        if characters.is_empty() || !characters.is_sorted_by(|a, b| a < b) {
            return Err(Error::TokenizerInvalid { reason: "its characters are not in code point order" });
        }
        Self::new(characters)
    }

    fn new(characters: Vec<char>) -> Result<Self, Error> {
        if characters.len() > MAX_CHARACTERS {
            return Err(Error::AlphabetTooLarge { characters: characters.len(), max: MAX_CHARACTERS });
        }
        let vocabulary = Vocabulary::new(characters.iter().copied().map(character_token));
        Ok(Self { characters, vocabulary })
    }

    /// Adds the ids of `text` to `ids`, and the characters without an id to `unknown`.
    pub(super) fn encode_into(&self, text: &str, ids: &mut Vec<u32>, unknown: &mut Unknown) {
        for character in text.chars() {
            match self.id(character) {
                Some(id) => ids.push(id),
                None => unknown.add(character),
            }
        }
    }

    /// The id of a character, if it has one.
    pub(super) fn id(&self, character: char) -> Option<u32> {
        let index = self.characters.binary_search(&character).ok()?;
        Some(FIRST_CHARACTER + index as u32)
    }

    /// The characters in code point order.
    pub(super) fn characters(&self) -> &[char] {
        &self.characters
    }

    pub(super) fn vocabulary(&self) -> &Vocabulary {
        &self.vocabulary
    }
}

/// The first distinct characters that have no id.
#[derive(Default)]
pub(super) struct Unknown {
    characters: Vec<char>,
}

impl Unknown {
    fn add(&mut self, character: char) {
        if self.characters.len() < MAX_UNKNOWN && !self.characters.contains(&character) {
            self.characters.push(character);
        }
    }

    /// # Errors
    /// [`Error::UnknownCharacters`] if there are any.
    pub(super) fn refuse(self) -> Result<(), Error> {
        if self.characters.is_empty() {
            return Ok(());
        }
        Err(Error::UnknownCharacters { characters: self.characters })
    }
}
