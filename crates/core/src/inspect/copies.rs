//! What a text has word for word in common with the training text.
//!
//! It is the written text that is indexed, a few kilobytes, not the training text: a suffix automaton of its
//! tokens reads the training text once, token by token, and notes the longest match at each of its states.
//! So nothing is kept of ten megabytes, and nothing is built before it is asked for.

use core::ops::Range;

use general_sam::{BTreeTransTable, GeneralSam, SAM_ROOT_NODE_ID};
use serde::Serialize;

use crate::data::{self, Dataset};
use crate::error::Result;
use crate::tokenizer::{SpecialToken, Tokenizer};

/// Characters, spaces included, that a copied part has at least: some six words. What is shorter, two people
/// who write about the same things have in common too.
pub const COPY_CHARACTERS: usize = 30;
/// Characters that are shown of the training text on each side of what was copied.
const AROUND: usize = 60;
/// Tokens of the text at most: the last ones. An automaton takes some hundred bytes for each.
const LONGEST: usize = 4096;

/// What of a text was found in the training text.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
pub struct Copies {
    /// Characters of the training text that were looked through: 0 where that is not here.
    pub searched: usize,
    /// Characters that a copied part has at least: [`COPY_CHARACTERS`].
    pub at_least: usize,
    /// The copied parts, in the order of the text. None overlaps the one before.
    pub copies: Vec<Copy>,
    /// For comparison: how much of the validation part, which the model has never read, stands in the
    /// training text by the same measure, between 0 and 1. None where there is no such part.
    pub unread: Option<f64>,
}

/// A part of a text that stands in the training text.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
pub struct Copy {
    /// Bytes of the text.
    pub range: Range<usize>,
    /// What stands before it in the training text: the end of it.
    pub before: String,
    /// The copied part, as it stands there: longer than `range` where the part before overlaps it.
    pub passage: String,
    /// What stands after it.
    pub after: String,
}

/// The longest match that ends with a token of the text.
#[derive(Clone, Copy, Debug, Default)]
struct Match {
    /// Tokens.
    length: usize,
    /// Of the training text: the piece, and its token after the match.
    end: (usize, usize),
}

/// A copied part of some tokens.
struct Part {
    /// The tokens that no part before holds.
    own: Range<usize>,
    /// Of the training text: the piece, and its tokens that are the same.
    source: (usize, Range<usize>),
}

/// Which parts of `text` stand in the training text, for at least [`COPY_CHARACTERS`].
///
/// # Errors
/// What the tokenizer refuses.
pub fn copies(dataset: &dyn Dataset, tokenizer: &Tokenizer, text: &str) -> Result<Copies> {
    let mut tokens = tokenizer.encode(text)?;
    tokens.drain(..tokens.len().saturating_sub(LONGEST));
    let pieces = dataset.stretches(data::Part::Training);
    let letters = Letters::new(tokenizer);
    let bytes = |ids: &[u32]| ids.iter().map(|&id| tokenizer.token_bytes(id).len()).sum::<usize>();
    let begin = text.len() - bytes(&tokens);
    let copy = |Part { own, source: (piece, source) }: Part| {
        let (before, after) = around(pieces[piece], &source, tokenizer);
        Copy {
            range: begin + bytes(&tokens[..own.start])..begin + bytes(&tokens[..own.end]),
            before,
            passage: tokenizer.decode(&pieces[piece][source]),
            after,
        }
    };
    Ok(Copies {
        searched: pieces.iter().map(|piece| letters.count(piece)).sum(),
        at_least: COPY_CHARACTERS,
        copies: copied_parts(&tokens, &pieces, &letters).into_iter().map(copy).collect(),
        unread: unread_share(dataset, &pieces, &letters),
    })
}

/// How much of a text that the model has never read stands in the training text all the same.
fn unread_share(dataset: &dyn Dataset, pieces: &[&[u32]], letters: &Letters) -> Option<f64> {
    let validation = dataset.stretches(data::Part::Validation);
    let tokens: Vec<u32> = validation.into_iter().flatten().take(LONGEST).copied().collect();
    let parts = copied_parts(&tokens, pieces, letters);
    let copied: usize = parts.iter().map(|part| letters.count(&tokens[part.own.clone()])).sum();
    (!tokens.is_empty()).then(|| copied as f64 / letters.count(&tokens).max(1) as f64)
}

