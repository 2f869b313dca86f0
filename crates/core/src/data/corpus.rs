//! A text as tokens: one part to train on, the other to be judged by.

use super::border::Documents;
use super::dataset::{Dataset, DatasetSize, Part, Rows};
use super::passes::Passes;
use super::split::split;
use super::stream::Stream;
use crate::error::{Error, Result};
use crate::tokenizer::{Passage, Tokenizer, TokenizerConfig, pieces};

/// Largest text that a tab takes on, in millions of bytes of UTF-8; ten times tinyshakespeare, and more than
/// an hour's training can read.
pub const MAX_TEXT_MEGABYTES: usize = 10;

/// What a model is to learn, and be judged by.
///
/// Where either part has more than one document, [`crate::tokenizer::SpecialToken::EndOfText`] follows each
/// document of both. Empty documents are left out.
#[derive(Clone, Copy, Debug, Default)]
pub struct Texts<'a> {
    /// To train on.
    pub training: &'a [&'a str],
    /// Never trained on. Without it, a tenth of the training documents is kept for that (`split` says which);
    /// with no documents in it, there is no validation part.
    pub validation: Option<&'a [&'a str]>,
    /// Characters that the tokenizer must know although no document may hold them: later documents will.
    pub alphabet: &'a str,
}

/// A tokenised text and its split. An example is a window, named by the token at which it begins.
#[derive(Clone, Debug)]
pub struct Corpus {
    training: Stream,
    validation: Stream,
    /// Where its windows begin that predict each token once.
    validation_windows: Vec<usize>,
    window: usize,
    characters_per_token: f64,
    /// Whether a token stands for the end of a document.
    separated: bool,
    position: String,
}

/// The passages of both parts before they are tokens.
struct Parts<'t> {
    training: Vec<Vec<Passage<'t>>>,
    validation: Vec<Vec<Passage<'t>>>,
    separated: bool,
    /// Tokens to leave out at each cut of the training part.
    gap: usize,
}

impl Corpus {
    /// Learns a tokenizer and makes tokens of the texts, for windows of `block_size` tokens or of as many as
    /// a shorter text has. Byte pairs are learned from the training part alone; the alphabet of characters is
    /// that of all texts.
    ///
    /// # Errors
    /// [`Error::TextEmpty`], [`Error::TextTooLarge`], [`Error::TextTooShort`], and what [`Tokenizer::train`]
    /// says.
    pub fn tokenize(
        texts: Texts<'_>,
        config: &TokenizerConfig,
        block_size: usize,
    ) -> Result<(Tokenizer, Self)> {
        let parts = Parts::new(texts, block_size, matches!(config, TokenizerConfig::Bpe { .. }))?;
        let all = match config {
            TokenizerConfig::Chars => {
                texts.training.iter().chain(texts.validation.unwrap_or_default()).copied().collect()
            }
            TokenizerConfig::Bpe { .. } => {
                parts.training.iter().flatten().map(|passage| passage.text).collect::<Vec<_>>()
            }
        };
        let tokenizer = Tokenizer::train(&all, texts.alphabet, config)?;
        let corpus = Self::new(&parts, &tokenizer, block_size)?;
        Ok((tokenizer, corpus))
    }

    /// Makes tokens of the texts with a tokenizer that is there already. The same texts are split as they
    /// were when it was learned.
    ///
    /// # Errors
    /// [`Error::TextEmpty`], [`Error::TextTooLarge`], [`Error::TextTooShort`], [`Error::UnknownCharacters`].
    pub fn with_tokenizer(texts: Texts<'_>, tokenizer: &Tokenizer, block_size: usize) -> Result<Self> {
        let parts = Parts::new(texts, block_size, matches!(tokenizer, Tokenizer::Bpe(_)))?;
        Self::new(&parts, tokenizer, block_size)
    }

    /// The same corpus, whose training documents begin at `position` of their source ([`Dataset::position`]).
    #[must_use]
    pub fn at_position(mut self, position: &str) -> Self {
        position.clone_into(&mut self.position);
        self
    }

    fn new(parts: &Parts<'_>, tokenizer: &Tokenizer, block_size: usize) -> Result<Self> {
        let encode = |stretches: &[Vec<Passage<'_>>]| -> Result<Vec<Vec<u32>>> {
            stretches.iter().map(|stretch| tokenizer.encode_passages(stretch.iter().copied())).collect()
        };
        let (mut training, validation) = (encode(&parts.training)?, encode(&parts.validation)?);
        let (judging, tokens) = match parts.validation.is_empty() {
            true => (&parts.training, &training),
            false => (&parts.validation, &validation),
        };
        let characters: usize = judging.iter().flatten().map(|passage| passage.text.chars().count()).sum();
        let tokens: usize = tokens.iter().map(Vec::len).sum();
        let characters_per_token = characters as f64 / tokens.max(1) as f64;

        leave_gaps(&mut training, parts.gap);
        let longest = longest(&training);
        too_short(Part::Training, longest, 2)?;
        let window = block_size.clamp(1, longest - 1);
        if !validation.is_empty() {
            too_short(Part::Validation, self::longest(&validation), window + 1)?;
        }
        let validation = Stream::new(validation, window);
        Ok(Self {
            training: Stream::new(training, window),
            validation_windows: validation.successive(),
            validation,
            window,
            characters_per_token,
            separated: parts.separated,
            position: String::new(),
        })
    }
}

