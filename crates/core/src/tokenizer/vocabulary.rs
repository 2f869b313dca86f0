//! From ids to bytes: the half of a tokenizer that both kinds share.

/// What an id out of range decodes to: U+FFFD, as any other text that cannot be shown.
const UNKNOWN: &[u8] = "\u{FFFD}".as_bytes();

/// The bytes of every token; a token's id is its place.
#[derive(Debug, Clone)]
pub(super) struct Vocabulary {
    tokens: Vec<Box<[u8]>>,
}

impl Vocabulary {
    pub(super) fn new(tokens: Vec<Box<[u8]>>) -> Self {
        Self { tokens }
    }

    pub(super) fn len(&self) -> usize {
        self.tokens.len()
    }

    pub(super) fn bytes(&self, id: u32) -> &[u8] {
        self.tokens.get(id as usize).map_or(UNKNOWN, |token| token.as_ref())
    }

    pub(super) fn label(&self, id: u32) -> String {
        let bytes = self.bytes(id);
        match str::from_utf8(bytes) {
            Ok(text) => text.to_owned(),
            Err(_) => bytes.iter().map(|byte| format!("<0x{byte:02X}>")).collect(),
        }
    }
}
