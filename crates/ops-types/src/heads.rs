//! The shape of an attention.

/// The position of the queries in a token's row of queries, keys and values.
pub const Q: usize = 0;
/// The position of the keys.
pub const K: usize = 1;
/// The position of the values.
pub const V: usize = 2;

/// How many sequences and heads an attention has, and how long they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Heads {
    /// How many sequences there are.
    pub batch: usize,
    /// How many tokens each sequence has.
    pub time: usize,
    /// How many heads there are.
    pub n_head: usize,
    /// How many dimensions each head has.
    pub head_dim: usize,
}

impl Heads {
    /// Numbers in a token's queries; its keys, its values and its result have as many.
    #[inline]
    pub fn width(&self) -> usize {
        self.n_head * self.head_dim
    }

    /// Numbers in a token's queries, keys and values together.
    #[inline]
    pub fn row(&self) -> usize {
        3 * self.width()
    }

    /// What scores are multiplied by: 1 / √head_dim.
    #[inline]
    pub fn score_factor(self) -> f32 {
        (self.head_dim as f32).sqrt().recip()
    }
}
