//! A story on its way: which rule comes next, who plays which role, what has been said.
//!
//! A derivation runs until it must choose; whoever drives it chooses. Generation draws ([`super::story`]), a
//! reading tries every choice that the text allows ([`super::reading`]): both follow the same rules, since
//! these are only here.

use std::rc::Rc;

use super::annotation::Mark;
use super::casting::{Cast, Casting};
use super::grammar::{Grammar, Op, PickId, RoleId, SequenceId, Subject};
use super::lexicon::WordId;
use super::sink::Sink;
use super::surface::{Surface, Token};
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
    /// Its text differs from the one to be explained, or will.
    Failed,
}

/// The options of a choice with their weights; probabilities are exact quotients of whole numbers.
pub(super) type Options = Vec<(u32, Effect)>;

/// The state of a story between two choices.
#[derive(Clone, Debug)]
pub(super) struct Derivation<'g> {
    grammar: &'g Grammar,
    /// The choice with which it begins.
    start: PickId,
    /// Sequences under way, and the next operation of each.
    stack: Vec<(SequenceId, usize)>,
    /// Shared by the branches of a choice until one of them changes it.
    cast: Rc<Cast<'g>>,
    /// Whether it has a title that is over.
    titled: bool,
    surface: Surface<'g>,
    begun: bool,
}

impl<'g> Derivation<'g> {
    pub fn new(grammar: &'g Grammar, start: PickId) -> Self {
        Self {
            grammar,
            start,
            stack: Vec::new(),
            cast: Rc::new(Cast::new(grammar)),
            titled: false,
            surface: Surface::new(&grammar.sandhi),
            begun: false,
        }
    }

    /// Goes on to the next choice and lists its options, or to the end of the text.
    pub fn advance(&mut self, sink: &mut Sink<'_>, options: &mut Options) -> Progress {
        options.clear();
        if !self.begun {
            self.begun = true;
            self.offer(self.start, options);
            return Progress::Choose;
        }
        while let Some((sequence, next)) = self.stack.last_mut() {
            let grammar = self.grammar;
            let Some(op) = grammar.sequences[*sequence].get(*next) else {
                self.stack.pop();
                continue;
            };
            *next += 1;
            if self.carry_out(op, sink, options) == Progress::Choose {
                return Progress::Choose;
            }
            if !sink.agrees() {
                return Progress::Failed;
            }
        }
        self.surface.finish(sink);
        Progress::Done
    }

    /// Goes back to before the choice that [`Self::advance`] has listed, which it will then list again.
    pub fn retreat(&mut self) {
        match self.stack.last_mut() {
            Some((_, next)) => *next -= 1,
            None => self.begun = false,
        }
    }

    /// Whether two derivations go on alike, and have the same words in the same roles.
    pub fn is_like(&self, other: &Self) -> bool {
        self.stack == other.stack
            && self.begun == other.begun
            && self.titled == other.titled
            && self.surface.is_like(&other.surface)
            && (Rc::ptr_eq(&self.cast, &other.cast) || self.cast == other.cast)
    }

    /// The roles that the title names, once it is over.
    pub fn titled_roles(&self) -> Option<impl Iterator<Item = (RoleId, Casting)>> {
        self.titled.then(|| self.cast.in_title())
    }

