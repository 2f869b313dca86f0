//! The lowest loss that any model can reach: the entropy of the language.
//!
//! The mean of −log₂ p over stories drawn from the grammar estimates its entropy without bias. p is the
//! probability of the story *and of its end*: at every point where a story could end, what it costs to know
//! that it does, or does not, is part of it.
//!
//! To a model a story is its characters and the token `<|endoftext|>`. That token costs what it costs to know
//! the end (nothing, where the derivation leaves no other way), and is no character. So the bits of a story
//! are the sum over all its tokens, the end included, and are divided by its characters, the end not counted;
//! a model's bits a character are computed in the same way (`characters_per_token` of core counts the end as
//! a token and not as a character). Both are exact: a model that knows the grammar perfectly, and sees the
//! whole story so far, reaches the floor and no model goes below it.
//!
//! A model with a short context stays above it, and so does one whose tokenizer could spell the same text in
//! several ways.

use serde::Serialize;

use super::grammar::Grammar;
use super::story::{Part, Stories};

/// An estimate of the entropy, with its error.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Floor {
    /// Entropy of a story, its end included, in bits for each of its characters.
    pub bits_per_character: f64,
    /// Standard error of that, from the spread between stories.
    pub standard_error: f64,
    /// How many stories were drawn.
    pub stories: usize,
}

impl Floor {
    /// Measures `stories` stories drawn with `seed`.
    pub fn measure(grammar: &Grammar, seed: u64, stories: usize) -> Self {
        let sample = Stories::new(grammar, seed, Part::All)
            .take(stories)
            .map(|story| (grammar.score(&story.text).bits(), story.text.chars().count() as f64));
        Self::of_costs(&sample.collect::<Vec<_>>())
    }

    /// From (bits, characters) of each story: their ratio, and its error by the delta method.
    fn of_costs(costs: &[(f64, f64)]) -> Self {
        let count = costs.len() as f64;
        let bits: f64 = costs.iter().map(|(bits, _)| bits).sum();
        let characters: f64 = costs.iter().map(|(_, characters)| characters).sum();
        let ratio = bits / characters;
        let squares: f64 = costs.iter().map(|(bits, characters)| (bits - ratio * characters).powi(2)).sum();
        let standard_error = (squares / (count * (count - 1.0).max(1.0))).sqrt() / (characters / count);
        Self { bits_per_character: ratio, standard_error, stories: costs.len() }
    }

    /// The same floor in nats a token, where a token is so many characters; the end of a story is a token
    /// without any.
    pub fn nats_per_token(&self, characters_per_token: f64) -> f64 {
        self.bits_per_character * characters_per_token * core::f64::consts::LN_2
    }
}
