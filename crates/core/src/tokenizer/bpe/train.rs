//! Learns the merges: again and again, the most frequent pair of neighbours becomes a token.
//!
//! No two merges spell the same token. A stretch of text whose ends no merge has crossed is cut as it would
//! be if it stood alone, so wherever `abc` can still become one token, it becomes so by the same merge.

use std::cmp::Reverse;
use std::collections::hash_map::Entry;
use std::collections::{BinaryHeap, HashMap};
use std::iter::{once, repeat_n};

use super::Pair;
use super::alphabet::Alphabet;
use super::chain::{Chain, WALL};
use crate::error::Error;
use crate::tokenizer::pieces::pieces;

/// A pair that occurs once says nothing about the language.
const MIN_COUNT: usize = 2;

/// Chooses the characters and learns the merges that make a vocabulary of `vocab_size` tokens, or of fewer
/// where the documents have no pair left that occurs twice.
///
/// All characters of the documents and of `alphabet` are tokens if they leave a quarter of the room to
/// merges. Otherwise the rarest ones are spelled by bytes, as many as it takes (with 3,000 ideograms and
/// 1,000 tokens, most).
pub(super) fn train(
    documents: &[&str],
    alphabet: &str,
    vocab_size: usize,
) -> Result<(Alphabet, Vec<Pair>), Error> {
    let room = vocab_size
        .checked_sub(Alphabet::SMALLEST)
        .ok_or(Error::VocabularyTooSmall { asked: vocab_size, needed: Alphabet::SMALLEST })?;
    // Each character of the alphabet is a piece of its own, so that it adds to no pair.
    let alphabet = alphabet.char_indices().map(|(at, character)| &alphabet[at..at + character.len_utf8()]);
    let piece_counts = count_pieces(documents.iter().flat_map(|document| pieces(document)).chain(alphabet));
    // An ASCII character takes the place of its byte token and so needs no room.
    let (ascii, others) = characters_by_count(&piece_counts);
    let mut kept = others.len().min(room - room / 4);
    loop {
        let alphabet = Alphabet::new([&ascii, &others[..kept]].concat());
        let merges = MergeLearner::new(&piece_counts, &alphabet).learn(room - kept);
        let unused = room - kept - merges.len();
        if unused == 0 || kept == others.len() {
            return Ok((alphabet, merges));
        }
        // Nothing is left to merge, but characters are: they take what the merges did not use.
        kept = others.len().min(kept + unused);
    }
}

/// How often each of `merges` would act on `documents`: the occurrences of its pair once all merges before it
/// are made.
pub(super) fn count_pairs(documents: &[&str], alphabet: &Alphabet, merges: &[Pair]) -> Vec<usize> {
    let piece_counts = count_pieces(documents.iter().flat_map(|document| pieces(document)));
    MergeLearner::new(&piece_counts, alphabet).replay(merges)
}

/// Each distinct piece with the number of its occurrences, in the order in which they first occur.
fn count_pieces<'t>(pieces: impl Iterator<Item = &'t str>) -> Vec<(&'t str, usize)> {
    let mut counts: Vec<(&str, usize)> = Vec::new();
    let mut indices: HashMap<&str, usize> = HashMap::new();
    for piece in pieces {
        let index = *indices.entry(piece).or_insert(counts.len());
        match counts.get_mut(index) {
            Some((_, count)) => *count += 1,
            None => counts.push((piece, 1)),
        }
    }
    counts
}

/// The distinct characters, ASCII and others, the most frequent first, equally frequent ones by code point.
fn characters_by_count(piece_counts: &[(&str, usize)]) -> (Vec<char>, Vec<char>) {
    let mut counts: HashMap<char, usize> = HashMap::new();
    for &(piece, count) in piece_counts {
        for character in piece.chars() {
            *counts.entry(character).or_default() += count;
        }
    }
    let mut characters: Vec<(char, usize)> = counts.into_iter().collect();
    characters.sort_unstable_by_key(|&(character, count)| (Reverse(count), character));
    characters.into_iter().map(|(character, _)| character).partition(char::is_ascii)
}

/// Where a pair occurs.
#[derive(Default)]
struct Occurrences {
    /// How often in the text: each position counts as often as its piece occurs.
    count: usize,
    /// Left positions in the chain, ascending; those whose pair has gone since are still there.
    positions: Vec<usize>,
}

