//! Tokens of one part, in stretches that no window leaves.
//!
//! Training windows begin anywhere. A validation window begins with a document where the one before it ended
//! within it: whoever comes in without the beginning of a tale can only guess its names, which no floor of
//! the tales foresees.

use core::ops::Range;

use super::dataset::Rows;
use crate::tokenizer::SpecialToken;

const END: u32 = SpecialToken::EndOfText.id();

/// Stretches of tokens, one after the other, and where windows may begin in them.
#[derive(Clone, Debug, Default)]
pub(super) struct Stream {
    tokens: Vec<u32>,
    /// Tokens of a window.
    window: usize,
    /// Where a window and the token after it lie in one stretch, in order.
    starts: Vec<Range<usize>>,
}

impl Stream {
    /// Stretches that are too short for a window are left out.
    pub fn new(stretches: Vec<Vec<u32>>, window: usize) -> Self {
        let mut stream = Self { window, ..Self::default() };
        for stretch in stretches.into_iter().filter(|stretch| stretch.len() > window) {
            let start = stream.tokens.len();
            stream.starts.push(start..start + stretch.len() - window);
            if start == 0 {
                stream.tokens = stretch;
            } else {
                stream.tokens.extend(stretch);
            }
        }
        stream
    }

    /// How many tokens there are.
    pub fn len(&self) -> usize {
        self.tokens.len()
    }

    /// The stretches, in order.
    pub fn stretches(&self) -> Vec<&[u32]> {
        self.starts.iter().map(|starts| &self.tokens[starts.start..starts.end + self.window]).collect()
    }

    /// How many tokens may begin a window.
    pub fn starts(&self) -> usize {
        self.starts.iter().map(Range::len).sum()
    }

    /// Where the window of this number begins, in the order of the text.
    pub fn start_of(&self, number: usize) -> usize {
        let mut remaining = number;
        for starts in &self.starts {
            if remaining < starts.len() {
                return starts.start + remaining;
            }
            remaining -= starts.len();
        }
        unreachable!("no window begins at token {number}")
    }

    /// Where windows begin that predict each token once ([`Self::rows`]): each goes on at the document that
    /// the one before does not hold the whole of, or where that one ends.
    pub fn successive(&self) -> Vec<usize> {
        let mut successive = Vec::new();
        for starts in &self.starts {
            let mut start = starts.start;
            while start < starts.end {
                successive.push(start);
                start = self.next_start(start, starts);
            }
        }
        successive
    }

    /// Where the window after the one at `start` begins, in a stretch with these `starts`.
    fn next_start(&self, start: usize, starts: &Range<usize>) -> usize {
        let end = start + self.window;
        let document = self.tokens[start + 1..=end].iter().rposition(|&token| token == END);
        document.map(|index| start + 1 + index).filter(|next| starts.contains(next)).unwrap_or(end)
    }

    /// The windows that begin at `starts`.
    pub fn rows(&self, starts: &[usize]) -> Rows {
        let mut rows = Rows { time: self.window, ..Rows::default() };
        for &start in starts {
            rows.inputs.extend_from_slice(&self.tokens[start..start + self.window]);
            rows.targets.extend_from_slice(&self.tokens[start + 1..=start + self.window]);
        }
        rows.weights = vec![1.0; rows.targets.len()];
        rows
    }

    /// The same of windows that [`Self::successive`] gave: what the next of them predicts counts nothing.
    pub fn rows_of_successive(&self, starts: &[usize]) -> Rows {
        let mut rows = self.rows(starts);
        for (&start, weights) in starts.iter().zip(rows.weights.chunks_mut(self.window)) {
            let stretch = self.starts.iter().find(|stretch| stretch.contains(&start));
            let next = stretch.map_or(start + self.window, |stretch| self.next_start(start, stretch));
            weights[next - start..].fill(0.0);
        }
        rows
    }
}
