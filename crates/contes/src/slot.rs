//! `[slots]`: noun phrases, pronouns, agreeing words and verbs.

use super::grammar::{Op, Role, RoleId, Subject, UNNAMED_ROLES};
use super::lexicon::{ClassId, Lexicon, WordId};
use super::morphology::Morphology;
use super::source::Kind;
use super::template::Arguments;
use super::word::{Number, Word};

const PERSONS: [&[&str]; 6] =
    [&["je", "I"], &["tu"], &["il", "he"], &["nous", "we"], &["vous", "you"], &["ils", "they"]];

/// Asks for a plural without a determiner.
const PLURAL: [&str; 2] = ["pluriel", "plural"];

/// What a slot may name.
#[derive(Clone, Copy)]
enum Name {
    Role(RoleId),
    Class(ClassId),
    Word(WordId),
}

/// Reads the inside of a slot.
pub(super) struct SlotReader<'a> {
    lexicon: &'a Lexicon,
    roles: &'a [Role],
    morphology: &'a dyn Morphology,
    arguments: &'a Arguments,
}

type Parsed<T> = core::result::Result<T, String>;

impl<'a> SlotReader<'a> {
    pub fn new(
        lexicon: &'a Lexicon,
        roles: &'a [Role],
        morphology: &'a dyn Morphology,
        arguments: &'a Arguments,
    ) -> Self {
        Self { lexicon, roles, morphology, arguments }
    }

    /// The operations of a slot.
    ///
    /// # Errors
    /// A sentence that says what is not understood.
    pub fn read(&self, slot: &str) -> Parsed<Vec<Op>> {
        let words: Vec<String> = slot.split_whitespace().map(|word| self.name_of(word)).collect();
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let Some((&first, rest)) = words.split_first() else { return Err("an empty slot".to_owned()) };
        if let Some((verb, tense)) = first.split_once(':') {
            return self.verb(verb, tense, rest);
        }
        if PLURAL.contains(&first) {
            return self.noun_phrase(None, Number::Plural, rest);
        }
        if let Some(tool) = self.lexicon.tool(first) {
            return match self.lexicon.tools[tool].determines {
                Some(number) => self.noun_phrase(Some(tool), number, rest),
                None => match rest {
                    [role] => Ok(vec![
                        Op::DrawGender(self.role(role)?),
                        Op::Pronoun { tool, role: self.role(role)? },
                    ]),
                    _ => Err("a pronoun needs the role it refers to".to_owned()),
                },
            };
        }
        match words[..] {
            [_] => self.noun_phrase(None, Number::Singular, &words),
            [adjective, role] => self.agreement(adjective, role),
            _ => Err("expected a noun phrase, a pronoun, an adjective with its role, or a verb".to_owned()),
        }
    }

    /// A parameter stands for a role; `_` stands for a space.
    fn name_of(&self, word: &str) -> String {
        let (word, tense) = word.split_once(':').map_or((word, None), |(word, tense)| (word, Some(tense)));
        let word = self.arguments.get(word).cloned().unwrap_or_else(|| word.replace('_', " "));
        tense.map_or(word.clone(), |tense| format!("{word}:{tense}"))
    }

    fn role(&self, name: &str) -> Parsed<RoleId> {
        let named = self.roles.iter().position(|role| role.name == name);
        named.ok_or_else(|| format!("no role `{name}`"))
    }

    fn find(&self, kinds: &[Kind], name: &str) -> Option<Name> {
        let role = self.roles.iter().skip(UNNAMED_ROLES).position(|role| role.name == name);
        role.map(|role| Name::Role(role + UNNAMED_ROLES))
            .or_else(|| self.lexicon.class(name).map(Name::Class))
            .or_else(|| kinds.iter().find_map(|kind| self.lexicon.word(*kind, name)).map(Name::Word))
    }

    fn sample(&self, name: Name) -> &Word {
        match name {
            Name::Role(role) => self.lexicon.sample(self.roles[role].class),
            Name::Class(class) => self.lexicon.sample(class),
            Name::Word(word) => &self.lexicon.words[word],
        }
    }

    /// The role that holds the word, and what puts the word there.
    fn cast(&self, name: Name, unnamed: RoleId) -> (RoleId, Option<Op>) {
        match name {
            Name::Role(role) => (role, None),
            Name::Class(class) => (unnamed, Some(Op::Recast { role: unnamed, class })),
            Name::Word(word) => (unnamed, Some(Op::Cast { role: unnamed, word })),
        }
    }