/// The distinct pieces as one chain, with the occurrences of every pair, kept true from merge to merge.
///
/// A pair first occurs when the later of its two tokens is made, all at once, and after that its count only
/// falls. So the heap holds an upper bound for each pair, and is corrected when a pair comes to its top.
struct MergeLearner {
    chain: Chain,
    /// For each position of the chain, how often its piece occurs in the text.
    piece_counts: Vec<usize>,
    pairs: HashMap<Pair, Occurrences>,
    /// The highest count first, then the smallest pair.
    heap: BinaryHeap<(usize, Reverse<Pair>)>,
    /// What the first merge becomes.
    first_id: usize,
}

impl MergeLearner {
    fn new(pieces: &[(&str, usize)], alphabet: &Alphabet) -> Self {
        // As the chain: a wall, then each piece with the wall that ends it.
        let ended = pieces.iter().flat_map(|&(piece, count)| repeat_n(count, piece.chars().count() + 1));
        let piece_counts = once(0).chain(ended).collect();
        let ids = pieces.iter().flat_map(|(piece, _)| {
            // Byte tokens are not merged, so a character that they spell is a wall.
            let ids = piece.chars().map(|c| alphabet.character(c).unwrap_or(WALL));
            ids.chain(once(WALL))
        });
        let mut learner = Self {
            chain: Chain::new(ids),
            piece_counts,
            pairs: HashMap::new(),
            heap: BinaryHeap::new(),
            first_id: alphabet.tokens().len(),
        };
        let mut found = Vec::new();
        for position in learner.chain.positions() {
            learner.add_occurrence(position, &mut found);
        }
        learner.queue(found);
        learner
    }

    /// At most `limit` merges, fewer if no pair is left that occurs twice.
    fn learn(mut self, limit: usize) -> Vec<Pair> {
        let mut merges = Vec::new();
        while merges.len() < limit {
            let Some((bound, Reverse(pair))) = self.heap.pop() else {
                break;
            };
            let count = self.pairs.get(&pair).map_or(0, |occurrences| occurrences.count);
            if count < bound {
                self.queue(vec![pair]);
                continue;
            }
            self.merge(pair, (self.first_id + merges.len()) as u32);
            merges.push(pair);
        }
        merges
    }

    /// Makes merges that were learned before; how often the pair of each stood there.
    fn replay(mut self, merges: &[Pair]) -> Vec<usize> {
        let ids = self.first_id as u32..;
        let count = |(&pair, id): (&Pair, u32)| {
            let count = self.pairs.get(&pair).map_or(0, |occurrences| occurrences.count);
            self.merge(pair, id);
            count
        };
        merges.iter().zip(ids).map(count).collect()
    }

    /// Replaces every occurrence of `pair` by `id`, from left to right.
    fn merge(&mut self, pair: Pair, id: u32) {
        let Some(occurrences) = self.pairs.remove(&pair) else {
            return;
        };
        let mut found = Vec::new();
        for left in occurrences.positions {
            if self.chain.pair(left) != Some(pair) {
                continue;
            }
            let before = self.chain.previous(left);
            self.remove_occurrence(before);
            self.remove_occurrence(self.chain.next(left));
            self.chain.merge(left, id);
            self.add_occurrence(before, &mut found);
            self.add_occurrence(left, &mut found);
        }
        self.queue(found);
    }

    /// Counts the pair at `left`, and notes it in `found` if it is new.
    fn add_occurrence(&mut self, left: usize, found: &mut Vec<Pair>) {
        let Some(pair) = self.chain.pair(left) else {
            return;
        };
        let occurrences = match self.pairs.entry(pair) {
            Entry::Occupied(entry) => entry.into_mut(),
            Entry::Vacant(entry) => {
                found.push(pair);
                entry.insert(Occurrences::default())
            }
        };
        occurrences.count += self.piece_counts[left];
        occurrences.positions.push(left);
    }

    /// The pair at `left` is about to go. (That of the merge itself, overlapping in `aaa`, has gone already.)
    fn remove_occurrence(&mut self, left: usize) {
        let pair = self.chain.pair(left);
        if let Some(occurrences) = pair.and_then(|pair| self.pairs.get_mut(&pair)) {
            occurrences.count -= self.piece_counts[left];
        }
    }

    /// Puts the pairs that are worth a merge on the heap.
    fn queue(&mut self, pairs: Vec<Pair>) {
        for pair in pairs {
            let count = self.pairs.get(&pair).map_or(0, |occurrences| occurrences.count);
            if count >= MIN_COUNT {
                self.heap.push((count, Reverse(pair)));
            }
        }
    }
}
