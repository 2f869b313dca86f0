//! What a title promises, and whether a tale has it.

use super::casting::Casting;
use super::grammar::{Grammar, RoleId};
use super::lexicon::{ClassId, WordId};
use super::word::{Gender, Number, Tense, Word};

use serde::Serialize;

/// Longer than any tale, in bytes: what stands behind is not searched.
const SEARCHED: usize = 4_096;

const HERO: [&str; 2] = ["héros", "hero"];
const NAME: [&str; 2] = ["nom", "name"];
const FRIEND: [&str; 2] = ["voisin", "friend"];

/// What a word of a title is to the tale.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum PromiseKind {
    /// Who it is about: *renard*.
    Hero,
    /// The hero's name: *Filou*.
    Name,
    /// Whom the hero meets.
    Friend,
    /// A thing, a place, a food.
    Thing,
    /// How the thing is: *rouge*.
    Quality,
    /// What the hero would like to be able to do.
    Skill,
}

/// A word that a title names and the tale must have.
///
/// The hero and the name must be the first of their kind in the tale: *Le renard et la clé* is not about a
/// duck that meets a fox.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Promise {
    /// What it is to the tale.
    pub kind: PromiseKind,
    /// Its dictionary form.
    pub word: String,
    /// Whether the tale has it.
    pub kept: bool,
}

/// A promise before the tale is known.
#[derive(Clone, Debug)]
pub(super) struct Named {
    pub kind: PromiseKind,
    word: WordId,
    class: ClassId,
}

impl Named {
    pub fn new(grammar: &Grammar, role: RoleId, casting: Casting) -> Option<Self> {
        let (word, class) = (casting.word?, casting.class);
        let name = grammar.roles[role].name.as_str();
        let kind = match &grammar.lexicon.words[word] {
            _ if HERO.contains(&name) => PromiseKind::Hero,
            _ if NAME.contains(&name) => PromiseKind::Name,
            _ if FRIEND.contains(&name) => PromiseKind::Friend,
            Word::Noun(_) => PromiseKind::Thing,
            Word::Adjective(_) => PromiseKind::Quality,
            Word::Verb(_) => PromiseKind::Skill,
        };
        Some(Self { kind, word, class })
    }

    /// What it becomes of the promise in a tale.
    pub fn in_tale(&self, grammar: &Grammar, tale: &str) -> Promise {
        let mut end = tale.len().min(SEARCHED);
        while !tale.is_char_boundary(end) {
            end -= 1;
        }
        let tale = tale.get(..end).unwrap_or_default();
        let forms = |word: WordId| forms(&grammar.lexicon.words[word], self.kind);
        let own = forms(self.word);
        let found = own.iter().filter_map(|form| find_word(tale, form)).min();
        let is_first = |at: usize| {
            let before = tale.get(..at).unwrap_or_default();
            let class = grammar.lexicon.classes[self.class].iter().filter(|&&word| word != self.word);
            !class.copied().flat_map(forms).any(|form| find_word(before, &form).is_some())
        };
        let kept = match self.kind {
            PromiseKind::Hero | PromiseKind::Name => found.is_some_and(is_first),
            _ => found.is_some(),
        };
        Promise { kind: self.kind, word: own.into_iter().next().unwrap_or_default(), kept }
    }
}

/// The forms in which a tale may have a word, the dictionary form first. A character is one; two foxes are no
/// fox.
fn forms(word: &Word, kind: PromiseKind) -> Vec<String> {
    match word {
        Word::Noun(noun) => match kind {
            PromiseKind::Hero | PromiseKind::Name | PromiseKind::Friend => vec![noun.singular.clone()],
            _ => vec![noun.singular.clone(), noun.plural.clone()],
        },
        Word::Adjective(adjective) => adjective.paradigm.forms().cloned().collect(),
        Word::Verb(verb) => {
            let form = &verb.forms[Tense::Infinitive as usize][2];
            let agreeing = form.agreeing.as_ref().map(|p| p.form(Gender::Masculine, Number::Singular));
            let pieces = [form.invariable.as_str(), agreeing.unwrap_or_default(), &verb.complement];
            vec![pieces.into_iter().filter(|piece| !piece.is_empty()).collect::<Vec<_>>().join(" ")]
        }
    }
}

/// Where a word stands by itself in a text, with or without a capital.
fn find_word(text: &str, form: &str) -> Option<usize> {
    let mut letters = form.chars();
    let first = letters.next()?;
    let rest = letters.as_str();
    let ends = |at: usize| !text[at..].chars().next().is_some_and(char::is_alphanumeric);
    let begins = |at: usize| {
        let before = text[..at].chars().next_back()?;
        let is_first = before == first || first.to_uppercase().eq([before]);
        let start = at - before.len_utf8();
        let alone = !text[..start].chars().next_back().is_some_and(char::is_alphanumeric);
        (is_first && alone).then_some(start)
    };
    if rest.is_empty() {
        return text.match_indices(first).map(|(at, _)| at).find(|&at| ends(at + first.len_utf8()));
    }
    text.match_indices(rest).filter(|(at, _)| ends(at + rest.len())).find_map(|(at, _)| begins(at))
}
