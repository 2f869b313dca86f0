//! What neighbouring words do to each other: elision, contraction, and which words begin with a vowel sound.

use std::collections::{HashMap, HashSet};

use super::error::Result;
use super::source::{Kind, Source};

/// The tables of a language.
#[derive(Clone, Debug, Default)]
pub(super) struct Sandhi {
    /// Letters that begin a vowel sound.
    vowels: HashSet<char>,
    /// Words of which the letter says the wrong thing: *hibou*, *yaourt*; *hour*, *unicorn*.
    exceptions: HashSet<String>,
    /// *le* → *l'*.
    elisions: HashMap<String, String>,
    contractions: Vec<Contraction>,
}

/// *de* + *le* = *du*, but *de l'* before a vowel.
#[derive(Clone, Debug)]
pub(super) struct Contraction {
    first: String,
    second: String,
    pub joined: String,
    pub before_vowel: Option<String>,
}

impl Sandhi {
    /// Reads the sandhi files among `sources`.
    ///
    /// # Errors
    /// The first line that is not understood.
    pub fn parse(sources: &[Source<'_>]) -> Result<Self> {
        let mut sandhi = Self::default();
        for source in sources.iter().filter(|source| source.kind == Kind::Sandhi) {
            let mut heading = "";
            for line in source.lines() {
                if line.heading().is_some() {
                    heading = line.text[1..].trim();
                    continue;
                }
                match heading {
                    "voyelles" | "vowels" => sandhi.vowels.extend(line.text.chars()),
                    "exceptions" => {
                        sandhi.exceptions.extend(line.text.split_whitespace().map(str::to_owned));
                    }
                    "élisions" => {
                        let pair = line.text.split_once(' ');
                        let (word, elided) = pair.ok_or_else(|| line.error("expected `le l'`"))?;
                        sandhi.elisions.insert(word.to_owned(), elided.trim().to_owned());
                    }
                    "contractions" => {
                        let contraction = sandhi.contraction(line.text);
                        sandhi
                            .contractions
                            .push(contraction.ok_or_else(|| line.error("expected `de + le = du`"))?);
                    }
                    other => return Err(line.error(format!("unknown heading `{other}`"))),
                }
            }
        }
        Ok(sandhi)
    }

    fn contraction(&self, text: &str) -> Option<Contraction> {
        let (sum, joined) = text.split_once('=')?;
        let (first, second) = sum.split_once('+')?;
        let (first, second) = (first.trim(), second.trim());
        let before_vowel = self.elisions.get(second).map(|elided| format!("{first} {elided}"));
        Some(Contraction {
            first: first.to_owned(),
            second: second.to_owned(),
            joined: joined.trim().to_owned(),
            before_vowel,
        })
    }

    /// Whether `word` begins with a vowel sound.
    pub fn begins_with_vowel(&self, word: &str) -> bool {
        let Some(first) = word.chars().next() else { return false };
        let vowel = first.to_lowercase().any(|letter| self.vowels.contains(&letter));
        let word = word.split([' ', '\'', ',']).next().unwrap_or(word);
        let has_capital = word.contains(char::is_uppercase);
        vowel
            != (self.exceptions.contains(word)
                || (has_capital && self.exceptions.contains(&word.to_lowercase())))
    }

    /// What `word` becomes before a vowel.
    pub fn elision(&self, word: &str) -> Option<&str> {
        self.elisions.get(word).map(String::as_str)
    }

    /// The same of a word that may begin with a capital, which is kept.
    pub fn elided(&self, word: &str) -> Option<String> {
        let kept = || self.elision(word).map(str::to_owned);
        kept().or_else(|| self.elision(&word.to_lowercase()).map(capitalised))
    }

    /// Every form that an elision or a contraction may leave.
    pub fn results(&self) -> impl Iterator<Item = &str> {
        let contractions = self.contractions.iter();
        let joined = contractions.flat_map(|pair| [Some(&pair.joined), pair.before_vowel.as_ref()]).flatten();
        self.elisions.values().chain(joined).map(String::as_str)
    }

    /// Whether `first` merges with some right neighbour.
    pub fn contracts(&self, first: &str) -> bool {
        self.contractions.iter().any(|pair| pair.first == first)
    }

    /// What `first` may become where it merges.
    pub fn contractions_of(&self, first: &str) -> impl Iterator<Item = &str> {
        let pairs = self.contractions.iter().filter(move |pair| pair.first == first);
        pairs.flat_map(|pair| [Some(&pair.joined), pair.before_vowel.as_ref()]).flatten().map(String::as_str)
    }

    /// The contraction of two neighbours, if there is one.
    pub fn contraction_of(&self, first: &str, second: &str) -> Option<&Contraction> {
        self.contractions.iter().find(|pair| pair.first == first && pair.second == second)
    }
}

/// `text` with its first letter in upper case.
pub(super) fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    match letters.next() {
        Some(first) => first.to_uppercase().chain(letters).collect(),
        None => String::new(),
    }
}
