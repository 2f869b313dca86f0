//! Who plays which role in a story so far, and who may.

use super::grammar::{GenderLink, Grammar, RoleId, UNNAMED_ROLES, lineage};
use super::lexicon::{ClassId, WordId};
use super::word::{Gender, Number, Word};

/// Who plays a role.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Casting {
    pub class: ClassId,
    gender: Option<Gender>,
    pub word: Option<WordId>,
    /// Whether the title names it.
    in_title: bool,
}

impl Casting {
    fn of(class: ClassId) -> Self {
        Self { class, gender: None, word: None, in_title: false }
    }
}

/// All roles of a story.
#[derive(Clone, Debug)]
pub(super) struct Cast<'g> {
    grammar: &'g Grammar,
    castings: Vec<Casting>,
    /// A bit a word: those already drawn are not drawn again, for a tale with two foxes confuses.
    used: Vec<u64>,
}

impl PartialEq for Cast<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.castings == other.castings && self.used == other.used
    }
}

impl<'g> Cast<'g> {
    /// Nobody plays anything yet.
    pub fn new(grammar: &'g Grammar) -> Self {
        Self {
            grammar,
            castings: grammar.roles.iter().map(|role| Casting::of(role.class)).collect(),
            used: vec![0; grammar.lexicon.words.len().div_ceil(64)],
        }
    }

    /// Forgets who plays a role; the next is drawn from `class`.
    pub fn recast(&mut self, role: RoleId, class: ClassId) {
        self.castings[role] = Casting::of(class);
    }

    pub fn set_gender(&mut self, role: RoleId, gender: Gender) {
        self.castings[role].gender = Some(gender);
    }

    pub fn set_word(&mut self, role: RoleId, word: WordId) {
        let own = self.word(word);
        let casting = &mut self.castings[role];
        casting.word = Some(word);
        if let Word::Noun(noun) = own {
            casting.gender = noun.gender.or(casting.gender);
        }
    }

    /// Gives a role a word that no other will draw.
    pub fn draw(&mut self, role: RoleId, word: WordId) {
        self.used[word / 64] |= 1 << (word % 64);
        self.set_word(role, word);
    }

    /// The title is over: it names those who have a word by now.
    pub fn end_title(&mut self) {
        for casting in self.castings.iter_mut().skip(UNNAMED_ROLES) {
            casting.in_title = casting.word.is_some();
        }
    }

    /// The roles that the title names.
    pub fn in_title(&self) -> impl Iterator<Item = (RoleId, Casting)> {
        self.castings.iter().copied().enumerate().filter(|(_, casting)| casting.in_title)
    }

    /// Whether a role has its word.
    pub fn has_word(&self, role: RoleId) -> bool {
        self.castings[role].word.is_some()
    }

    /// The words that may play `role`; those already drawn only `again`.
    pub fn candidates(
        &self,
        role: RoleId,
        gender: Option<Gender>,
        again: bool,
    ) -> impl Iterator<Item = WordId> {
        let lexicon = &self.grammar.lexicon;
        lexicon.classes[self.castings[role].class].iter().copied().filter(move |&word| {
            let fits = match &lexicon.words[word] {
                Word::Noun(noun) => gender.is_none_or(|asked| match noun.gender {
                    Some(own) => own == asked,
                    None => asked != Gender::Neuter,
                }),
                _ => true,
            };
            fits && (again || self.used[word / 64] & (1 << (word % 64)) == 0)
        })
    }

    /// The role where the gender of this one is decided: that of a partner or of a name, where the
    /// character's own is.
    pub fn origin(&self, role: RoleId) -> RoleId {
        lineage(&self.grammar.roles, role).last().unwrap_or(role)
    }

    /// The gender of a role as far as it is decided.
    pub fn known_gender(&self, role: RoleId) -> Option<Gender> {
        self.castings[role].gender.or_else(|| match self.grammar.roles[role].link? {
            GenderLink::Same(other) => self.known_gender(other),
            GenderLink::Other(other) => self.known_gender(other).map(Gender::other),
        })
    }

    /// The gender that words agree with; English things without one are neuter.
    pub fn gender_of(&self, role: RoleId) -> Gender {
        self.known_gender(role).unwrap_or(Gender::Neuter)
    }

    /// Roles with the same gender link are one character: *le renard* and its name *Filou*.
    pub fn entity(&self, role: RoleId) -> usize {
        match self.grammar.roles[role].link {
            Some(GenderLink::Same(other)) => self.entity(other),
            _ => role,
        }
    }

    #[allow(
        clippy::expect_used,
        reason = "slots draw the word of a role right before they use it, whatever grammar and text"
    )]
    pub fn word_id(&self, role: RoleId) -> WordId {
        self.castings[role].word.expect("a role is drawn before it is used")
    }

    pub fn word(&self, word: WordId) -> &'g Word {
        &self.grammar.lexicon.words[word]
    }

    pub fn word_of(&self, role: RoleId) -> &'g Word {
        self.word(self.word_id(role))
    }

    pub fn noun_form(&self, word: WordId, number: Number) -> &'g str {
        match (self.word(word), number) {
            (Word::Noun(noun), Number::Singular) => &noun.singular,
            (Word::Noun(noun), Number::Plural) => &noun.plural,
            _ => "",
        }
    }
}
