//! Regular English inflection.

use super::lexicon::Entry;
use super::morphology::Morphology;
use super::word::{Gender, Tense, Verb, VerbForm};

/// English.
pub(super) struct English;

/// The person of *he, she, it*, which has its own form in the present.
const THIRD: usize = 2;

impl Morphology for English {
    fn default_gender(&self) -> Option<Gender> {
        Some(Gender::Neuter)
    }

    fn feminine(&self, masculine: &str) -> String {
        masculine.to_owned()
    }

    fn noun_plural(&self, singular: &str) -> String {
        with_s(singular)
    }

    fn adjective_plural(&self, singular: &str) -> String {
        singular.to_owned()
    }

    fn adjectives_stand_before(&self) -> bool {
        true
    }

    fn split_verb<'a>(&self, name: &'a str) -> Option<(&'a str, &'a str)> {
        name.split_once(' ')
    }

    fn conjugate(&self, entry: &Entry<'_>) -> Result<Verb, String> {
        let (base, complement) = entry.name().split_once(' ').unwrap_or((entry.name(), ""));
        let one = |key: &str| entry.option(&[key]).and_then(|forms| forms.first().copied());
        let past = one("past").map_or_else(|| with_ed(base), str::to_owned);
        let participle = one("participle").unwrap_or(&past);
        let plain = |form: &str| VerbForm { invariable: form.to_owned(), agreeing: None };
        let same = |form: &str| core::array::from_fn(|_| plain(form));
        // *goes*, but *hippos*: potatoes and tomatoes are the exceptions among the nouns.
        let third = if base.ends_with('o') { format!("{base}es") } else { with_s(base) };
        let mut forms: [[VerbForm; 6]; 6] = Default::default();
        forms[Tense::Infinitive as usize] = same(base);
        forms[Tense::Present as usize] =
            core::array::from_fn(|person| plain(if person == THIRD { &third } else { base }));
        forms[Tense::Imperfect as usize] = same(&past);
        forms[Tense::Past as usize] = same(&past);
        forms[Tense::Future as usize] = same(&format!("will {base}"));
        forms[Tense::Participle as usize] = same(participle);
        Ok(Verb { forms, complement: complement.to_owned() })
    }

    fn tense(&self, name: &str) -> Option<Tense> {
        Some(match name {
            "infinitive" => Tense::Infinitive,
            "present" => Tense::Present,
            "past" => Tense::Past,
            "future" => Tense::Future,
            "participle" => Tense::Participle,
            _ => return None,
        })
    }
}

/// Whether a final *y* stands after a consonant and turns into *i*.
fn turns_to_i(word: &str) -> Option<&str> {
    word.strip_suffix('y').filter(|stem| !stem.ends_with(['a', 'e', 'o', 'u']))
}

fn with_s(word: &str) -> String {
    if let Some(stem) = turns_to_i(word) {
        format!("{stem}ies")
    } else if ["s", "x", "z", "ch", "sh"].iter().any(|ending| word.ends_with(ending)) {
        format!("{word}es")
    } else {
        format!("{word}s")
    }
}

fn with_ed(word: &str) -> String {
    if let Some(stem) = turns_to_i(word) {
        format!("{stem}ied")
    } else if word.ends_with('e') {
        format!("{word}d")
    } else {
        format!("{word}ed")
    }
}