    /// The text in the making.
    pub fn surface(&self) -> &Surface<'g> {
        &self.surface
    }

    /// Who plays which role.
    pub fn cast(&self) -> &Cast<'g> {
        &self.cast
    }

    /// The operation that follows at once on a choice.
    pub fn next_op(&self, effect: Effect) -> Option<&'g Op> {
        match effect {
            Effect::Enter(sequence) => self.grammar.sequences[sequence].first(),
            _ => self.stack.last().and_then(|&(sequence, next)| self.grammar.sequences[sequence].get(next)),
        }
    }

    /// Carries out a choice.
    pub fn choose(&mut self, effect: Effect) {
        match effect {
            Effect::Enter(sequence) => self.stack.push((sequence, 0)),
            Effect::SetGender(role, gender) => self.cast_mut().set_gender(role, gender),
            Effect::SetWord(role, word) => self.cast_mut().draw(role, word),
        }
    }

    /// [`Progress::Choose`] if the operation needs a choice, which `options` then lists; else the operation
    /// is done.
    fn carry_out(&mut self, op: &'g Op, sink: &mut Sink<'_>, options: &mut Options) -> Progress {
        let grammar = self.grammar;
        match *op {
            Op::Word(ref text, ref elided) => {
                self.surface.word(Token { before_vowel: elided.as_deref(), ..Token::plain(text) }, sink);
            }
            Op::Punctuation(ref mark) => self.surface.punctuate(mark, sink),
            Op::Space => self.surface.space(),
            Op::Capital => self.surface.capital(),
            Op::LineBreak => self.surface.line_break(sink),
            Op::EndTitle => {
                self.titled = true;
                self.cast_mut().end_title();
                self.surface.end_title(sink);
            }
            Op::Call(sequence) => self.stack.push((sequence, 0)),
            Op::Pick(pick) => return self.offer(pick, options),
            Op::Recast { role, class } => self.cast_mut().recast(role, class),
            Op::Cast { role, word } => self.cast_mut().set_word(role, word),
            Op::DrawGender(role) => return self.offer_genders(role, options),
            Op::DrawWord(role) => return self.offer_words(role, options),
            Op::Noun { role, number } => {
                let text = self.cast.noun_form(self.cast.word_id(role), number);
                let mark = Some(Mark::Mention(self.cast.entity(role)));
                self.surface.word(Token { mark, ..Token::plain(text) }, sink);
            }
            Op::Adjective { role, noun, number, before, attributive } => {
                let Word::Adjective(adjective) = self.cast.word_of(role) else { return Progress::Done };
                let gender = self.cast.gender_of(noun);
                let form_before_vowel = adjective.paradigm.form_before_vowel(gender, number);
                let entity = self.cast.entity(noun);
                let mark = if before { Mark::AgreesWithNext(entity) } else { Mark::AgreesWithLast(entity) };
                let token = Token {
                    before_vowel: form_before_vowel.filter(|_| attributive && before),
                    mark: Some(mark),
                    ..Token::plain(adjective.paradigm.form(gender, number))
                };
                self.surface.word(token, sink);
            }
            Op::Determiner { tool, noun } => {
                let tool = &grammar.lexicon.tools[tool];
                let number = tool.determines.unwrap_or(Number::Singular);
                self.tool(&tool.paradigm, self.cast.gender_of(noun), number, None, sink);
            }
            Op::Pronoun { tool, role } => {
                let mark = Mark::Pronoun(self.cast.entity(role));
                let paradigm = &grammar.lexicon.tools[tool].paradigm;
                self.tool(paradigm, self.cast.gender_of(role), Number::Singular, Some(mark), sink);
            }
            Op::Verb { role, tense, subject } => {
                let Word::Verb(verb) = self.cast.word_of(role) else { return Progress::Done };
                let (person, gender, mark) = match subject {
                    Subject::Role(role) => {
                        (2, self.cast.gender_of(role), Some(Mark::AgreesWithLast(self.cast.entity(role))))
                    }
                    Subject::Person(person) => (person, Gender::Masculine, None),
                };
                let number = if person < 3 { Number::Singular } else { Number::Plural };
                let form = &verb.forms[tense as usize][person];
                let agreeing = form.agreeing.as_ref().map(|paradigm| paradigm.form(gender, number));
                let pieces =
                    [(&*form.invariable, None), (agreeing.unwrap_or(""), mark), (&verb.complement, None)];
                for (text, mark) in pieces.into_iter().filter(|(text, _)| !text.is_empty()) {
                    self.surface.word(Token { mark, ..Token::plain(text) }, sink);
                    self.surface.space();
                }
                self.surface.no_space();
            }
        }
        Progress::Done
    }

    fn cast_mut(&mut self) -> &mut Cast<'g> {
        Rc::make_mut(&mut self.cast)
    }

    fn offer(&self, pick: PickId, options: &mut Options) -> Progress {
        let alternatives = &self.grammar.picks[pick].alternatives;
        options.extend(alternatives.iter().map(|&(weight, sequence)| (weight, Effect::Enter(sequence))));
        Progress::Choose
    }

    /// Nothing to choose where the gender is known or follows from another role's.
    fn offer_genders(&self, role: RoleId, options: &mut Options) -> Progress {
        if self.cast.known_gender(role).is_some() {
            return Progress::Done;
        }
        let origin = self.cast.origin(role);
        for gender in Gender::ALL {
            let weight = self.cast.candidates(origin, Some(gender), true).count();
            if weight > 0 {
                options.push((weight as u32, Effect::SetGender(origin, gender)));
            }
        }
        Progress::Choose
    }

    fn offer_words(&self, role: RoleId, options: &mut Options) -> Progress {
        if self.cast.has_word(role) {
            return Progress::Done;
        }
        let gender = self.cast.known_gender(role);
        for again in [false, true] {
            if options.is_empty() {
                let words = self.cast.candidates(role, gender, again);
                options.extend(words.map(|word| (1, Effect::SetWord(role, word))));
            }
        }
        assert!(!options.is_empty(), "class of role `{}` lacks a gender", self.grammar.roles[role].name);
        Progress::Choose
    }

    fn tool(
        &mut self,
        paradigm: &'g super::word::Paradigm,
        gender: Gender,
        number: Number,
        mark: Option<Mark>,
        sink: &mut Sink<'_>,
    ) {
        let text = paradigm.form(gender, number);
        let elided = self.grammar.sandhi.elision(text);
        let before_vowel = paradigm.form_before_vowel(gender, number).or(elided);
        self.surface.word(Token { text, before_vowel, contracts: true, mark }, sink);
    }
}
