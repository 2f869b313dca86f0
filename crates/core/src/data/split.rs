//! Which stretches of a text judge the model, where no other text is given for that.
//!
//! A tenth of the text is kept for validation. A single stretch would judge the model by one place: the end
//! of a book from Project Gutenberg is its licence, the end of a collection its last author. So the tenth is
//! spread over the text in blocks, one in the middle of each of `n` equal shares of it.
//!
//! - **Number**: [`MOST_BLOCKS`] at most. Each is then 0.5 % of the text and stands for 5 % of it, so that an
//!   appendix of a few per cent is at most one block, and an author who wrote a third of the text judges a
//!   third.
//! - **Length**: at least [`BLOCK_CONTEXTS`] contexts, so that most windows of a block are not the same
//!   tokens again, and what the gaps cost stays small: two contexts a block are 7 % of the text at worst,
//!   where blocks are shortest.
//! - **Gap**: within one context of a block, nothing is trained on. No window of either part holds a token of
//!   the other, and the text next to a block is not trained on.
//! - **Borders** are those of documents, paragraphs, lines, sentences or words, whichever of these is near.
//!
//! A text whose tenth is shorter than one window has no validation part: it is trained on whole. How many
//! blocks there are depends on the text, the context length and the kind of tokenizer, not on the one
//! learned, so that a tokenizer from a checkpoint finds the same split.

use super::border::{Documents, border};
use crate::tokenizer::Passage;

const MOST_BLOCKS: u64 = 20;

/// The least length of a block in contexts, unless it is the only one.
const BLOCK_CONTEXTS: u64 = 3;

/// The passages of both parts, in the order of the text.
#[derive(Debug)]
pub(super) struct Split<'t> {
    /// What is before, between and after the blocks: one stretch more than there are blocks.
    pub training: Vec<Vec<Passage<'t>>>,
    /// The blocks.
    pub validation: Vec<Vec<Passage<'t>>>,
}

/// Splits documents for windows of `block_size` tokens; none where the text is too short for that.
///
/// `tokens` counts the tokens of a text that every tokenizer of its kind makes at least.
pub(super) fn split<'t>(
    documents: &Documents<'t>,
    block_size: usize,
    tokens: impl Fn(&str) -> usize,
) -> Option<Split<'t>> {
    let count = |stretch: &[Passage]| {
        stretch.iter().map(|passage| tokens(passage.text) + usize::from(passage.ends)).sum::<usize>()
    };
    let window = block_size.saturating_add(1);
    let tenth = count(&documents.passages(0..documents.bytes())) / 10;
    if tenth < window {
        return None;
    }
    let shortest = BLOCK_CONTEXTS * (block_size as u64).max(1);
    let most = (tenth as u64 / shortest).clamp(1, MOST_BLOCKS);
    let numbers = core::iter::successors(Some(most), |&blocks| (blocks > 1).then_some(blocks / 2));
    // Tokens may be rarer where the blocks are than elsewhere: then fewer and longer blocks; at last, one as
    // it comes.
    let attempts = numbers.map(|blocks| (blocks, true)).chain([(1, false)]);
    let mut splits = attempts.map(|(blocks, at_borders)| split_into(documents, blocks, at_borders));
    splits.find(|split| split.validation.iter().all(|block| count(block) >= window))
}

fn split_into<'t>(documents: &Documents<'t>, blocks: u64, at_borders: bool) -> Split<'t> {
    let bytes = documents.bytes() as u64;
    // The share of a block is 20 twentieths of itself, the block the two in the middle.
    let twentieth = |number: u64| (bytes * number / (20 * blocks)) as usize;
    let near = if at_borders { (bytes / (80 * blocks)) as usize } else { 0 };
    let mut split = Split { training: vec![], validation: vec![] };
    let mut done = 0;
    for block in 0..blocks {
        let start = border(documents, twentieth(20 * block + 9), near);
        let end = border(documents, twentieth(20 * block + 11), near);
        split.training.push(documents.passages(done..start));
        split.validation.push(documents.passages(start..end));
        done = end;
    }
    split.training.push(documents.passages(done..documents.bytes()));
    split
}
