//! The rules of a language, compiled: sequences of small operations that a derivation carries out one by one.

use core::iter::successors;
use std::collections::HashMap;

use super::error::Result;
use super::lexicon::{ClassId, Lexicon, ToolId, WordId};
use super::morphology::Morphology;
use super::sandhi::Sandhi;
use super::skeleton::Starts;
use super::source::{Kind, Line, Source};
use super::template::Compiler;
use super::word::{Number, Tense};

/// Index of a role in [`Grammar::roles`].
pub(super) type RoleId = usize;
/// Index of a sequence in [`Grammar::sequences`].
pub(super) type SequenceId = usize;
/// Index of a choice in [`Grammar::picks`].
pub(super) type PickId = usize;

/// Roles that hold the words of a noun phrase without a name of its own, such as `[un fruit]`, while it is
/// built.
pub(super) const UNNAMED_ROLES: usize = 4;

/// Who does it: the person of a verb.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Subject {
    /// Third person, agreeing with the role.
    Role(RoleId),
    /// An index into *je tu il nous vous ils*.
    Person(usize),
}

/// One small step of a derivation. At most one choice each.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Op {
    /// A word as it stands in the rule, and its form before a vowel.
    Word(String, Option<String>),
    /// A punctuation mark.
    Punctuation(String),
    Space,
    /// The next word gets a capital.
    Capital,
    LineBreak,
    /// The end of the title, which stands on a line of its own.
    EndTitle,
    /// One of several alternatives.
    Pick(PickId),
    /// Another sequence, without a choice.
    Call(SequenceId),
    /// Forgets the word of a role and draws the next from `class`.
    Recast {
        role: RoleId,
        class: ClassId,
    },
    /// Gives a role its word.
    Cast {
        role: RoleId,
        word: WordId,
    },
    /// Draws the gender of a role, unless it is known.
    DrawGender(RoleId),
    /// Draws the word of a role, unless it is known.
    DrawWord(RoleId),
    Noun {
        role: RoleId,
        number: Number,
    },
    /// `attributive`: inside a noun phrase, where *beau* may become *bel*.
    Adjective {
        role: RoleId,
        noun: RoleId,
        number: Number,
        before: bool,
        attributive: bool,
    },
    Determiner {
        tool: ToolId,
        noun: RoleId,
    },
    Pronoun {
        tool: ToolId,
        role: RoleId,
    },
    Verb {
        role: RoleId,
        tense: Tense,
        subject: Subject,
    },
}

/// How the gender of a role follows from another's.
#[derive(Clone, Copy, Debug)]
pub(super) enum GenderLink {
    /// A second word for the same character: its name.
    Same(RoleId),
    /// A partner, of the other gender.
    Other(RoleId),
}

/// Who or what a story speaks of.
#[derive(Clone, Debug)]
pub(super) struct Role {
    pub name: String,
    pub class: ClassId,
    pub link: Option<GenderLink>,
}

/// Alternatives with whole-number weights.
#[derive(Clone, Debug, Default)]
pub(super) struct Pick {
    pub alternatives: Vec<(u32, SequenceId)>,
}

/// A language of stories.
#[derive(Clone, Debug)]
pub struct Grammar {
    pub(super) lexicon: Lexicon,
    pub(super) sandhi: Sandhi,
    pub(super) roles: Vec<Role>,
    pub(super) sequences: Vec<Vec<Op>>,
    pub(super) picks: Vec<Pick>,
    /// Where stories begin.
    pub(super) starts: Starts,
    skeletons: Vec<String>,
}

