//! Which word of a story agrees with, or refers to, which.

use core::ops::Range;

use serde::Serialize;

/// Why a word of a story looks at another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum LinkKind {
    /// A pronoun and the last noun or name of its character.
    RefersTo,
    /// An adjective or participle and its noun, or the last mention of it.
    AgreesWith,
}

/// Two words of a story, as byte ranges of its text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Link {
    /// What connects them.
    pub kind: LinkKind,
    /// The pronoun, adjective or participle.
    pub from: Range<usize>,
    /// The noun or name.
    pub to: Range<usize>,
}

/// A noun or name in a story.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Mention {
    /// The word, as a byte range of the text.
    pub range: Range<usize>,
    /// Which character or thing it names: the same number for *le renard* and for *Filou*.
    pub entity: usize,
}

/// The words of a story and the links between them, as byte ranges of its text.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Annotations {
    /// Every noun, name, pronoun, adjective, verb and other word, in order.
    pub words: Vec<Range<usize>>,
    /// In the order of the words that look.
    pub links: Vec<Link>,
    /// Every noun and name that a link could lead to, in order.
    pub mentions: Vec<Mention>,
    #[serde(skip)]
    marks: Vec<(Range<usize>, Mark)>,
}

/// What a word is to the story. An entity is a character or a thing that is spoken of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mark {
    /// A noun or name of this entity.
    Mention(usize),
    /// Refers to the entity.
    Pronoun(usize),
    /// Agrees with the noun of the entity that comes next.
    AgreesWithNext(usize),
    /// Agrees with the noun of the entity that came last.
    AgreesWithLast(usize),
}

impl Annotations {
    pub(super) fn word(&mut self, range: Range<usize>, mark: Option<Mark>) {
        if let Some(mark) = mark {
            self.marks.push((range.clone(), mark));
        }
        self.words.push(range);
    }

    /// The links as ranges of UTF-16 units, as JavaScript counts them.
    pub fn links_in_utf16(&self, text: &str) -> Vec<Link> {
        let units = |byte: usize| text.get(..byte).map_or(0, |before| before.encode_utf16().count());
        let range = |bytes: &Range<usize>| units(bytes.start)..units(bytes.end);
        let links = self.links.iter();
        links.map(|link| Link { kind: link.kind, from: range(&link.from), to: range(&link.to) }).collect()
    }

    /// Turns the marks into links once the whole text is there.
    pub(super) fn resolve(&mut self) {
        let marks = core::mem::take(&mut self.marks);
        let mention = |entity: usize| move |(_, mark): &&(Range<usize>, Mark)| *mark == Mark::Mention(entity);
        for (index, (from, mark)) in marks.iter().enumerate() {
            let before = |entity| marks[..index].iter().rfind(mention(entity));
            let after = |entity| marks[index..].iter().find(mention(entity));
            let (kind, to) = match *mark {
                Mark::Mention(entity) => {
                    self.mentions.push(Mention { range: from.clone(), entity });
                    continue;
                }
                // *Quand il était petit, le renard…*: a pronoun may come before the first mention.
                Mark::Pronoun(entity) => (LinkKind::RefersTo, before(entity).or_else(|| after(entity))),
                Mark::AgreesWithNext(entity) => (LinkKind::AgreesWith, after(entity)),
                Mark::AgreesWithLast(entity) => {
                    (LinkKind::AgreesWith, before(entity).or_else(|| after(entity)))
                }
            };
            if let Some((to, _)) = to {
                self.links.push(Link { kind, from: from.clone(), to: to.clone() });
            }
        }
    }
}
