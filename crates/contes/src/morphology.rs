//! What is regular about a language's words, so that the files list only what is not.

use super::lexicon::Entry;
use super::word::{Gender, Tense, Verb};

/// The regular inflections of a language.
pub(super) trait Morphology {
    /// The gender of a noun whose line gives none, if the language allows that.
    fn default_gender(&self) -> Option<Gender>;
    /// The feminine of a masculine adjective.
    fn feminine(&self, masculine: &str) -> String;
    /// The plural of a noun.
    fn noun_plural(&self, singular: &str) -> String;
    /// The plural of an adjective.
    fn adjective_plural(&self, singular: &str) -> String;
    /// Whether every adjective stands before its noun.
    fn adjectives_stand_before(&self) -> bool;
    /// The conjugated head of a verb and what completes it, if anything does.
    fn split_verb<'a>(&self, name: &'a str) -> Option<(&'a str, &'a str)>;
    /// All forms of a verb.
    ///
    /// # Errors
    /// A sentence that says what the entry lacks.
    fn conjugate(&self, entry: &Entry<'_>) -> Result<Verb, String>;
    /// The tense of this name in templates.
    fn tense(&self, name: &str) -> Option<Tense>;
}