impl Grammar {
    /// Compiles the data files of a language.
    ///
    /// # Errors
    /// The first line that is not understood, with its file.
    pub(super) fn parse(sources: &[Source<'_>], morphology: &dyn Morphology) -> Result<Self> {
        let lexicon = Lexicon::parse(sources, morphology)?;
        let sandhi = Sandhi::parse(sources)?;
        let roles = roles(sources, &lexicon)?;
        let rules = rules(sources)?;
        let mut compiler = Compiler::new(&lexicon, &sandhi, &roles, &rules, morphology);
        let tales: Vec<Block<'_>> =
            sources.iter().filter(|source| source.kind == Kind::Tales).flat_map(blocks).collect();
        let skeletons = tales.iter().map(|tale| tale.heading.text.to_owned()).collect();
        let starts = compiler.tales(&tales)?;
        let (sequences, picks) = compiler.finish();
        Ok(Self { lexicon, sandhi, roles, sequences, picks, starts, skeletons })
    }

    /// The names of the story skeletons.
    pub fn skeletons(&self) -> &[String] {
        &self.skeletons
    }
}

/// A heading with the indented lines below it.
#[derive(Clone, Debug)]
pub(super) struct Block<'a> {
    pub heading: Line<'a>,
    pub body: Vec<Line<'a>>,
}

fn blocks<'a>(source: &Source<'a>) -> Vec<Block<'a>> {
    let mut blocks: Vec<Block<'a>> = Vec::new();
    for line in source.lines() {
        match blocks.last_mut() {
            Some(block) if line.indented => block.body.push(line),
            _ => blocks.push(Block { heading: line, body: Vec::new() }),
        }
    }
    blocks
}

/// The rules by name. `name parameter…` stands above one alternative a line.
pub(super) type Rules<'a> = HashMap<&'a str, (Vec<&'a str>, Block<'a>)>;

fn rules<'a>(sources: &[Source<'a>]) -> Result<Rules<'a>> {
    let mut rules = Rules::new();
    for block in sources.iter().filter(|source| source.kind == Kind::Rules).flat_map(blocks) {
        let mut words = block.heading.text.split_whitespace();
        let name = words.next().unwrap_or_default();
        block.heading.ensure(!block.body.is_empty(), || format!("rule `{name}` has no alternative"))?;
        let heading = block.heading;
        let earlier = rules.insert(name, (words.collect(), block));
        heading.ensure(earlier.is_none(), || format!("rule `{name}` is given twice"))?;
    }
    Ok(rules)
}

/// A role, then those that its gender follows from.
pub(super) fn lineage(roles: &[Role], role: RoleId) -> impl Iterator<Item = RoleId> {
    successors(Some(role), |&role| match roles[role].link? {
        GenderLink::Same(other) | GenderLink::Other(other) => Some(other),
    })
}

/// `name : class[, same gender as role | other gender than role]`, after the unnamed roles.
fn roles(sources: &[Source<'_>], lexicon: &Lexicon) -> Result<Vec<Role>> {
    let unnamed = |index| Role { name: format!("#{index}"), class: 0, link: None };
    let mut roles: Vec<Role> = (0..UNNAMED_ROLES).map(unnamed).collect();
    for line in sources.iter().filter(|source| source.kind == Kind::Roles).flat_map(Source::lines) {
        let (name, rest) = line.text.split_once(':').ok_or_else(|| line.error("expected `role : class`"))?;
        let (class, link) = rest.split_once(',').unwrap_or((rest, ""));
        let class = lexicon.class_at(class.trim(), &line)?;
        let words: Vec<&str> = link.split_whitespace().collect();
        let link = match words[..] {
            [] => None,
            [kind, .., other] => {
                let other = roles.iter().position(|role| role.name == other);
                let other = other.ok_or_else(|| line.error("the other role is not listed above"))?;
                Some(match kind {
                    "même" | "same" => GenderLink::Same(other),
                    "autre" | "other" => GenderLink::Other(other),
                    _ => return Err(line.error("expected `même genre que` or `autre genre que`")),
                })
            }
            [_] => return Err(line.error("expected the role whose gender is meant")),
        };
        roles.push(Role { name: name.trim().to_owned(), class, link });
    }
    Ok(roles)
}
