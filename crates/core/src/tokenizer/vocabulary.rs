//! From ids to bytes: the half of a tokenizer that both kinds share.

use super::special::SpecialToken;

/// What an id out of range decodes to: U+FFFD, as any other text that cannot be shown.
const UNKNOWN: &[u8] = "\u{FFFD}".as_bytes();

/// The bytes of every token; a token's id is its index. Special tokens come first and have none.
#[derive(Debug, Clone)]
pub(super) struct Vocabulary {
    tokens: Vec<Box<[u8]>>,
}

impl Vocabulary {
    /// The special tokens, then `tokens`.
    pub(super) fn new(tokens: impl IntoIterator<Item = Box<[u8]>>) -> Self {
        Self { tokens: special_tokens().chain(tokens).collect() }
    }

    pub(super) fn len(&self) -> usize {
        self.tokens.len()
    }

    pub(super) fn bytes(&self, id: u32) -> &[u8] {
        self.tokens.get(id as usize).map_or(UNKNOWN, |token| token.as_ref())
    }

    pub(super) fn label(&self, id: u32) -> String {
        if let Some(special) = SpecialToken::of(id) {
            return special.text().to_owned();
        }
        let bytes = self.bytes(id);
        match str::from_utf8(bytes) {
            Ok(text) => text.to_owned(),
            Err(_) => bytes.iter().map(|byte| format!("<0x{byte:02X}>")).collect(),
        }
    }
}

/// The bytes of the special tokens: none.
pub(super) fn special_tokens() -> impl Iterator<Item = Box<[u8]>> {
    SpecialToken::ALL.into_iter().map(|_| Box::default())
}

/// The token of a character.
pub(super) fn character_token(character: char) -> Box<[u8]> {
    character.to_string().into_bytes().into_boxed_slice()
}
