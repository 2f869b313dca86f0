//! From words to attention: which head connects two words of a text, and how strongly.

use core::ops::Range;

use serde::Serialize;

use super::inspection::Inspection;

/// The strongest connection from one word back to an earlier one.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
pub struct Connection {
    /// From 0.
    pub layer: usize,
    /// From 0.
    pub head: usize,
    /// The token that looks: one of the word's own, or the one before it, at which the word is foretold.
    pub query: usize,
    /// Of the earlier word, the token that is looked at most.
    pub key: usize,
    /// The attention that all tokens of the earlier word get together, between 0 and 1.
    pub share: f32,
}

impl Inspection {
    /// The tokens that spell a byte range of the text, or `None` where it is not wholly inside the window.
    pub fn tokens_of(&self, range: &Range<usize>) -> Option<Range<usize>> {
        let (first, last) = (*self.bounds.first()?, *self.bounds.last()?);
        if range.is_empty() || range.start < first || range.end > last {
            return None;
        }
        // A token that holds both the word and what stands beside it counts as the word's.
        let start = self.bounds.partition_point(|&bound| bound <= range.start) - 1;
        let end = self.bounds.partition_point(|&bound| bound < range.end);
        Some(start..end)
    }

    /// How strongly the word `from` looks at the earlier word `to` (both ranges of tokens) in one head.
    /// `None` if `to` does not come first.
    pub fn connection(
        &self,
        layer: usize,
        head: usize,
        from: &Range<usize>,
        to: &Range<usize>,
    ) -> Option<Connection> {
        let time = self.tokens.len();
        let first = from.start.saturating_sub(1).max(to.end);
        let rows = (first..from.end).filter_map(|query| {
            let start = ((layer * self.n_head + head) * time + query) * time;
            let row = self.attention.get(start..start + time)?.get(to.clone())?;
            let key = (to.start..).zip(row).max_by(|a, b| a.1.total_cmp(b.1))?.0;
            Some(Connection { layer, head, query, key, share: row.iter().sum() })
        });
        rows.max_by(|a, b| a.share.total_cmp(&b.share))
    }

    /// The head in which the later of two words (byte ranges of the text) looks most at the earlier. `None`
    /// where one of them is outside the window.
    pub fn strongest_connection(&self, one: &Range<usize>, other: &Range<usize>) -> Option<Connection> {
        let (to, from) = if one.start < other.start { (one, other) } else { (other, one) };
        let (from, to) = (self.tokens_of(from)?, self.tokens_of(to)?);
        let heads = (0..self.n_layer).flat_map(|layer| (0..self.n_head).map(move |head| (layer, head)));
        heads
            .filter_map(|(layer, head)| self.connection(layer, head, &from, &to))
            .max_by(|a, b| a.share.total_cmp(&b.share))
    }
}
