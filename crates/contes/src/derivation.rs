//! A story on its way: which rule comes next, who plays which role, what has been said.
//!
//! A derivation runs until it must choose; whoever drives it chooses. Generation draws ([`super::story`]),
//! the score tries every choice that the text allows ([`super::score`]): both follow the same rules, since
//! these are only here.

use super::annotation::Mark;
use super::grammar::{GenderLink, Grammar, Op, PickId, RoleId, SequenceId, Subject};
use super::lexicon::{ClassId, WordId};
use super::surface::{Sink, Surface, Token};
use super::word::{Gender, Number, Word};

/// What a choice does.
#[derive(Clone, Copy, Debug)]
pub(super) enum Effect {
    Enter(SequenceId),
    SetGender(RoleId, Gender),
    SetWord(RoleId, WordId),
}

/// What a derivation needs to go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Progress {
    /// One of the options.
    Choose,
    /// Nothing: the story is told.
    Done,
    /// It cannot go on: its text differs from the one to be explained.
    Failed,
}

/// The options of a choice with their weights; probabilities are exact quotients of whole numbers.
pub(super) type Options = Vec<(u32, Effect)>;

/// Who plays a role.
#[derive(Clone, Copy, Debug)]
struct Casting {
    class: ClassId,
    gender: Option<Gender>,
    word: Option<WordId>,
}

/// The state of a story between two choices.
#[derive(Clone, Debug)]
pub(super) struct Derivation<'g, 't> {
    grammar: &'g Grammar,
    /// Sequences under way, and the next operation of each.
    stack: Vec<(SequenceId, usize)>,
    cast: Vec<Casting>,
    /// A bit a word: those already drawn are not drawn again, for a tale with two foxes confuses.
    used: Vec<u64>,
    surface: Surface<'g, 't>,
    begun: bool,
}

impl<'g, 't> Derivation<'g, 't> {
    pub fn new(grammar: &'g Grammar, sink: Sink<'t>) -> Self {
        let cast = |class| Casting { class, gender: None, word: None };
        Self {
            grammar,
            stack: Vec::new(),
            cast: grammar.roles.iter().map(|role| cast(role.class)).collect(),
            used: vec![0; grammar.lexicon.words.len().div_ceil(64)],
            surface: Surface::new(&grammar.sandhi, sink),
            begun: false,
        }
    }

