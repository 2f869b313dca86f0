//! What counting alone foretells of a text: how often each token stands in the training part, after each
//! token, and after each two. A model that has learned something beats all three.
//!
//! Counts are interpolated as Witten and Bell do (Chen and Goodman 1998, section 2.5), which has nothing to
//! be tuned: after a history that was followed by `c` tokens, `t` of them different,
//!
//! ```text
//! P(token | history) = (count(history, token) + t · P(token | shorter history)) / (c + t)
//! ```
//!
//! and below single tokens stands chance, 1 / V. A history that never occurred leaves the word to the
//! shorter one.

use core::ops::Range;

use super::dataset::{Dataset, Part, Rows};
use crate::error::Result;
use crate::tokenizer::{Passage, Tokenizer};

/// Single tokens, pairs and triples.
pub const ORDERS: usize = 3;

/// Bits of a token's number in a key: three of them fit into 64.
const TOKEN_BITS: usize = 21;

/// n-grams that are noted before the same ones are joined for the first time.
const FIRST_NOTES: usize = 1 << 18;

/// Single tokens, pairs and triples of a training part, counted. At most 16 bytes for each token of the part
/// and order, and far fewer where n-grams come again.
#[derive(Clone, Debug)]
pub struct NgramModel {
    /// By length, from single tokens.
    orders: [Ngrams; ORDERS],
    vocab_size: usize,
}

/// Those of one length.
#[derive(Clone, Debug)]
struct Ngrams {
    /// Each once, in order: so those with the same history stand together.
    keys: Vec<u64>,
    /// How many occurrences those before it have together, and at the end all.
    before: Vec<u32>,
}

impl NgramModel {
    /// Counts a dataset's training part for a vocabulary of so many tokens. `None` where it has no text.
    pub fn of(dataset: &dyn Dataset, vocab_size: usize) -> Option<Self> {
        let stretches = dataset.stretches(Part::Training);
        (!stretches.is_empty()).then(|| Self::count(&stretches, vocab_size))
    }

    /// Counts stretches of tokens; nothing is counted across their borders.
    pub fn count(stretches: &[&[u32]], vocab_size: usize) -> Self {
        Self { orders: [1, 2, 3].map(|order| Ngrams::count(stretches, order)), vocab_size }
    }

    /// Counts documents that no dataset has, as a training on them would: with the end of each where there are
    /// several.
    ///
    /// # Errors
    /// What the tokenizer refuses.
    pub fn of_documents(documents: &[&str], tokenizer: &Tokenizer) -> Result<Self> {
        let ends = documents.len() > 1;
        let passages = documents.iter().map(|&text| Passage { text, ends });
        let tokens = tokenizer.encode_passages(passages)?;
        Ok(Self::count(&[&tokens], tokenizer.vocab_size()))
    }

    /// How many tokens were counted.
    pub fn tokens(&self) -> usize {
        self.orders[0].occurrences(0..self.orders[0].keys.len()) as usize
    }

    /// The probability of `token` after `history`, of which the last `order - 1` tokens count; between 0 and
    /// 1, and 1 in sum over the vocabulary. `order` is 1, 2 or 3; 0 is chance.
    pub fn probability(&self, order: usize, history: &[u32], token: u32) -> f64 {
        let mut probability = 1.0 / self.vocab_size.max(1) as f64;
        for (length, ngrams) in self.orders.iter().enumerate().take(order.min(history.len() + 1)) {
            let history = &history[history.len() - length..];
            let followers = ngrams.followers(history);
            if followers.is_empty() {
                break;
            }
            let different = followers.len() as f64;
            let all = f64::from(ngrams.occurrences(followers.clone()));
            let count = f64::from(ngrams.occurrences(ngrams.find(followers, history, token)));
            probability = (count + different * probability) / (all + different);
        }
        probability
    }

    /// For each token but the first its log-probability (natural) after those before it: as
    /// [`crate::inspect::Score`] has them.
    pub fn log_probs(&self, order: usize, tokens: &[u32]) -> Vec<f32> {
        let log_prob = |at: usize| self.probability(order, &tokens[..at], tokens[at]).ln() as f32;
        (1..tokens.len()).map(log_prob).collect()
    }

    /// The mean loss of these predictions, in nats a token, each row by itself as a model reads it. `None`
    /// where none of them counts.
    pub fn loss(&self, order: usize, rows: &Rows) -> Option<f32> {
        let time = rows.time.max(1);
        let chunks = rows.inputs.chunks(time).zip(rows.targets.chunks(time)).zip(rows.weights.chunks(time));
        let mut sum = 0.0;
        for ((inputs, targets), weights) in chunks {
            for (at, (&target, &weight)) in targets.iter().zip(weights).enumerate() {
                if weight > 0.0 {
                    sum -= f64::from(weight) * self.probability(order, &inputs[..=at], target).ln();
                }
            }
        }
        let weight = rows.total_weight();
        (weight > 0.0).then(|| (sum / weight) as f32)
    }

    /// The loss of single tokens, pairs and triples on at most `examples` validation examples, those that an
    /// evaluation of as many takes. `None` where there is no validation part.
    pub fn validation_losses(&self, dataset: &dyn Dataset, examples: usize) -> Option<[f32; ORDERS]> {
        let rows = dataset.rows(Part::Validation, &dataset.validation(examples));
        let [one, two, three] = [1, 2, 3].map(|order| self.loss(order, &rows));
        Some([one?, two?, three?])
    }
}

impl Ngrams {
    fn count(stretches: &[&[u32]], order: usize) -> Self {
        let mut notes: Vec<(u64, u32)> = vec![];
        let mut limit = FIRST_NOTES;
        for stretch in stretches {
            for ngram in stretch.windows(order) {
                if notes.len() >= limit {
                    join(&mut notes);
                    limit = FIRST_NOTES.max(2 * notes.len());
                }
                notes.push((key(ngram), 1));
            }
        }
        join(&mut notes);
        let mut all = 0;
        let before = core::iter::once(0).chain(notes.iter().map(|&(_, count)| {
            all += count;
            all
        }));
        Self { before: before.collect(), keys: notes.iter().map(|&(key, _)| key).collect() }
    }

    /// The n-grams that begin with this history, which is one token shorter.
    fn followers(&self, history: &[u32]) -> Range<usize> {
        let first = key(history) << TOKEN_BITS;
        let last = first | ((1 << TOKEN_BITS) - 1);
        self.keys.partition_point(|&key| key < first)..self.keys.partition_point(|&key| key <= last)
    }

    /// Among `followers`, the one that ends with `token`; an empty range where there is none.
    fn find(&self, followers: Range<usize>, history: &[u32], token: u32) -> Range<usize> {
        let key = key(history) << TOKEN_BITS | u64::from(token);
        match self.keys[followers.clone()].binary_search(&key) {
            Ok(at) => followers.start + at..followers.start + at + 1,
            Err(_) => 0..0,
        }
    }

    fn occurrences(&self, range: Range<usize>) -> u32 {
        self.before[range.end] - self.before[range.start]
    }
}

/// The tokens' numbers beside each other: in the order of the tokens.
fn key(ngram: &[u32]) -> u64 {
    ngram.iter().fold(0, |key, &token| key << TOKEN_BITS | u64::from(token))
}

/// Brings the notes in order, each n-gram once.
fn join(notes: &mut Vec<(u64, u32)>) {
    notes.sort_unstable_by_key(|&(key, _)| key);
    notes.dedup_by(|next, kept| {
        let same = next.0 == kept.0;
        kept.1 += if same { next.1 } else { 0 };
        same
    });
}
