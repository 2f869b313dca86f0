//! The words of a language: classes of nouns, adjectives and verbs, determiners, pronouns.

use std::collections::HashMap;

use super::error::Result;
use super::morphology::Morphology;
use super::source::{Kind, Line, Source};
use super::word::{Adjective, Gender, Noun, Number, Paradigm, Verb, Word};

/// Place of a word in [`Lexicon::words`].
pub(super) type WordId = usize;
/// Place of a class in [`Lexicon::classes`].
pub(super) type ClassId = usize;
/// Place of a determiner or pronoun in [`Lexicon::tools`].
pub(super) type ToolId = usize;

/// A determiner or a pronoun.
#[derive(Clone, Debug)]
pub(super) struct Tool {
    /// Its forms.
    pub paradigm: Paradigm,
    /// The number it asks of its noun; `None` for a pronoun, which stands alone.
    pub determines: Option<Number>,
}

/// All words. A word that is listed in several classes is one word.
#[derive(Clone, Debug, Default)]
pub(super) struct Lexicon {
    pub words: Vec<Word>,
    pub tools: Vec<Tool>,
    /// The members of each class, in the order of the file.
    pub classes: Vec<Vec<WordId>>,
    class_names: HashMap<String, ClassId>,
    /// By part of speech too: an orange is orange.
    word_names: HashMap<(Kind, String), WordId>,
    tool_names: HashMap<String, ToolId>,
}

impl Lexicon {
    /// Reads the word files among `sources`.
    ///
    /// # Errors
    /// The first line that is not understood.
    pub fn parse(sources: &[Source<'_>], morphology: &dyn Morphology) -> Result<Self> {
        let mut lexicon = Self::default();
        for source in sources {
            match source.kind {
                Kind::Nouns | Kind::Adjectives | Kind::Verbs => lexicon.read_words(source, morphology)?,
                Kind::Tools => lexicon.read_tools(source, morphology)?,
                Kind::Sandhi | Kind::Roles | Kind::Rules | Kind::Tales => {}
            }
        }
        Ok(lexicon)
    }

    /// The class that a line names.
    ///
    /// # Errors
    /// Where there is none.
    pub fn class_at(&self, name: &str, line: &Line<'_>) -> Result<ClassId> {
        self.class(name).ok_or_else(|| line.error(format!("no class `{name}`")))
    }

    /// The class of this name.
    pub fn class(&self, name: &str) -> Option<ClassId> {
        self.class_names.get(name).copied()
    }

    /// The word of this dictionary form.
    pub fn word(&self, kind: Kind, name: &str) -> Option<WordId> {
        self.word_names.get(&(kind, name.to_owned())).copied()
    }

    /// The determiner or pronoun of this name.
    pub fn tool(&self, name: &str) -> Option<ToolId> {
        self.tool_names.get(name).copied()
    }

    /// A class is of one part of speech: that of its first member.
    pub fn sample(&self, class: ClassId) -> &Word {
        &self.words[self.classes[class][0]]
    }

    fn read_words(&mut self, source: &Source<'_>, morphology: &dyn Morphology) -> Result<()> {
        let mut class: Option<ClassId> = None;
        for line in source.lines() {
            if let Some(heading) = line.heading() {
                class = Some(self.open_class(heading, &line)?);
                continue;
            }
            let class = class.ok_or_else(|| line.error("a word before the first heading `= class`"))?;
            let entry = Entry::of(&line);
            let id = match self.word(source.kind, entry.name()) {
                Some(id) if entry.fields.len() == 1 => id,
                Some(_) => return Err(line.error(format!("`{}` is described twice", entry.name()))),
                None => {
                    let word = match source.kind {
                        Kind::Nouns => Word::Noun(noun(&entry, morphology)?),
                        Kind::Adjectives => Word::Adjective(adjective(&entry, morphology)?),
                        _ => Word::Verb(Box::new(self.verb(&entry, morphology)?)),
                    };
                    self.words.push(word);
                    self.word_names.insert((source.kind, entry.name().to_owned()), self.words.len() - 1);
                    self.words.len() - 1
                }
            };
            self.classes[class].push(id);
        }
        Ok(())
    }

    /// `= name` opens a class; `= name = a + b` is the union of classes above it.
    fn open_class(&mut self, heading: &str, line: &Line<'_>) -> Result<ClassId> {
        let (name, union) = match heading.split_once('=') {
            Some((name, union)) => (name.trim(), union),
            None => (heading, ""),
        };
        let mut members = Vec::new();
        for part in union.split('+').map(str::trim).filter(|part| !part.is_empty()) {
            let class = self.class(part).ok_or_else(|| line.error(format!("no class `{part}` above")))?;
            members.extend_from_slice(&self.classes[class]);
        }
        line.ensure(self.class(name).is_none(), || format!("class `{name}` is opened twice"))?;
        self.classes.push(members);
        self.class_names.insert(name.to_owned(), self.classes.len() - 1);
        Ok(self.classes.len() - 1)
    }

    /// `jouer de la flûte` is conjugated like `jouer`, which is either described above or regular.
    fn verb(&self, entry: &Entry<'_>, morphology: &dyn Morphology) -> Result<Verb> {
        if entry.fields.len() == 1
            && let Some((head, complement)) = morphology.split_verb(entry.name())
            && let Some(Word::Verb(verb)) = self.word(Kind::Verbs, head).map(|id| &self.words[id])
        {
            return Ok(Verb { complement: complement.to_owned(), forms: verb.forms.clone() });
        }
        morphology.conjugate(entry).map_err(|message| entry.line.error(message))
    }

    fn read_tools(&mut self, source: &Source<'_>, morphology: &dyn Morphology) -> Result<()> {
        let mut number: Option<Option<Number>> = None;
        for line in source.lines() {
            if let Some(heading) = line.heading() {
                number = Some(match heading {
                    "pronoms" | "pronouns" => None,
                    "déterminants singuliers" | "singular determiners" => Some(Number::Singular),
                    "déterminants pluriels" | "plural determiners" => Some(Number::Plural),
                    other => return Err(line.error(format!("unknown heading `{other}`"))),
                });
                continue;
            }
            let determines = number.ok_or_else(|| line.error("a word before the first heading"))?;
            let (name, forms) = line.text.split_once(':').unwrap_or((line.text, line.text));
            let name = name.split(',').next().unwrap_or(name).trim();
            let entry = Entry { line, fields: fields(forms) };
            let mut paradigm = paradigm(&entry, morphology, str::to_owned)?;
            if determines == Some(Number::Plural) {
                paradigm.plural = paradigm.singular.clone();
            }
            self.tools.push(Tool { paradigm, determines });
            let earlier = self.tool_names.insert(name.to_owned(), self.tools.len() - 1);
            line.ensure(earlier.is_none(), || format!("`{name}` is listed twice"))?;
        }
        Ok(())
    }
}

/// The comma-separated fields of a word's line: its forms, then options of the shape `key value…`.
pub(super) struct Entry<'a> {
    line: Line<'a>,
    fields: Vec<&'a str>,
}

