//! *Contes*: endless little stories in French and English from a grammar of ours, whose entropy is known.
//!
//! The words and rules are data (`fr/*.txt`, `en/*.txt`): each file's first lines explain its format. From
//! there:
//!
//! - `source` reads lines, `lexicon` and `morphology` make words of them, `grammar`, `template`, `slot` and
//!   `skeleton` make rules.
//! - `derivation` follows the rules from choice to choice; `surface` turns words into text (elision,
//!   contraction).
//! - [`Stories`] draws the choices; `reading` tries all that a text allows, for [`Grammar::score`], its
//!   probability, and for [`Judge`], its first mistake; [`Floor`] measures the entropy.
//! - `alphabet` lists the characters that a story may hold, `annotation` which word looks at which.
//!
//! This crate knows neither burn nor JavaScript, so that the stories are a small WebAssembly module of their
//! own.

// Input must never reach a panic; tests may, and live in other crates or under `cfg(test)`.
#![cfg_attr(not(test), warn(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod alphabet;
mod annotation;
mod casting;
mod derivation;
mod english;
mod error;
mod floor;
mod foresight;
mod french;
mod grammar;
mod instead;
mod judge;
mod lexicon;
mod morphology;
mod promise;
mod reading;
mod sandhi;
mod score;
mod sink;
mod skeleton;
mod slot;
mod source;
mod story;
mod surface;
mod template;
mod word;

use std::sync::OnceLock;

use serde::{Deserialize, Serialize};

pub use annotation::{Annotations, Link, LinkKind, Mention};
pub use error::{DataError, Result};
pub use floor::Floor;
pub use grammar::Grammar;
pub use judge::{Judge, Judgement, TitleState};
pub use promise::{Promise, PromiseKind};
pub use score::Score;
pub use source::{Kind, Source};
pub use story::{Part, Stories, Story};

/// A language of stories.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    /// French.
    #[serde(rename = "fr")]
    French,
    /// English.
    #[serde(rename = "en")]
    English,
}

macro_rules! sources {
    ($($kind:ident $file:literal),* $(,)?) => {
        &[$(Source { file: $file, kind: Kind::$kind, text: include_str!(concat!("../", $file)) }),*]
    };
}

/// In the order in which they are read: a class is a union of classes above it.
const FRENCH: &[Source<'static>] = sources![
    Nouns "fr/noms.txt",
    Adjectives "fr/adjectifs.txt",
    Verbs "fr/verbes.txt",
    Tools "fr/outils.txt",
    Sandhi "fr/liaisons.txt",
    Roles "fr/roles.txt",
    Rules "fr/phrases.txt",
    Tales "fr/contes.txt",
];

const ENGLISH: &[Source<'static>] = sources![
    Nouns "en/nouns.txt",
    Adjectives "en/adjectives.txt",
    Verbs "en/verbs.txt",
    Tools "en/tools.txt",
    Sandhi "en/sandhi.txt",
    Roles "en/roles.txt",
    Rules "en/phrases.txt",
    Tales "en/tales.txt",
];

impl Language {
    /// The language of this code, `fr` or `en`.
    pub fn from_code(code: &str) -> Option<Self> {
        match code {
            "fr" => Some(Self::French),
            "en" => Some(Self::English),
            _ => None,
        }
    }

    /// Both.
    pub const ALL: [Self; 2] = [Self::French, Self::English];

    /// The grammar of our stories, read once.
    #[allow(
        clippy::panic,
        reason = "no input comes here: the data are the program's own, and tests read them"
    )]
    pub fn grammar(self) -> &'static Grammar {
        static FRENCH_GRAMMAR: OnceLock<Grammar> = OnceLock::new();
        static ENGLISH_GRAMMAR: OnceLock<Grammar> = OnceLock::new();
        let (cell, sources) = match self {
            Self::French => (&FRENCH_GRAMMAR, FRENCH),
            Self::English => (&ENGLISH_GRAMMAR, ENGLISH),
        };
        cell.get_or_init(|| self.parse(sources).unwrap_or_else(|error| panic!("{error}")))
    }

    /// The floor of our stories, measured once on twenty thousand of them: to measure it anew takes minutes
    /// in a browser.
    ///
    /// To be brought up to date (the example `figures` prints it) whenever words or rules change; a test says
    /// so.
    pub fn floor(self) -> Floor {
        let (bits_per_character, standard_error) = match self {
            Self::French => (0.2030, 0.0002),
            Self::English => (0.2209, 0.0002),
        };
        Floor { bits_per_character, standard_error, stories: 20_000 }
    }

    /// A grammar from other words and rules in this language.
    ///
    /// # Errors
    /// The first line that is not understood, with its file.
    pub fn parse(self, sources: &[Source<'_>]) -> Result<Grammar> {
        match self {
            Self::French => Grammar::parse(sources, &french::French),
            Self::English => Grammar::parse(sources, &english::English),
        }
    }

    /// A judge of texts in this language.
    pub fn judge(self) -> Judge<'static> {
        Judge::new(self.grammar())
    }

    /// Endless stories.
    pub fn stories(self, seed: u64, part: Part) -> Stories<'static> {
        Stories::new(self.grammar(), seed, part)
    }
}