impl<'t> Parts<'t> {
    fn new(texts: Texts<'t>, block_size: usize, merges_pieces: bool) -> Result<Self> {
        let training = check(texts.training)?;
        if training.is_empty() {
            return Err(Error::TextEmpty);
        }
        let validation = texts.validation.map(check).transpose()?;
        let separated =
            training.len() > 1 || validation.as_ref().is_some_and(|documents| documents.len() > 1);
        let documents = Documents::new(training, separated);
        let whole = |documents: &Documents<'t>| documents.passages(0..documents.bytes());
        let given = |training, validation| Self { training, validation, separated, gap: 0 };
        if let Some(validation) = validation {
            let validation = Documents::new(validation, separated);
            let blocks = if validation.bytes() == 0 { vec![] } else { vec![whole(&validation)] };
            return Ok(given(vec![whole(&documents)], blocks));
        }
        // A token is a character, or part of a piece.
        let tokens = |text: &str| match merges_pieces {
            true => pieces(text).count(),
            false => text.chars().count(),
        };
        Ok(match split(&documents, block_size, tokens) {
            Some(split) => {
                Self { training: split.training, validation: split.validation, separated, gap: block_size }
            }
            None => given(vec![whole(&documents)], vec![]),
        })
    }
}

impl Dataset for Corpus {
    fn draw(&self, seed: u64, step: usize, count: usize) -> Vec<usize> {
        let first = (step as u64).saturating_mul(count as u64);
        let starts = Passes::new(self.training.starts(), self.window).draw(seed, first, count);
        starts.into_iter().map(|start| self.training.start_of(start)).collect()
    }

    fn validation(&self, count: usize) -> Vec<usize> {
        let windows = &self.validation_windows;
        let count = count.min(windows.len());
        // Through u64: the product passes 32 bits.
        let spread = |number: usize| number as u64 * (windows.len() as u64 - 1) / (count as u64 - 1).max(1);
        (0..count).map(|number| windows[spread(number) as usize]).collect()
    }

    fn rows(&self, part: Part, examples: &[usize]) -> Rows {
        match part {
            Part::Training => self.training.rows(examples),
            Part::Validation => self.validation.rows_of_successive(examples),
        }
    }

    fn stretches(&self, part: Part) -> Vec<&[u32]> {
        match part {
            Part::Training => self.training.stretches(),
            Part::Validation => self.validation.stretches(),
        }
    }

    fn window(&self) -> usize {
        self.window
    }

    fn size(&self) -> DatasetSize {
        DatasetSize {
            training_tokens: self.training.len(),
            validation_tokens: self.validation.len(),
            characters_per_token: self.characters_per_token,
        }
    }

    fn replace_training(&mut self, documents: &[&str], tokenizer: &Tokenizer, position: &str) -> Result<()> {
        let documents = Documents::new(check(documents)?, self.separated);
        let tokens = tokenizer.encode_passages(documents.passages(0..documents.bytes()))?;
        too_short(Part::Training, tokens.len(), self.window + 1)?;
        self.training = Stream::new(vec![tokens], self.window);
        self.position = position.to_owned();
        Ok(())
    }

    fn is_of_documents(&self) -> bool {
        self.separated
    }

    fn position(&self) -> &str {
        &self.position
    }
}

/// Leaves out the `gap` tokens next to each cut between two stretches.
fn leave_gaps(stretches: &mut [Vec<u32>], gap: usize) {
    let last = stretches.len().saturating_sub(1);
    for (index, stretch) in stretches.iter_mut().enumerate() {
        if index < last {
            stretch.truncate(stretch.len().saturating_sub(gap));
        }
        if index > 0 {
            stretch.drain(..gap.min(stretch.len()));
        }
    }
}

fn longest(stretches: &[Vec<u32>]) -> usize {
    stretches.iter().map(Vec::len).max().unwrap_or_default()
}

/// # Errors
/// [`Error::TextTooShort`].
fn too_short(part: Part, tokens: usize, needed: usize) -> Result<()> {
    if tokens >= needed {
        return Ok(());
    }
    Err(Error::TextTooShort { part, tokens, needed })
}

/// The documents that hold something.
///
/// # Errors
/// [`Error::TextTooLarge`].
fn check<'t>(documents: &[&'t str]) -> Result<Vec<&'t str>> {
    let bytes: usize = documents.iter().map(|document| document.len()).sum();
    if bytes > MAX_TEXT_MEGABYTES * 1_000_000 {
        return Err(Error::TextTooLarge { megabytes: bytes as f64 / 1e6, max: MAX_TEXT_MEGABYTES });
    }
    Ok(documents.iter().copied().filter(|document| !document.is_empty()).collect())
}
