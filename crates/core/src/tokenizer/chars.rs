//! One token a character: the simplest vocabulary, and the one whose losses other projects publish.

use std::collections::BTreeSet;

use super::vocabulary::Vocabulary;
use crate::error::Error;

/// More than any alphabet needs and enough for common Chinese or Japanese text. Beyond it the embedding
/// would be most of the model, and BPE is the better choice.
const MAX_CHARACTERS: usize = 8_192;

/// How many unknown characters an error names at most: enough to recognise the problem in one sentence.
const MAX_UNKNOWN: usize = 20;

/// The distinct characters of a text, in code point order; a character's place is its id.
#[derive(Debug, Clone)]
pub struct CharTokenizer {
    characters: Vec<char>,
    vocabulary: Vocabulary,
}

impl CharTokenizer {
    pub(super) fn train(text: &str) -> Result<Self, Error> {
        let characters: Vec<char> = text.chars().collect::<BTreeSet<char>>().into_iter().collect();
        if characters.len() > MAX_CHARACTERS {
            return Err(Error::VocabularyTooLarge { asked: characters.len(), possible: MAX_CHARACTERS });
        }
        let tokens = characters
            .iter()
            .map(|character| character.to_string().into_bytes().into_boxed_slice())
            .collect();
        Ok(Self { characters, vocabulary: Vocabulary::new(tokens) })
    }

    /// One id for each character of the text.
    ///
    /// # Errors
    /// [`Error::UnknownCharacters`] names the first distinct ones that the training text did not have.
    pub fn encode(&self, text: &str) -> Result<Vec<u32>, Error> {
        let mut unknown: Vec<char> = Vec::new();
        let mut ids = Vec::with_capacity(text.len());
        for character in text.chars() {
            match self.characters.binary_search(&character) {
                Ok(id) => ids.push(id as u32),
                Err(_) if unknown.len() < MAX_UNKNOWN && !unknown.contains(&character) => {
                    unknown.push(character);
                }
                Err(_) => {}
            }
        }
        if unknown.is_empty() {
            Ok(ids)
        } else {
            Err(Error::UnknownCharacters { characters: unknown.into_iter().collect() })
        }
    }

    pub(super) fn vocabulary(&self) -> &Vocabulary {
        &self.vocabulary
    }
}
