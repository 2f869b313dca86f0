//! A sequence of tokens in which two neighbours become one in constant time.

use std::iter::once;
use std::ops::Range;

use super::Pair;

/// Not a token: it marks both ends of the sequence, the borders of pieces, and the positions that merges
/// emptied. No pair has one.
pub(super) const WALL: u32 = u32::MAX;

struct Symbol {
    id: u32,
    previous: usize,
    next: usize,
}

/// Tokens linked to their neighbours. A token keeps its position; a merged pair takes that of its left one.
pub(super) struct Chain {
    symbols: Vec<Symbol>,
}

impl Chain {
    /// The tokens between two walls; the first one's position is 1.
    pub(super) fn new(ids: impl Iterator<Item = u32>) -> Self {
        let mut symbols = Vec::new();
        for id in once(WALL).chain(ids).chain(once(WALL)) {
            let position = symbols.len();
            symbols.push(Symbol { id, previous: position.saturating_sub(1), next: position + 1 });
        }
        Self { symbols }
    }

    /// All positions, in the order of the sequence.
    pub(super) fn positions(&self) -> Range<usize> {
        0..self.symbols.len()
    }

    /// The tokens that remain, without walls.
    pub(super) fn ids(&self) -> impl Iterator<Item = u32> {
        self.symbols.iter().map(|symbol| symbol.id).filter(|&id| id != WALL)
    }

    /// The position before `position`.
    pub(super) fn previous(&self, position: usize) -> usize {
        self.symbols[position].previous
    }

    /// The position after `position`.
    pub(super) fn next(&self, position: usize) -> usize {
        self.symbols[position].next
    }

    /// The token at `left` and the one after it, unless one of them is a wall.
    pub(super) fn pair(&self, left: usize) -> Option<Pair> {
        let symbol = &self.symbols[left];
        let right = self.symbols.get(symbol.next)?.id;
        (symbol.id != WALL && right != WALL).then_some((symbol.id, right))
    }

    /// Replaces the token at `left` and the one after it by `id`.
    pub(super) fn merge(&mut self, left: usize, id: u32) {
        let right = self.symbols[left].next;
        let after = self.symbols[right].next;
        self.symbols[left].id = id;
        self.symbols[left].next = after;
        self.symbols[right].id = WALL;
        self.symbols[after].previous = left;
    }
}