    /// `[le petit héros gourmand]`: what stands where is a matter of the adjectives, not of their order here.
    fn noun_phrase(&self, determiner: Option<usize>, number: Number, names: &[&str]) -> Parsed<Vec<Op>> {
        let mut noun = None;
        let mut adjectives = Vec::new();
        for &name in names {
            let found = self.find(&[Kind::Nouns, Kind::Adjectives], name);
            let found = found.ok_or_else(|| format!("`{name}` is no role, no class and no word"))?;
            match self.sample(found) {
                Word::Noun(_) if noun.is_some() => return Err("two nouns".to_owned()),
                Word::Noun(_) => noun = Some(found),
                Word::Adjective(adjective) => adjectives.push((found, adjective.stands_before)),
                Word::Verb(_) => return Err(format!("`{name}` is a verb")),
            }
        }
        let noun = noun.ok_or("no noun")?;
        if adjectives.len() >= UNNAMED_ROLES {
            return Err("too many adjectives".to_owned());
        }

        let (noun, cast) = self.cast(noun, 0);
        let mut ops: Vec<Op> = cast.into_iter().collect();
        // What stands before the noun agrees with it, and a name with the character that bears it.
        let words_before = determiner.is_some() || adjectives.iter().any(|(_, stands_before)| *stands_before);
        if words_before || self.roles[noun].link.is_some() {
            ops.push(Op::DrawGender(noun));
        }
        if let Some(tool) = determiner {
            ops.extend([Op::Determiner { tool, noun }, Op::Space]);
        }
        for (index, (adjective, _)) in adjectives.iter().enumerate().filter(|(_, (_, before))| *before) {
            let (role, cast) = self.cast(*adjective, index + 1);
            ops.extend(cast);
            ops.push(Op::DrawWord(role));
            ops.extend([Op::Adjective { role, noun, number, before: true, attributive: true }, Op::Space]);
        }
        ops.extend([Op::DrawWord(noun), Op::Noun { role: noun, number }]);
        for (index, (adjective, _)) in adjectives.iter().enumerate().filter(|(_, (_, before))| !*before) {
            let (role, cast) = self.cast(*adjective, index + 1);
            ops.push(Op::Space);
            ops.extend(cast);
            ops.push(Op::DrawWord(role));
            ops.push(Op::Adjective { role, noun, number, before: false, attributive: true });
        }
        Ok(ops)
    }

    /// `[content héros]`
    fn agreement(&self, adjective: &str, role: &str) -> Parsed<Vec<Op>> {
        let noun = self.role(role)?;
        let found = self.find(&[Kind::Adjectives], adjective);
        let found = found.ok_or_else(|| format!("`{adjective}` is not among the adjectives"))?;
        if !matches!(self.sample(found), Word::Adjective(_)) {
            return Err(format!("`{adjective}` is not an adjective"));
        }
        let (role, cast) = self.cast(found, 1);
        let mut ops = vec![Op::DrawGender(noun)];
        ops.extend(cast);
        ops.push(Op::DrawWord(role));
        ops.push(Op::Adjective { role, noun, number: Number::Singular, before: false, attributive: false });
        Ok(ops)
    }

    /// `[rêve:passé héros]`; the infinitive of a role needs no subject.
    fn verb(&self, verb: &str, tense: &str, subject: &[&str]) -> Parsed<Vec<Op>> {
        let tense = self.morphology.tense(tense).ok_or_else(|| format!("no tense `{tense}`"))?;
        let found = self.find(&[Kind::Verbs], verb);
        let found = found.ok_or_else(|| format!("`{verb}` is no role, no class and no verb"))?;
        if !matches!(self.sample(found), Word::Verb(_)) {
            return Err(format!("`{verb}` is not a verb"));
        }
        let mut ops = Vec::new();
        let subject = match subject {
            [] => Subject::Person(2),
            [name] => match PERSONS.iter().position(|person| person.contains(name)) {
                Some(person) => Subject::Person(person),
                None => {
                    ops.push(Op::DrawGender(self.role(name)?));
                    Subject::Role(self.role(name)?)
                }
            },
            _ => return Err("a verb has one subject".to_owned()),
        };
        let (role, cast) = self.cast(found, 1);
        ops.extend(cast);
        ops.extend([Op::DrawWord(role), Op::Verb { role, tense, subject }]);
        Ok(ops)
    }
}
