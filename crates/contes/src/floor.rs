//! The lowest loss that any model can reach: the entropy of the language.
//!
//! The mean of −log₂ p over stories drawn from the grammar estimates its entropy without bias. A training text is
//! stories with a blank line between: two characters more a story, which count as characters but cost nothing. Where a
//! story ends is already decided by its derivation, and no story holds a blank line; what it costs to know that a
//! story ends *here* rather than going on to a moral is part of the probability of the story.
//!
//! The floor is that of a reader who sees the whole story so far and knows the grammar. A model with a short context
//! stays above it, and so does one whose tokenizer could spell the same text in several ways.

use serde::Serialize;

use super::grammar::Grammar;
use super::story::{Part, SEPARATOR, Stories};

/// An estimate of the entropy, with its error.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Floor {
    /// Entropy in bits a character, the separators counted as characters.
    pub bits_per_character: f64,
    /// Standard error of that, from the spread between stories.
    pub standard_error: f64,
    /// How many stories were drawn.
    pub stories: usize,
}

impl Floor {
    /// Measures `stories` stories drawn with `seed`.
    pub fn measure(grammar: &Grammar, seed: u64, stories: usize) -> Self {
        let sample = Stories::new(grammar, seed, Part::All).take(stories).map(|story| {
            let characters = story.text.chars().count() + SEPARATOR.chars().count();
            (grammar.score(&story.text).bits(), characters as f64)
        });
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

    /// The same floor in nats a token, for a tokenizer that turns so many characters into a token.
    pub fn nats_per_token(&self, characters_per_token: f64) -> f64 {
        self.bits_per_character * characters_per_token * core::f64::consts::LN_2
    }
}