    /// The text, once [`Progress::Done`].
    pub fn finish(self) -> Sink<'t> {
        self.surface.finish()
    }

    /// Goes on to the next choice and lists its options.
    pub fn advance(&mut self, options: &mut Options) -> Progress {
        options.clear();
        if !self.begun {
            self.begun = true;
            self.offer(self.grammar.start, options);
            return Progress::Choose;
        }
        while let Some((sequence, next)) = self.stack.last_mut() {
            let grammar = self.grammar;
            let Some(op) = grammar.sequences[*sequence].get(*next) else {
                self.stack.pop();
                continue;
            };
            *next += 1;
            if self.carry_out(op, options) == Progress::Choose {
                return Progress::Choose;
            }
            if !self.surface.agrees() {
                return Progress::Failed;
            }
        }
        Progress::Done
    }

    /// Whether a choice may agree with the text to be explained, as far as its first word tells. Most words
    /// of a class do not, and this is much cheaper than to try them.
    pub fn may_agree(&self, effect: Effect) -> bool {
        let next = match effect {
            Effect::Enter(sequence) => self.grammar.sequences[sequence].first(),
            _ => self.stack.last().and_then(|&(sequence, next)| self.grammar.sequences[sequence].get(next)),
        };
        let token = match (next, effect) {
            (Some(Op::Word(text, elided)), _) => {
                Token { before_vowel: elided.as_deref(), ..Token::plain(text) }
            }
            (Some(Op::Noun { role, number }), Effect::SetWord(drawn, word)) if *role == drawn => {
                Token::plain(self.noun_form(word, *number))
            }
            _ => return true,
        };
        let mut surface = self.surface.clone();
        surface.word(token);
        surface.agrees()
    }

    /// Carries out a choice.
    pub fn choose(&mut self, effect: Effect) {
        match effect {
            Effect::Enter(sequence) => self.stack.push((sequence, 0)),
            Effect::SetGender(role, gender) => self.cast[role].gender = Some(gender),
            Effect::SetWord(role, word) => {
                self.used[word / 64] |= 1 << (word % 64);
                self.set_word(role, word);
            }
        }
    }

    /// [`Progress::Choose`] if the operation needs a choice, which `options` then lists; else the operation
    /// is done.
    fn carry_out(&mut self, op: &'g Op, options: &mut Options) -> Progress {
        let grammar = self.grammar;
        match *op {
            Op::Word(ref text, ref elided) => {
                self.surface.word(Token { before_vowel: elided.as_deref(), ..Token::plain(text) });
            }
            Op::Punctuation(ref mark) => self.surface.punctuate(mark),
            Op::Space => self.surface.space(),
            Op::Capital => self.surface.capital(),
            Op::LineBreak => self.surface.line_break(),
            Op::EndTitle => self.surface.end_title(),
            Op::Pick(pick) => return self.offer(pick, options),
            Op::Recast { role, class } => self.cast[role] = Casting { class, gender: None, word: None },
            Op::Cast { role, word } => self.set_word(role, word),
            Op::DrawGender(role) => return self.offer_genders(role, options),
            Op::DrawWord(role) => return self.offer_words(role, options),
            Op::Noun { role, number } => {
                let text = self.noun_form(self.word_id(role), number);
                let mark = Some(Mark::Mention(self.entity(role)));
                self.surface.word(Token { mark, ..Token::plain(text) });
            }
            Op::Adjective { role, noun, number, before, attributive } => {
                let Word::Adjective(adjective) = self.word_of(role) else { return Progress::Done };
                let gender = self.gender_of(noun);
                let form_before_vowel = adjective.paradigm.form_before_vowel(gender, number);
                let entity = self.entity(noun);
                self.surface.word(Token {
                    before_vowel: form_before_vowel.filter(|_| attributive && before),
                    mark: Some(if before {
                        Mark::AgreesWithNext(entity)
                    } else {
                        Mark::AgreesWithLast(entity)
                    }),
                    ..Token::plain(adjective.paradigm.form(gender, number))
                });
            }
            Op::Determiner { tool, noun } => {
                let tool = &grammar.lexicon.tools[tool];
                let number = tool.determines.unwrap_or(Number::Singular);
                self.tool(&tool.paradigm, self.gender_of(noun), number, None);
            }
            Op::Pronoun { tool, role } => {
                let mark = Mark::Pronoun(self.entity(role));
                let paradigm = &grammar.lexicon.tools[tool].paradigm;
                self.tool(paradigm, self.gender_of(role), Number::Singular, Some(mark));
            }
            Op::Verb { role, tense, subject } => {
                let Word::Verb(verb) = self.word_of(role) else { return Progress::Done };
                let (person, gender, mark) = match subject {
                    Subject::Role(role) => {
                        (2, self.gender_of(role), Some(Mark::AgreesWithLast(self.entity(role))))
                    }
                    Subject::Person(person) => (person, Gender::Masculine, None),
                };
                let number = if person < 3 { Number::Singular } else { Number::Plural };
                let form = &verb.forms[tense as usize][person];
                let agreeing = form.agreeing.as_ref().map(|paradigm| paradigm.form(gender, number));
                let pieces =
                    [(&*form.invariable, None), (agreeing.unwrap_or(""), mark), (&verb.complement, None)];
                for (text, mark) in pieces.into_iter().filter(|(text, _)| !text.is_empty()) {
                    self.surface.word(Token { mark, ..Token::plain(text) });
                    self.surface.space();
                }
                self.surface.no_space();
            }
        }
        Progress::Done
    }

    fn offer(&self, pick: PickId, options: &mut Options) -> Progress {
        let alternatives = &self.grammar.picks[pick].alternatives;
        options.extend(alternatives.iter().map(|&(weight, sequence)| (weight, Effect::Enter(sequence))));
        Progress::Choose
    }

    /// Nothing to choose where the gender is known or follows from another role's.
    fn offer_genders(&mut self, role: RoleId, options: &mut Options) -> Progress {
        if self.known_gender(role).is_some() {
            return Progress::Done;
        }
        // The gender of a partner or of a name is decided where the character's own is.
        let mut origin = role;
        while let Some(GenderLink::Same(other) | GenderLink::Other(other)) = self.grammar.roles[origin].link {
            origin = other;
        }
        for gender in Gender::ALL {
            let weight = self.candidates(origin, Some(gender), true).count();
            if weight > 0 {
                options.push((weight as u32, Effect::SetGender(origin, gender)));
            }
        }
        Progress::Choose
    }

    fn offer_words(&mut self, role: RoleId, options: &mut Options) -> Progress {
        if self.cast[role].word.is_some() {
            return Progress::Done;
        }
        let gender = self.known_gender(role);
        options.extend(self.candidates(role, gender, false).map(|word| (1, Effect::SetWord(role, word))));
        if options.is_empty() {
            options.extend(self.candidates(role, gender, true).map(|word| (1, Effect::SetWord(role, word))));
        }
        assert!(!options.is_empty(), "class of role `{}` lacks a gender", self.grammar.roles[role].name);
        Progress::Choose
    }

    /// The words that may play `role`.
    fn candidates(&self, role: RoleId, gender: Option<Gender>, again: bool) -> impl Iterator<Item = WordId> {
        let lexicon = &self.grammar.lexicon;
        lexicon.classes[self.cast[role].class].iter().copied().filter(move |&word| {
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

    /// The gender of a role as far as it is decided.
    fn known_gender(&self, role: RoleId) -> Option<Gender> {
        self.cast[role].gender.or_else(|| match self.grammar.roles[role].link? {
            GenderLink::Same(other) => self.known_gender(other),
            GenderLink::Other(other) => self.known_gender(other).map(Gender::other),
        })
    }

    /// The gender that words agree with; English things without one are neuter.
    fn gender_of(&self, role: RoleId) -> Gender {
        self.known_gender(role).unwrap_or(Gender::Neuter)
    }

    /// Roles with the same gender link are one character: *le renard* and its name *Filou*.
    fn entity(&self, role: RoleId) -> usize {
        match self.grammar.roles[role].link {
            Some(GenderLink::Same(other)) => self.entity(other),
            _ => role,
        }
    }

    #[allow(
        clippy::expect_used,
        reason = "no input comes here: the data are the program's own, and tests tell every tale"
    )]
    fn word_id(&self, role: RoleId) -> WordId {
        self.cast[role].word.expect("a role is drawn before it is used")
    }

    fn word_of(&self, role: RoleId) -> &'g Word {
        &self.grammar.lexicon.words[self.word_id(role)]
    }

    fn set_word(&mut self, role: RoleId, word: WordId) {
        let casting = &mut self.cast[role];
        casting.word = Some(word);
        if let Word::Noun(noun) = &self.grammar.lexicon.words[word] {
            casting.gender = noun.gender.or(casting.gender);
        }
    }

    fn noun_form(&self, word: WordId, number: Number) -> &'g str {
        match (&self.grammar.lexicon.words[word], number) {
            (Word::Noun(noun), Number::Singular) => &noun.singular,
            (Word::Noun(noun), Number::Plural) => &noun.plural,
            _ => "",
        }
    }

    fn tool(
        &mut self,
        paradigm: &'g super::word::Paradigm,
        gender: Gender,
        number: Number,
        mark: Option<Mark>,
    ) {
        let text = paradigm.form(gender, number);
        let elided = self.grammar.sandhi.elision(text);
        self.surface.word(Token {
            text,
            before_vowel: paradigm.form_before_vowel(gender, number).or(elided),
            contracts: true,
            mark,
        });
    }
}