/// The parts of `tokens` that stand in one of `pieces`.
fn copied_parts(tokens: &[u32], pieces: &[&[u32]], letters: &Letters) -> Vec<Part> {
    let matches = longest_matches(tokens, pieces, letters.vocab_size());
    let mut parts: Vec<Part> = vec![];
    for (index, &Match { length, end: (piece, end) }) in matches.iter().enumerate() {
        let last = index + 1;
        // One that goes on with the next token is part of a longer one.
        let goes_on = matches.get(last).is_some_and(|next| next.length == length + 1);
        let start = last - length;
        if !goes_on && letters.count(&tokens[start..last]) >= COPY_CHARACTERS {
            let before = parts.last().map_or(0, |part| part.own.end);
            parts.push(Part { own: start.max(before)..last, source: (piece, end - length..end) });
        }
    }
    parts
}

/// Characters of each token of a vocabulary.
struct Letters(Vec<usize>);

impl Letters {
    fn new(tokenizer: &Tokenizer) -> Self {
        // A character has one byte that does not go on with another.
        let begins = |byte: &&u8| **byte & 0xC0 != 0x80;
        let count = |id| tokenizer.token_bytes(id).iter().filter(begins).count();
        Self((0..tokenizer.vocab_size() as u32).map(count).collect())
    }

    fn vocab_size(&self) -> usize {
        self.0.len()
    }

    fn count(&self, ids: &[u32]) -> usize {
        ids.iter().map(|&id| self.0[id as usize]).sum()
    }
}

/// For each token the longest match with one of `pieces` that ends with it.
fn longest_matches(tokens: &[u32], pieces: &[&[u32]], vocab_size: usize) -> Vec<Match> {
    let automaton = GeneralSam::<BTreeTransTable<u32>>::from_utf32(tokens);
    let node = |id: usize| automaton.get_node(id);
    let parent = |id: usize| node(id).map_or(SAM_ROOT_NODE_ID, |node| node.get_suffix_parent_id());
    let longest = |id: usize| node(id).map_or(0, |node| node.max_suffix_len());
    let next = |id: usize, token: u32| node(id).and_then(|node| node.get_trans().get(&token)).copied();
    let mut best = vec![Match::default(); automaton.num_of_nodes()];
    let mut occurs = vec![false; vocab_size];
    for &token in tokens {
        occurs[token as usize] = true;
    }
    for (piece, source) in pieces.iter().enumerate() {
        let (mut state, mut length) = (SAM_ROOT_NODE_ID, 0);
        for (index, &token) in source.iter().enumerate() {
            if !occurs[token as usize] {
                (state, length) = (SAM_ROOT_NODE_ID, 0);
                continue;
            }
            state = loop {
                if let Some(following) = next(state, token) {
                    length += 1;
                    break following;
                }
                if state == SAM_ROOT_NODE_ID {
                    break state;
                }
                state = parent(state);
                length = longest(state);
            };
            if length > best[state].length {
                best[state] = Match { length, end: (piece, index + 1) };
            }
        }
    }
    // Where a state was reached, the ends of all that it spells were: its suffixes.
    for &id in automaton.get_topo_and_suf_len_sorted_node_ids().iter().rev() {
        let (found, shorter) = (best[id], parent(id));
        if found.length > 0 && best[shorter].length < longest(shorter) {
            best[shorter] = Match { length: longest(shorter), ..found };
        }
    }
    let mut state = SAM_ROOT_NODE_ID;
    let match_of = |&token: &u32| {
        state = next(state, token).unwrap_or(SAM_ROOT_NODE_ID);
        let mut found = state;
        while found != SAM_ROOT_NODE_ID && best[found].length == 0 {
            found = parent(found);
        }
        best[found]
    };
    tokens.iter().map(match_of).collect()
}

/// What stands before and after some tokens in `source`, within their document.
fn around(source: &[u32], copied: &Range<usize>, tokenizer: &Tokenizer) -> (String, String) {
    // A token has a character at least, unless it is a byte of one.
    let end = |&id: &u32| id == SpecialToken::EndOfText.id();
    let before = &source[copied.start.saturating_sub(AROUND)..copied.start];
    let before = &before[before.iter().rposition(end).map_or(0, |index| index + 1)..];
    let after = &source[copied.end..source.len().min(copied.end + AROUND)];
    let after = &after[..after.iter().position(end).unwrap_or(after.len())];
    let (before, after) = (tokenizer.decode(before), tokenizer.decode(after));
    let skipped = before.chars().count().saturating_sub(AROUND);
    (before.chars().skip(skipped).collect(), after.chars().take(AROUND).collect())
}