fn fields(text: &str) -> Vec<&str> {
    text.split(',').map(str::trim).collect()
}

impl<'a> Entry<'a> {
    fn of(line: &Line<'a>) -> Self {
        Self { line: *line, fields: fields(line.text) }
    }

    /// The dictionary form.
    pub fn name(&self) -> &'a str {
        self.fields[0]
    }

    /// Fields after the first that are neither a flag nor an option of `keys`.
    fn plain(&self, keys: &[&str]) -> Vec<&'a str> {
        let is_key = |field: &str| keys.contains(&field.split(' ').next().unwrap_or(field));
        self.fields[1..].iter().copied().filter(|field| !is_key(field)).collect()
    }

    /// The values of the option `key`.
    pub fn option(&self, keys: &[&str]) -> Option<Vec<&'a str>> {
        let values = |field: &&'a str| {
            let mut words = field.split(' ').filter(|word| !word.is_empty());
            words.next().filter(|word| keys.contains(word)).map(|_| words.collect())
        };
        self.fields[1..].iter().find_map(values)
    }
}

const PLURAL: [&str; 2] = ["pluriel", "plural"];
const BEFORE_VOWEL: [&str; 2] = ["voyelle", "vowel"];
const STANDS_BEFORE: [&str; 1] = ["avant"];

fn noun(entry: &Entry<'_>, morphology: &dyn Morphology) -> Result<Noun> {
    let gender = match entry.plain(&PLURAL)[..] {
        ["m"] => Some(Gender::Masculine),
        ["f"] => Some(Gender::Feminine),
        ["n"] => Some(Gender::Neuter),
        ["m/f"] => None,
        [] if morphology.default_gender().is_some() => morphology.default_gender(),
        _ => return Err(entry.line.error("a noun needs its gender: `chat, m`")),
    };
    let singular = entry.name().to_owned();
    let plural = match entry.option(&PLURAL) {
        Some(words) => words.join(" "),
        None => morphology.noun_plural(&singular),
    };
    Ok(Noun { gender, singular, plural })
}

fn adjective(entry: &Entry<'_>, morphology: &dyn Morphology) -> Result<Adjective> {
    let stands_before = morphology.adjectives_stand_before() || entry.option(&STANDS_BEFORE).is_some();
    let paradigm = paradigm(entry, morphology, |masculine| morphology.feminine(masculine))?;
    Ok(Adjective { paradigm, stands_before })
}

/// `masculine[, feminine[, neuter]][, voyelle m [f]][, pluriel m [f]]`; what is missing is regular.
/// Determiners and pronouns without a feminine have the same form twice.
fn paradigm(
    entry: &Entry<'_>,
    morphology: &dyn Morphology,
    regular_feminine: impl Fn(&str) -> String,
) -> Result<Paradigm> {
    let plain = entry.plain(&[&PLURAL[..], &BEFORE_VOWEL, &STANDS_BEFORE].concat());
    let masculine = entry.name().to_owned();
    let feminine = plain.first().map_or_else(|| regular_feminine(&masculine), |form| (*form).to_owned());
    let neuter = plain.get(1).map_or_else(|| masculine.clone(), |form| (*form).to_owned());
    entry.line.ensure(plain.len() <= 2, || format!("too many forms for `{masculine}`"))?;
    let mut plural = [&masculine, &feminine, &neuter].map(|form| morphology.adjective_plural(form));
    if let Some(forms) = entry.option(&PLURAL) {
        let [first, rest @ ..] = &forms[..] else {
            return Err(entry.line.error("`pluriel` without its form"));
        };
        plural[Gender::Masculine as usize] = (*first).to_owned();
        plural[Gender::Neuter as usize] = (*first).to_owned();
        if let [feminine, ..] = rest {
            plural[Gender::Feminine as usize] = (*feminine).to_owned();
        }
    }
    let vowel = entry.option(&BEFORE_VOWEL).unwrap_or_default();
    // `-` keeps the usual form: *ma, voyelle - mon* would be said of the feminine only.
    let vowel = |index: usize| vowel.get(index).filter(|form| **form != "-").map(|form| (*form).to_owned());
    let feminine_vowel = if feminine == masculine { vowel(1).or_else(|| vowel(0)) } else { vowel(1) };
    let before_vowel = [vowel(0), feminine_vowel, vowel(2).or_else(|| vowel(0))];
    Ok(Paradigm { singular: [masculine, feminine, neuter], plural, before_vowel })
}
