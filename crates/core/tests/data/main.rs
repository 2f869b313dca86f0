//! Texts as datasets: their split, their windows, short texts, documents.
#![allow(clippy::unwrap_used, clippy::panic)]

mod contes;
mod counting;
mod documents;
mod refusals;
mod short_texts;
mod split;
mod windows;

use petit_train_core::data::{Corpus, Dataset, Part, Texts};
use petit_train_core::error::Result;
use petit_train_core::tokenizer::{Tokenizer, TokenizerConfig};

const CHARS: TokenizerConfig = TokenizerConfig::Chars;

fn tokenize(documents: &[&str], config: &TokenizerConfig, block_size: usize) -> Result<(Tokenizer, Corpus)> {
    Corpus::tokenize(Texts { training: documents, ..Texts::default() }, config, block_size)
}

/// A text in which no character occurs twice: with a token a character, the id tells the position.
fn counting(characters: u32) -> String {
    ('一'..).take(characters as usize).collect()
}

/// The position in a [`counting`] text that a token of it tells.
fn position(token: u32) -> usize {
    token as usize - 4
}

/// The tokens of every window that a part gives out: first the inputs, then the target of the last.
fn windows(corpus: &Corpus, part: Part) -> Vec<Vec<u32>> {
    let examples = match part {
        Part::Validation => corpus.validation(usize::MAX),
        // So many draws miss none of a few thousand windows, but for one case in a million.
        Part::Training => {
            let mut drawn = corpus.draw(1, 0, 40 * corpus.size().training_tokens);
            drawn.sort_unstable();
            drawn.dedup();
            drawn
        }
    };
    let rows = corpus.rows(part, &examples);
    assert_eq!(rows.inputs.len(), examples.len() * corpus.window());
    assert_eq!(rows.targets.len(), rows.inputs.len());
    assert_eq!(rows.weights.len(), rows.targets.len());
    // The last tokens of a validation window may be for the next to predict.
    let whole = rows.weights.chunks(rows.time).all(|weights| weights.is_sorted_by(|a, b| a >= b));
    assert!(
        whole
            && rows.weights.iter().all(|&weight| weight == 1.0 || part == Part::Validation && weight == 0.0)
    );
    let pairs = rows.inputs.chunks(rows.time).zip(rows.targets.chunks(rows.time));
    pairs
        .map(|(inputs, targets)| {
            assert_eq!(inputs[1..], targets[..targets.len() - 1], "targets are the inputs one token later");
            [inputs, &targets[targets.len() - 1..]].concat()
        })
        .collect()
}
