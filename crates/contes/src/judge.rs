//! How far a text is right, whether it is a whole tale, and whether it keeps to its title.

use serde::Serialize;

use super::grammar::Grammar;
use super::instead::instead;
use super::promise::{Named, Promise};
use super::reading::Reading;

/// What there is to say of the title of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum TitleState {
    /// The text has no title: it is empty, or begins with the tale itself.
    None,
    /// The first line is not over, and some tale's title begins with it.
    Open,
    /// No tale is called so.
    Unknown,
    /// The tale does not have all that its title promises, as far as it goes.
    Missing,
    /// The tale has all that its title promises.
    Kept,
}

/// What a judge says of a text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Judgement {
    /// Bytes of the longest beginning that some tale has.
    pub right: usize,
    /// Whether the text is a tale from its beginning to its end.
    pub whole: bool,
    /// Whole words that could have come in place of the first mistake, the likeliest first; none where there
    /// is no mistake, or where the tale was over.
    pub instead: Vec<String>,
    /// What there is to say of the title.
    pub title: TitleState,
    /// What the title promises, if it is some tale's.
    pub promises: Vec<Promise>,
}

/// Judges texts exactly, against the grammar. A text may begin with its title or with the tale itself: of
/// both readings, the judge takes the one that is right longer.
///
/// A text that begins with the one before costs only what is new.
#[derive(Clone, Debug)]
pub struct Judge<'g> {
    grammar: &'g Grammar,
    /// As much of the last text as the readings know, and the letter of the first mistake.
    text: String,
    titled: Reading<'g>,
    untitled: Reading<'g>,
    /// What the title promises, once its line is over and it is some tale's.
    named: Option<Vec<Named>>,
    /// What could have come, once it was asked for.
    instead: Option<Vec<String>>,
}

impl<'g> Judge<'g> {
    /// A judge that has read nothing.
    pub fn new(grammar: &'g Grammar) -> Self {
        Self {
            grammar,
            text: String::new(),
            titled: Reading::new(grammar, grammar.starts.titled),
            untitled: Reading::new(grammar, grammar.starts.untitled),
            named: None,
            instead: None,
        }
    }

    /// Judges a text.
    pub fn read(&mut self, text: &str) -> Judgement {
        if !text.starts_with(&self.text) {
            *self = Self::new(self.grammar);
        }
        let first_line = text.split_inclusive('\n').next().unwrap_or_default();
        let tale = text.strip_prefix(first_line).filter(|_| first_line.ends_with('\n'));
        if tale.is_some() && self.named.is_none() {
            self.titled.read(first_line);
            self.named = self.named();
        }
        self.titled.read(text);
        self.untitled.read(text);
        self.remember(text);

        let is_titled = self.titled.right() >= self.untitled.right();
        let reading = if is_titled { &self.titled } else { &self.untitled };
        if reading.is_mistaken() && self.instead.is_none() {
            self.instead = Some(instead(reading, text));
        }
        let named = self.named.iter().flatten().filter(|_| is_titled);
        let promises: Vec<Promise> =
            named.map(|named| named.in_tale(self.grammar, tale.unwrap_or_default())).collect();
        Judgement {
            right: reading.right(),
            whole: reading.whole(text).derivations > 0,
            instead: self.instead.clone().unwrap_or_default(),
            title: match (&self.named, tale) {
                _ if text.is_empty() || !is_titled => TitleState::None,
                (Some(_), _) if promises.iter().all(|promise| promise.kept) => TitleState::Kept,
                (Some(_), _) => TitleState::Missing,
                (None, None) if !reading.is_mistaken() => TitleState::Open,
                (None, _) => TitleState::Unknown,
            },
            promises,
        }
    }

    /// What the title promises that has just been read to its end.
    fn named(&self) -> Option<Vec<Named>> {
        if self.titled.is_mistaken() {
            return None;
        }
        let titled = self
            .titled
            .states()
            .iter()
            .filter_map(|state| Some((state.score.ln_probability, state.derivation.titled_roles()?)));
        let likeliest = titled.max_by(|(a, _), (b, _)| a.total_cmp(b))?;
        let named = likeliest.1.filter_map(|(role, casting)| Named::new(self.grammar, role, casting));
        Some(named.collect())
    }

    /// Keeps of the text what a longer one must begin with for the readings to go on from here.
    fn remember(&mut self, text: &str) {
        let right = self.titled.right().max(self.untitled.right());
        let wrong = text.get(right..).and_then(|wrong| wrong.chars().next()).map_or(0, char::len_utf8);
        text.get(..right + wrong).unwrap_or(text).clone_into(&mut self.text);
    }
}
