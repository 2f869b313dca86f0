//! Byte-pair encoding over characters, with single bytes for the characters that it does not know.
//!
//! Ids are, in this order: the special tokens, the byte tokens, the characters of the text in code point
//! order, the merges in the order in which they were learned. A token is one byte or whole characters, never
//! part of several characters: byte tokens are not merged, so a character of the vocabulary is never torn.

mod alphabet;
mod chain;
mod train;

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap, HashSet};
use std::ops::Range;

use super::pieces::pieces;
use super::special::SpecialToken;
use super::vocabulary::Vocabulary;
use crate::error::Error;
use alphabet::Alphabet;
use chain::Chain;

/// Two neighbouring tokens, left and right.
type Pair = (u32, u32);

/// More bytes than the tokens of any text have together: what a damaged file may ask for is not bounded
/// otherwise.
const MAX_TOKEN_BYTES: usize = 8_000_000;

/// Most words come again and again: where in the ids each piece was first encoded.
pub(super) type PieceCache<'t> = HashMap<&'t str, Range<usize>>;

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
    pub(super) fn train(documents: &[&str], alphabet: &str, vocab_size: usize) -> Result<Self, Error> {
        let (alphabet, merges) = train::train(documents, alphabet, vocab_size)?;
        Ok(Self::new(alphabet, merges))
    }

    /// From characters in code point order, each given once, and merges in the order of learning.
    pub(super) fn from_parts(characters: &str, merges: Vec<Pair>) -> Result<Self, Error> {
        let invalid = |reason| Err(Error::TokenizerInvalid { reason });
        let characters: Vec<char> = characters.chars().collect();
        if !characters.is_sorted_by(|a, b| a < b) {
            return invalid("its characters are not in code point order");
        }
        let alphabet = Alphabet::new(characters);
        if !merges_are_possible(&alphabet, &merges) {
            return invalid("a merge is not of two tokens before it, or makes too long a token");
        }
        let tokenizer = Self::new(alphabet, merges);
        let ids = 0..tokenizer.vocabulary.len() as u32;
        let spelled = ids.skip(tokenizer.first_character());
        let mut spellings = HashSet::new();
        if !spelled.map(|id| tokenizer.vocabulary.bytes(id)).all(|token| spellings.insert(token)) {
            return invalid("two of its tokens are spelled alike");
        }
        Ok(tokenizer)
    }

    fn new(alphabet: Alphabet, merges: Vec<Pair>) -> Self {
        let mut tokens = alphabet.tokens().to_vec();
        let mut merged = HashMap::with_capacity(merges.len());
        for &(left, right) in &merges {
            merged.insert((left, right), tokens.len() as u32);
            let token = [tokens[left as usize].as_ref(), tokens[right as usize].as_ref()].concat();
            tokens.push(token.into_boxed_slice());
        }
        let vocabulary = Vocabulary::new(tokens.into_iter().skip(SpecialToken::ALL.len()));
        Self { alphabet, merges, merged, vocabulary }
    }

    /// The id of the first character: before it there are special tokens and single bytes.
    pub(crate) fn first_character(&self) -> usize {
        self.alphabet.first_character()
    }

    /// The characters that are tokens of their own, in code point order.
    pub(super) fn characters(&self) -> Vec<char> {
        self.alphabet.characters()
    }

    pub(super) fn has_character(&self, character: char) -> bool {
        self.alphabet.character(character).is_some()
    }

    /// The merges in the order in which they were learned: pairs of ids. The last `merges().len()` ids of the
    /// vocabulary are their results, in the same order.
    #[must_use]
    pub fn merges(&self) -> &[(u32, u32)] {
        &self.merges
    }

    /// Adds the ids of `text` to `ids`. The same `cache` serves all texts that are added to the same ids.
    pub(super) fn encode_into<'t>(&self, text: &'t str, ids: &mut Vec<u32>, cache: &mut PieceCache<'t>) {
        for piece in pieces(text) {
            if let Some(range) = cache.get(piece) {
                ids.extend_from_within(range.clone());
            } else {
                let start = ids.len();
                ids.extend(self.encode_piece(piece, |_, _| {}).ids());
                cache.insert(piece, start..ids.len());
            }
        }
    }

    /// What `text` is before any merge, and for each of these tokens the token that a merge made by joining
    /// it to the one before it, if one did.
    pub(super) fn merges_in(&self, text: &str) -> (Vec<u32>, Vec<Option<u32>>) {
        let (mut letters, mut joined_to) = (vec![], vec![]);
        for piece in pieces(text) {
            let start = letters.len();
            letters.extend(self.letters(piece));
            joined_to.resize(letters.len(), None);
            self.encode_piece(piece, |id, right| {
                if let Some(joined) = joined_to.get_mut(start + right) {
                    *joined = Some(id);
                }
            });
        }
        (letters, joined_to)
    }

    /// How often each merge's pair stands in `documents` once all merges before it are made.
    pub(super) fn count_pairs(&self, documents: &[&str]) -> Vec<usize> {
        train::count_pairs(documents, &self.alphabet, &self.merges)
    }

    /// What a piece is before any merge.
    fn letters(&self, piece: &str) -> impl Iterator<Item = u32> {
        piece.chars().flat_map(|c| self.alphabet.encode(c))
    }

    /// Merges within one piece, the earliest learned merge first and from left to right. A heap, because a
    /// text without spaces can be one piece of a million characters.
    ///
    /// `on_merge` is told each merge: the token that it makes, and which of the piece's letters it joins to
    /// the one before.
    fn encode_piece(&self, piece: &str, mut on_merge: impl FnMut(u32, usize)) -> Chain {
        let mut chain = Chain::new(self.letters(piece));
        let candidate = |chain: &Chain, left: usize| {
            let id = *self.merged.get(&chain.pair(left)?)?;
            Some(Reverse((id, left)))
        };
        let mut candidates: BinaryHeap<_> =
            chain.positions().filter_map(|left| candidate(&chain, left)).collect();
        while let Some(next) = candidates.pop() {
            let Reverse((id, left)) = next;
            // The pair may have gone since: one of its tokens was merged with its other neighbour.
            if candidate(&chain, left) != Some(next) {
                continue;
            }
            // The first token stands at position 1.
            on_merge(id, chain.next(left) - 1);
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

/// Whether every merge is of characters or of earlier merges, and the tokens together are not too long.
fn merges_are_possible(alphabet: &Alphabet, merges: &[Pair]) -> bool {
    let mergeable = alphabet.first_character();
    let mut lengths: Vec<usize> = alphabet.tokens().iter().map(|token| token.len()).collect();
    let mut bytes = 0;
    for &(left, right) in merges {
        let length = |id: u32| lengths.get(id as usize).filter(|_| id as usize >= mergeable);
        let (Some(left), Some(right)) = (length(left), length(right)) else { return false };
        let length = left + right;
        bytes += length;
        if bytes > MAX_TOKEN_BYTES {
            return false;
        }
        lengths.push(length);
    }
    true
}
