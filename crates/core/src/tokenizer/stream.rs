//! Shows text while it is being generated, a token at a time, without torn characters.

use super::Tokenizer;

/// Turns tokens into text as they come, and holds back the bytes of a character that is not complete yet.
/// All that it returns, joined, is what [`Tokenizer::decode`] makes of the same ids.
#[derive(Debug, Clone, Default)]
pub struct StreamDecoder {
    /// The first bytes of a character whose other bytes have not come yet: at most 3.
    held: Vec<u8>,
}

impl StreamDecoder {
    /// The text that can be shown now that `id` has come; often one token's, sometimes none.
    pub fn push(&mut self, tokenizer: &Tokenizer, id: u32) -> String {
        self.held.extend_from_slice(tokenizer.token_bytes(id));
        let ready = self.held.len() - incomplete_len(&self.held);
        let text = String::from_utf8_lossy(&self.held[..ready]).into_owned();
        self.held.drain(..ready);
        text
    }

    /// What was still held back: empty, or U+FFFD for a character that never became complete.
    #[must_use]
    pub fn finish(self) -> String {
        String::from_utf8_lossy(&self.held).into_owned()
    }
}

/// How many bytes at the end are the start of a character that more bytes could complete.
fn incomplete_len(bytes: &[u8]) -> usize {
    let Some(last) = bytes.utf8_chunks().last() else {
        return 0;
    };
    match str::from_utf8(last.invalid()) {
        Err(error) if error.error_len().is_none() => last.invalid().len(),
        _ => 0,
    }
}
