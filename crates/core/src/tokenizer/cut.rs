//! A text cut into tokens, as a reader is shown it: with the number of each, and no character torn.

use serde::Serialize;

use super::{Passage, Tokenizer};
use crate::error::Error;
use crate::tokenizer::SpecialToken;

/// One token of a text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
pub struct TextToken {
    /// Its number; none where the vocabulary, one of characters, lacks the character.
    pub id: Option<u32>,
    /// What it spells: whole characters. Of a single byte, the character that the byte is a part of.
    pub text: String,
    /// Which part of that character it is; none where it spells whole characters.
    pub part: Option<CharacterPart>,
}

/// One byte of a character that takes several.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
pub struct CharacterPart {
    /// From 1.
    pub number: usize,
    /// Bytes of the character.
    pub of: usize,
}

/// One token of a vocabulary; its id is its index.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
pub struct VocabularyEntry {
    /// As [`Tokenizer::label`] names it.
    pub text: String,
    /// What it stands for.
    pub kind: TokenKind,
}

/// What a token stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
#[serde(rename_all = "lowercase")]
pub enum TokenKind {
    /// No text ([`SpecialToken`]).
    Special,
    /// A byte of the characters that are no tokens of their own.
    Byte,
    /// A character.
    Character,
    /// Several characters, found by a merge.
    Piece,
}

/// How often the tokens of a vocabulary, and the pairs that were merged to make them, occur in a text.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
pub struct Occurrences {
    /// Of each token, by id. Their sum is the number of the text's tokens.
    pub tokens: Vec<usize>,
    /// Of each merge, in the order of learning: how often its pair stood in the text once all merges before
    /// it were made.
    pub pairs: Vec<usize>,
}

impl Tokenizer {
    /// The tokens of `text`; characters that have no id are among them.
    #[must_use]
    pub fn cut(&self, text: &str) -> Vec<TextToken> {
        match self {
            Self::Chars(tokenizer) => {
                let token = |c: char| TextToken { id: tokenizer.id(c), text: c.to_string(), part: None };
                text.chars().map(token).collect()
            }
            Self::Bpe(_) => self.spelled(text, self.encode(text).unwrap_or_default()),
        }
    }

    /// Each of `ids`, which together spell `text`, with what it spells.
    pub(super) fn spelled(&self, text: &str, ids: impl IntoIterator<Item = u32>) -> Vec<TextToken> {
        let mut rest = text;
        // Bytes of the first character of `rest` that have had their tokens.
        let mut told = 0;
        let mut token = |id: u32| {
            let length = self.token_bytes(id).len();
            let character = rest.chars().next().map_or(0, char::len_utf8);
            if length >= character {
                let (text, others) = rest.split_at_checked(length).unwrap_or((rest, ""));
                rest = others;
                return TextToken { id: Some(id), text: text.to_owned(), part: None };
            }
            told += 1;
            let part = CharacterPart { number: told, of: character };
            let text = rest.get(..character).unwrap_or_default().to_owned();
            if told == character {
                told = 0;
                rest = rest.get(character..).unwrap_or_default();
            }
            TextToken { id: Some(id), text, part: Some(part) }
        };
        ids.into_iter().map(&mut token).collect()
    }

    /// All tokens, by id.
    #[must_use]
    pub fn entries(&self) -> Vec<VocabularyEntry> {
        let (first_character, first_piece) = match self {
            Self::Chars(_) => (SpecialToken::ALL.len(), self.vocab_size()),
            Self::Bpe(tokenizer) => {
                (tokenizer.first_character(), self.vocab_size() - tokenizer.merges().len())
            }
        };
        let kind = |id: usize| match id {
            _ if id < SpecialToken::ALL.len() => TokenKind::Special,
            _ if id < first_character => TokenKind::Byte,
            _ if id < first_piece => TokenKind::Character,
            _ => TokenKind::Piece,
        };
        let entry = |id: usize| VocabularyEntry { text: self.label(id as u32), kind: kind(id) };
        (0..self.vocab_size()).map(entry).collect()
    }

    /// How often each token occurs in `documents`, with [`SpecialToken::EndOfText`] after each where there
    /// are several, as a training has them.
    ///
    /// # Errors
    /// As [`Self::encode`].
    pub fn occurrences(&self, documents: &[&str]) -> Result<Occurrences, Error> {
        let ends = documents.len() > 1;
        let ids = self.encode_passages(documents.iter().map(|&text| Passage { text, ends }))?;
        let mut tokens = vec![0; self.vocab_size()];
        for id in ids {
            if let Some(count) = tokens.get_mut(id as usize) {
                *count += 1;
            }
        }
        let pairs = match self {
            Self::Chars(_) => vec![],
            Self::Bpe(tokenizer) => tokenizer.count_pairs(documents),
        };
        Ok(Occurrences { tokens, pairs })
    }
}
