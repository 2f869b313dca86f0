//! Byte-pair encoding over characters, with single bytes for the characters that it does not know.
//!
//! Ids are, in this order: the byte tokens, the characters of the text in code point order, the merges in
//! the order in which they were learned. A token is one byte or whole characters, never part of several
//! characters: byte tokens are not merged, so a character of the vocabulary is never torn.

mod alphabet;
mod chain;
mod train;

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};
use std::ops::Range;

use super::pieces::pieces;
use super::vocabulary::Vocabulary;
use crate::error::Error;
use alphabet::Alphabet;
use chain::Chain;

/// Two neighbouring tokens, left and right.
type Pair = (u32, u32);

/// A vocabulary of bytes, characters and merges.
#[derive(Debug, Clone)]
pub struct BpeTokenizer {
    alphabet: Alphabet,
    merges: Vec<Pair>,
    /// What each pair becomes. Ids grow in the order of learning, so the lower id is the earlier merge.
    merged: HashMap<Pair, u32>,
    vocabulary: Vocabulary,
}

impl BpeTokenizer {
    pub(super) fn train(text: &str, vocab_size: usize) -> Result<Self, Error> {
        let (alphabet, merges) = train::train(text, vocab_size)?;
        let mut tokens = alphabet.tokens().to_vec();
        let mut merged = HashMap::with_capacity(merges.len());
        for &(left, right) in &merges {
            merged.insert((left, right), tokens.len() as u32);
            let token = [tokens[left as usize].as_ref(), tokens[right as usize].as_ref()].concat();
            tokens.push(token.into_boxed_slice());
        }
        Ok(Self { alphabet, merges, merged, vocabulary: Vocabulary::new(tokens) })
    }

    /// The merges in the order in which they were learned: pairs of ids. The last `merges().len()` ids of the
    /// vocabulary are their results, in the same order.
    #[must_use]
    pub fn merges(&self) -> &[(u32, u32)] {
        &self.merges
    }

    /// The text's token ids; exact for every text.
    #[must_use]
    pub fn encode(&self, text: &str) -> Vec<u32> {
        let mut ids = Vec::new();
        // Most words come again and again: where in `ids` each one was first encoded.
        let mut seen: HashMap<&str, Range<usize>> = HashMap::new();
        for piece in pieces(text) {
            if let Some(range) = seen.get(piece) {
                ids.extend_from_within(range.clone());
            } else {
                let start = ids.len();
                ids.extend(self.encode_piece(piece).ids());
                seen.insert(piece, start..ids.len());
            }
        }
        ids
    }

    /// Merges within one piece, the earliest learned merge first and from left to right. A heap, because a
    /// text without spaces can be one piece of a million characters.
    fn encode_piece(&self, piece: &str) -> Chain {
        let mut chain = Chain::new(piece.chars().flat_map(|c| self.alphabet.encode(c)));
        let candidate = |chain: &Chain, left: usize| {
            let id = *self.merged.get(&chain.pair(left)?)?;
            Some(Reverse((id, left)))
        };
        let mut candidates: BinaryHeap<_> =
            chain.places().filter_map(|left| candidate(&chain, left)).collect();
        while let Some(next) = candidates.pop() {
            let Reverse((id, left)) = next;
            // The pair may have gone since: one of its tokens was merged with its other neighbour.
            if candidate(&chain, left) != Some(next) {
                continue;
            }
            chain.merge(left, id);
            candidates.extend(candidate(&chain, chain.previous(left)));
            candidates.extend(candidate(&chain, left));
        }
        chain
    }

    pub(super) fn vocabulary(&self) -> &Vocabulary {
        &self.vocabulary
    }
}
