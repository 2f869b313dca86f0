//! Tokens of one part, in stretches that no window leaves.

use core::ops::Range;

use super::dataset::Rows;

/// Stretches of tokens, one after the other, and where windows may begin in them.
#[derive(Clone, Debug, Default)]
pub(super) struct Stream {
    tokens: Vec<u32>,
    /// Where a window and the token after it lie in one stretch, in order.
    starts: Vec<Range<usize>>,
}

impl Stream {
    /// Stretches that are too short for a window are left out.
    pub fn new(stretches: Vec<Vec<u32>>, window: usize) -> Self {
        let mut stream = Self::default();
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

    /// How many windows there are.
    pub fn windows(&self) -> usize {
        self.starts.iter().map(Range::len).sum()
    }

    /// Where the window of this number begins, in the order of the text.
    pub fn start_of(&self, window: usize) -> usize {
        let mut number = window;
        for starts in &self.starts {
            if number < starts.len() {
                return starts.start + number;
            }
            number -= starts.len();
        }
        unreachable!("there is no window {window}")
    }

    /// Where windows of `time` tokens begin that lie end to end in each stretch: no two predict the same
    /// token.
    pub fn disjoint(&self, time: usize) -> Vec<usize> {
        self.starts.iter().flat_map(|starts| starts.clone().step_by(time)).collect()
    }

    /// The windows of `time` tokens that begin at `starts`.
    pub fn rows(&self, starts: &[usize], time: usize) -> Rows {
        let mut rows = Rows { time, ..Rows::default() };
        for &start in starts {
            rows.inputs.extend_from_slice(&self.tokens[start..start + time]);
            rows.targets.extend_from_slice(&self.tokens[start + 1..start + time + 1]);
        }
        rows.weights = vec![1.0; rows.targets.len()];
        rows
    }
}
