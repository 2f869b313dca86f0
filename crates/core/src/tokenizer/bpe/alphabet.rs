//! What merges start from: single characters, and single bytes for all other characters.

use std::collections::HashMap;
use std::iter;

use crate::tokenizer::special::SpecialToken;
use crate::tokenizer::vocabulary::{character_token, special_tokens};

/// The base vocabulary: special tokens, byte tokens, then characters in code point order.
///
/// Each ASCII byte is there once, as the character or as the byte token that stands in for it; the other
/// bytes of UTF-8 are there as byte tokens. So every text can be spelled, and nothing is there twice.
#[derive(Debug, Clone)]
pub(super) struct Alphabet {
    characters: HashMap<char, u32>,
    /// The id that spells each byte. UTF-8 never uses 0xC0, 0xC1 and 0xF5 to 0xFF; theirs are never read.
    bytes: Box<[u32; 256]>,
    tokens: Vec<Box<[u8]>>,
}

impl Alphabet {
    /// Its size without any non-ASCII character: the special tokens, 128 for ASCII, 64 continuation bytes, 51
    /// leading bytes.
    pub(super) const SMALLEST: usize = SpecialToken::ALL.len() + 128 + 64 + 51;

    /// An alphabet of these characters, each given once, in any order.
    pub(super) fn new(mut characters: Vec<char>) -> Self {
        characters.sort_unstable();
        let missing_ascii =
            (0x00..=0x7F).filter(|&byte| characters.binary_search(&char::from(byte)).is_err());
        let bytes = missing_ascii.chain(0x80..=0xBF).chain(0xC2..=0xF4).map(|byte: u8| Box::from([byte]));
        let mut tokens: Vec<Box<[u8]>> = special_tokens().chain(bytes).collect();
        let first_character = tokens.len();
        tokens.extend(characters.iter().copied().map(character_token));

        let mut bytes = Box::new([0; 256]);
        for (id, token) in tokens.iter().enumerate() {
            if let [byte] = **token {
                bytes[usize::from(byte)] = id as u32;
            }
        }
        Self { characters: iter::zip(characters, first_character as u32..).collect(), bytes, tokens }
    }

    /// The bytes of each token, by id.
    pub(super) fn tokens(&self) -> &[Box<[u8]>] {
        &self.tokens
    }

    /// The id of the first character: what comes before it is never merged.
    pub(super) fn first_character(&self) -> usize {
        self.tokens.len() - self.characters.len()
    }

    /// The characters that are tokens of their own, in code point order.
    pub(super) fn characters(&self) -> Vec<char> {
        let mut characters: Vec<char> = self.characters.keys().copied().collect();
        characters.sort_unstable();
        characters
    }

    /// The id of a character that is a token of its own.
    pub(super) fn character(&self, character: char) -> Option<u32> {
        self.characters.get(&character).copied()
    }

    /// The ids that spell a character: its own, or one for each of its bytes.
    pub(super) fn encode(&self, character: char) -> impl Iterator<Item = u32> {
        let own = self.character(character);
        let length = if own.is_some() { 0 } else { character.len_utf8() };
        let mut utf8 = [0; 4];
        character.encode_utf8(&mut utf8);
        let spelled = utf8.into_iter().take(length).map(|byte| self.bytes[usize::from(byte)]);
        own.into_iter().chain(spelled)
    }
}
