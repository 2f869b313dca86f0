//! Regular French inflection.

use super::lexicon::Entry;
use super::morphology::Morphology;
use super::word::{Gender, Paradigm, Tense, Verb, VerbForm};

/// French.
pub(super) struct French;

/// Reflexive pronouns by person; the surface elides them.
const REFLEXIVE: [&str; 6] = ["me", "te", "se", "nous", "vous", "se"];
const AVOIR: [&str; 6] = ["ai", "as", "a", "avons", "avez", "ont"];
const ETRE: [&str; 6] = ["suis", "es", "est", "sommes", "êtes", "sont"];

const IMPERFECT: [&str; 6] = ["ais", "ais", "ait", "ions", "iez", "aient"];
const FUTURE: [&str; 6] = ["ai", "as", "a", "ons", "ez", "ont"];
const PRESENT_ER: [&str; 6] = ["e", "es", "e", "ons", "ez", "ent"];

impl Morphology for French {
    fn default_gender(&self) -> Option<Gender> {
        None
    }

    fn feminine(&self, masculine: &str) -> String {
        let ending = |from: &str, to: &str| masculine.strip_suffix(from).map(|stem| format!("{stem}{to}"));
        if masculine.ends_with('e') {
            return masculine.to_owned();
        }
        ending("eux", "euse")
            .or_else(|| ending("if", "ive"))
            .or_else(|| ending("er", "ère"))
            .or_else(|| ending("en", "enne"))
            .or_else(|| ending("on", "onne"))
            .unwrap_or_else(|| format!("{masculine}e"))
    }

    fn noun_plural(&self, singular: &str) -> String {
        if singular.ends_with(['s', 'x', 'z']) {
            singular.to_owned()
        } else if ["au", "eu"].iter().any(|ending| singular.ends_with(ending)) {
            format!("{singular}x")
        } else if let Some(stem) = singular.strip_suffix("al") {
            format!("{stem}aux")
        } else {
            format!("{singular}s")
        }
    }

    fn adjective_plural(&self, singular: &str) -> String {
        self.noun_plural(singular)
    }

    fn adjectives_stand_before(&self) -> bool {
        false
    }

    fn split_verb<'a>(&self, name: &'a str) -> Option<(&'a str, &'a str)> {
        let after_pronoun = if name.starts_with("se ") { 3 } else { 0 };
        let end = after_pronoun + name[after_pronoun..].find(' ')?;
        Some((&name[..end], &name[end + 1..]))
    }

    fn conjugate(&self, entry: &Entry<'_>) -> Result<Verb, String> {
        let name = entry.name();
        let reflexive = name.starts_with("se ") || name.starts_with("s'");
        let bare = name.trim_start_matches("se ").trim_start_matches("s'");
        let (infinitive, complement) = bare.split_once(' ').unwrap_or((bare, ""));
        let stem = infinitive.strip_suffix("er");
        let missing = |part: &str| format!("`{infinitive}` is not a verb in -er: give its {part}");
        let one = |key: &str| entry.option(&[key]).and_then(|forms| forms.first().copied());

        let present: [String; 6] = match (entry.option(&["présent"]), stem) {
            (Some(forms), _) => <[&str; 6]>::try_from(forms)
                .map_err(|_| format!("`{infinitive}` needs six forms after `présent`"))?
                .map(str::to_owned),
            (None, Some(stem)) => PRESENT_ER.map(|ending| soften(stem, ending)),
            (None, None) => return Err(missing("`présent`")),
        };
        let imperfect = match (one("imparfait"), stem) {
            (Some(stem), _) | (None, Some(stem)) => IMPERFECT.map(|ending| soften(stem, ending)),
            (None, None) => return Err(missing("`imparfait`")),
        };
        let future = one("futur").unwrap_or(infinitive);
        let future = FUTURE.map(|ending| format!("{}{ending}", future.strip_suffix('e').unwrap_or(future)));
        let participle = match (one("participe"), stem) {
            (Some(participle), _) => participle.to_owned(),
            (None, Some(stem)) => format!("{stem}é"),
            (None, None) => return Err(missing("`participe`")),
        };
        let feminine = format!("{participle}e");
        let plural = [&participle, &feminine, &participle].map(|form| self.adjective_plural(form));
        let participle = Paradigm {
            singular: [participle.clone(), feminine, participle],
            plural,
            before_vowel: [None, None, None],
        };

        let built_with_etre = reflexive || entry.option(&["être"]).is_some();
        let mut forms: [[VerbForm; 6]; 6] = Default::default();
        for person in 0..6 {
            let pronoun = |form: &str| match reflexive {
                true => with_pronoun(REFLEXIVE[person], form),
                false => form.to_owned(),
            };
            let plain = |form: &str| VerbForm { invariable: pronoun(form), agreeing: None };
            forms[Tense::Infinitive as usize][person] = plain(infinitive);
            forms[Tense::Present as usize][person] = plain(&present[person]);
            forms[Tense::Imperfect as usize][person] = plain(&imperfect[person]);
            forms[Tense::Future as usize][person] = plain(&future[person]);
            forms[Tense::Past as usize][person] = if built_with_etre {
                VerbForm { invariable: pronoun(ETRE[person]), agreeing: Some(participle.clone()) }
            } else {
                plain(&format!("{} {}", AVOIR[person], participle.singular[0]))
            };
            forms[Tense::Participle as usize][person] =
                VerbForm { invariable: String::new(), agreeing: Some(participle.clone()) };
        }
        Ok(Verb { forms, complement: complement.to_owned() })
    }

    fn tense(&self, name: &str) -> Option<Tense> {
        Some(match name {
            "infinitif" => Tense::Infinitive,
            "présent" => Tense::Present,
            "imparfait" => Tense::Imperfect,
            "passé" => Tense::Past,
            "futur" => Tense::Future,
            "participe" => Tense::Participle,
            _ => return None,
        })
    }
}

/// Keeps the sound of *g* and *c* before *a* and *o*: *nous mangeons*, *il lançait*.
fn soften(stem: &str, ending: &str) -> String {
    if ending.starts_with(['a', 'o']) {
        if let Some(start) = stem.strip_suffix('c') {
            return format!("{start}ç{ending}");
        }
        if stem.ends_with('g') {
            return format!("{stem}e{ending}");
        }
    }
    format!("{stem}{ending}")
}

/// *se* + *envoler* = *s'envoler*.
fn with_pronoun(pronoun: &str, form: &str) -> String {
    let vowel = form.starts_with(['a', 'e', 'i', 'o', 'u', 'é', 'è', 'ê', 'h']);
    match pronoun.strip_suffix('e') {
        Some(start) if vowel => format!("{start}'{form}"),
        _ => format!("{pronoun} {form}"),
    }
}
