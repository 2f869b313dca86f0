//! Continuing prompts, one token at a time: several texts side by side, which the model reads together.

use burn::tensor::Tensor;

use super::row::Row;
use super::written_token::WrittenToken;
use crate::config::{SamplingConfig, in_range};
use crate::data::window_row;
use crate::error::Result;
use crate::model::{Gpt, KvCache};
use crate::readback::read;
use crate::tokenizer::Tokenizer;

/// Most texts that are written side by side: each takes the memory of a window's keys and values.
pub const MAX_TEXTS: usize = 100;

/// How texts are written.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct WritingConfig {
    /// How tokens are drawn. The first text draws from the seed, the next from the next seed, and so on.
    pub sampling: SamplingConfig,
    /// Whether a prompt begins a document
    /// ([`Dataset::is_of_documents`](crate::data::Dataset::is_of_documents)): the model then reads
    /// `<|endoftext|>` before it, and an empty prompt lets it write a document from nothing.
    pub begins_document: bool,
    /// Whether a text ends where the model ends it, with `<|endoftext|>`; else it begins another after it.
    pub stop_at_end: bool,
    /// Tokens that follow the prompt already, as [`Piece::id`] gave them: the text goes on after them. A
    /// text that is cut into tokens anew could be cut otherwise.
    pub after: Vec<u32>,
    /// The token that is written first, whatever the model would draw.
    pub first: Option<u32>,
    /// Whether each [`Piece`] comes with how it was drawn.
    pub explained: bool,
}

/// Texts being written. What one of them becomes does not depend on the others. It holds no weights: each
/// token may come from a model that has learnt more meanwhile.
pub struct Generator {
    rows: Vec<Row>,
    /// Of each window's tokens, all but the last one written.
    cache: Option<KvCache>,
}

/// One token written.
#[derive(Clone, Debug, PartialEq)]
pub struct Piece {
    /// The token.
    pub id: u32,
    /// The text that can be shown now: empty while a character is incomplete, and of special tokens.
    pub text: String,
    /// Whether the text has ended: nothing more comes of it.
    pub ended: bool,
    /// How it was drawn, where that is asked for ([`WritingConfig::explained`]); its text is `text`.
    pub written: Option<WrittenToken>,
}

impl Generator {
    /// Starts a text from each of `prompts`.
    ///
    /// # Errors
    /// [`Error::PromptEmpty`](crate::error::Error::PromptEmpty) where a prompt does not begin a document;
    /// [`Error::SettingOutOfRange`](crate::error::Error::SettingOutOfRange) for no text or more than
    /// [`MAX_TEXTS`], and for a token of `after` or `first` that the tokenizer does not know; what the
    /// sampling settings or the tokenizer refuse.
    pub fn new(tokenizer: &Tokenizer, prompts: &[impl AsRef<str>], config: &WritingConfig) -> Result<Self> {
        in_range("texts", prompts.len(), 1, MAX_TEXTS)?;
        let row = |(index, prompt): (u64, &_)| Row::new(tokenizer, AsRef::as_ref(prompt), index, config);
        Ok(Self { rows: (0..).zip(prompts).map(row).collect::<Result<_>>()?, cache: None })
    }

    /// Writes one token of each text. They are waited for together.
    ///
    /// # Errors
    /// [`Error::Diverged`](crate::error::Error::Diverged) where the model's scores are not finite;
    /// [`Error::EngineFailed`](crate::error::Error::EngineFailed).
    pub async fn next(&mut self, model: &Gpt, tokenizer: &Tokenizer) -> Result<Vec<Piece>> {
        let logits = read(self.read_on(model)).await?; // [texts, vocab_size]
        let logits = logits.chunks_exact(model.vocab_size());
        self.rows.iter_mut().zip(logits).map(|(row, logits)| row.write(logits, tokenizer)).collect()
    }

    /// What is held back of each text when writing ends within a character: U+FFFD, or nothing.
    pub fn finish(&mut self) -> Vec<String> {
        self.rows.iter_mut().map(Row::finish).collect()
    }

    /// The model's scores `[texts, vocab_size]` after all tokens so far. The newest tokens are read after
    /// those in the cache; what is missing there of a text's window is read first.
    fn read_on(&mut self, model: &Gpt) -> Tensor<2> {
        let block_size = model.config().block_size;
        let cache = self.cache.take().filter(|cache| cache.is_valid_for(model));
        let mut cache = cache.unwrap_or_else(|| KvCache::new(model, self.rows.len()));
        let windows: Vec<&[u32]> = self.rows.iter().map(|row| row.window(block_size)).collect();
        let mut outdated: Vec<usize> = vec![];
        for (text, window) in windows.iter().enumerate() {
            let read = window.len().saturating_sub(1);
            if self.rows[text].ended() {
                // Its last token is read again and again: shapes stay as they are.
                cache.truncate(text, read);
            }
            if cache.lens()[text] != read {
                outdated.push(text);
            }
        }
        while let Some(&first) = outdated.first() {
            let (same, others): (Vec<usize>, Vec<usize>) =
                outdated.into_iter().partition(|&text| windows[text] == windows[first]);
            prefill(model, windows[first], &same, &mut cache);
            outdated = others;
        }
        let newest: Vec<u32> = windows.iter().filter_map(|window| window.last().copied()).collect();
        let logits = model.forward_newest(&newest, &mut cache);
        self.cache = Some(cache);
        logits
    }
}

/// Reads all tokens of a window but the newest, for `texts` that all have this window.
fn prefill(model: &Gpt, window: &[u32], texts: &[usize], cache: &mut KvCache) {
    let read = &window[..window.len().saturating_sub(1)];
    if read.is_empty() {
        return texts.iter().for_each(|&text| cache.truncate(text, 0));
    }
    let row = window_row(read, model.config().block_size, &model.device());
    model.prefill(row, read.len(), texts, cache);
}
