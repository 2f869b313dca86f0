//! Which whole words a model expects after a text. A word may be several tokens, so the likeliest are
//! searched for: of the beginnings of words the likeliest are read on, token by token (a beam search).

use std::collections::HashMap;

use serde::Serialize;

use crate::data::window_row;
use crate::error::{Error, Result};
use crate::model::{Gpt, KvCache};
use crate::readback::read;
use crate::tokenizer::Tokenizer;

/// Beginnings that are read on together. Each takes the memory of a window's keys and values.
const WIDTH: usize = 16;

/// The longest word that is looked for, in letters.
const LONGEST: usize = 20;

/// A word that could come next.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
pub struct NextWord {
    /// In lower case.
    pub word: String,
    /// Of a space, this word in any case, and then no letter: between 0 and 1.
    pub probability: f64,
}

/// The beginning of a word.
struct Beginning {
    tokens: Vec<u32>,
    /// What the tokens spell: a space, then letters, of which the last may be incomplete.
    bytes: Vec<u8>,
    probability: f64,
}

/// What bytes are to a word of so many letters.
#[derive(PartialEq)]
enum Spelling {
    No,
    Beginning,
    Word,
}

/// The likeliest words of so many letters that could follow `text` after a space, likeliest first; of all
/// that there are, those that the search finds. What is read is the text's last tokens, as many as leave room
/// for a word in the window.
///
/// # Errors
/// [`Error::PromptEmpty`]; what the tokenizer refuses; [`Error::Diverged`] where the model's scores are not
/// finite; [`Error::EngineFailed`].
pub async fn next_words(
    model: &Gpt,
    tokenizer: &Tokenizer,
    text: &str,
    letters: usize,
) -> Result<Vec<NextWord>> {
    let letters = letters.clamp(1, LONGEST);
    // The space, the letters, and one more: a letter that no token has is spelled byte by byte.
    let most_tokens = letters + 2;
    let mut tokens = tokenizer.encode(text)?;
    let block_size = model.config().block_size;
    tokens.drain(..tokens.len().saturating_sub(block_size.saturating_sub(most_tokens).max(1)));
    let (&newest, before) = tokens.split_last().ok_or(Error::PromptEmpty)?;
    let mut cache = KvCache::new(model, WIDTH);
    if !before.is_empty() {
        let all: Vec<usize> = (0..WIDTH).collect();
        let row = window_row(before, block_size, &model.device());
        model.prefill(row, before.len(), &all, &mut cache);
    }
    let mut found: HashMap<String, f64> = HashMap::new();
    let mut beam = vec![Beginning { tokens: vec![newest], bytes: vec![], probability: 1.0 }];
    while let Some(first) = beam.first() {
        if before.len() + first.tokens.len() > block_size || first.tokens.len() > most_tokens {
            break;
        }
        let rows = read_beam(model, &beam, before.len(), &mut cache).await?;
        let mut longer: Vec<(f64, usize, u32)> = vec![];
        for (index, (beginning, row)) in beam.iter().zip(&rows).enumerate() {
            if spelling(&beginning.bytes, letters) == Spelling::Word {
                let ends = (0..).zip(row).filter(|&(id, _)| !continues_word(tokenizer.token_bytes(id)));
                let end: f64 = ends.map(|(_, probability)| probability).sum();
                let word = String::from_utf8_lossy(&beginning.bytes).trim_start().to_lowercase();
                *found.entry(word).or_default() += beginning.probability * end;
                continue;
            }
            for (id, &probability) in (0..).zip(row) {
                let bytes = [&beginning.bytes, tokenizer.token_bytes(id)].concat();
                if bytes.len() > beginning.bytes.len() && spelling(&bytes, letters) != Spelling::No {
                    longer.push((beginning.probability * probability, index, id));
                }
            }
        }
        longer.sort_by(|a, b| b.0.total_cmp(&a.0));
        let next = longer.iter().take(WIDTH).filter_map(|&(probability, index, id)| {
            let Beginning { tokens, bytes, .. } = beam.get(index)?;
            let tokens = tokens.iter().copied().chain([id]).collect();
            Some(Beginning { tokens, bytes: [bytes, tokenizer.token_bytes(id)].concat(), probability })
        });
        beam = next.collect();
    }
    let mut words: Vec<_> =
        found.into_iter().map(|(word, probability)| NextWord { word, probability }).collect();
    words.sort_by(|a, b| b.probability.total_cmp(&a.probability).then_with(|| a.word.cmp(&b.word)));
    Ok(words)
}

/// The probability of every token after each beginning; all of them have as many tokens.
async fn read_beam(
    model: &Gpt,
    beam: &[Beginning],
    before: usize,
    cache: &mut KvCache,
) -> Result<Vec<Vec<f64>>> {
    (0..WIDTH).for_each(|text| cache.truncate(text, before));
    let length = beam.first().map_or(0, |beginning| beginning.tokens.len());
    let mut logits = None;
    for at in 0..length {
        // The places that the beam leaves free read what the last one does: shapes stay as they are.
        let texts = (0..WIDTH).filter_map(|text| beam.get(text.min(beam.len() - 1)));
        let tokens: Vec<u32> = texts.filter_map(|beginning| beginning.tokens.get(at).copied()).collect();
        logits = Some(model.forward_newest(&tokens, cache));
    }
    let Some(logits) = logits else { return Ok(vec![]) };
    let logits = read(logits).await?; // [WIDTH, vocab_size]
    if !logits.iter().all(|logit| logit.is_finite()) {
        return Err(Error::Diverged { step: None });
    }
    Ok(logits.chunks_exact(model.vocab_size()).take(beam.len()).map(softmax).collect())
}

fn softmax(logits: &[f32]) -> Vec<f64> {
    let highest = logits.iter().copied().fold(f32::MIN, f32::max);
    let weights: Vec<f64> = logits.iter().map(|&logit| f64::from(logit - highest).exp()).collect();
    let total: f64 = weights.iter().sum();
    weights.into_iter().map(|weight| weight / total).collect()
}

/// What these bytes, a space and then letters, are to a word of so many.
fn spelling(bytes: &[u8], letters: usize) -> Spelling {
    let Some(rest) = bytes.strip_prefix(b" ") else {
        return if bytes.is_empty() { Spelling::Beginning } else { Spelling::No };
    };
    let (text, is_complete) = match core::str::from_utf8(rest) {
        Ok(text) => (text, true),
        Err(error) if error.error_len().is_some() => return Spelling::No,
        Err(error) => (core::str::from_utf8(&rest[..error.valid_up_to()]).unwrap_or_default(), false),
    };
    let count = text.chars().count();
    match count.cmp(&letters) {
        _ if !text.chars().all(char::is_alphabetic) => Spelling::No,
        core::cmp::Ordering::Less => Spelling::Beginning,
        core::cmp::Ordering::Equal if is_complete => Spelling::Word,
        _ => Spelling::No,
    }
}

/// Whether a token that begins so goes on with a word, as far as its bytes tell.
fn continues_word(bytes: &[u8]) -> bool {
    let length = bytes.len().min(4);
    let first = match core::str::from_utf8(&bytes[..length]) {
        Ok(text) => text,
        Err(error) => core::str::from_utf8(&bytes[..error.valid_up_to()]).unwrap_or_default(),
    };
    // The single bytes of a letter begin with none that is complete.
    first.chars().next().map_or(!bytes.is_empty(), char::is_alphabetic)
}
