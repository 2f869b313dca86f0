//! A story on its way: which rule comes next, who plays which role, what has been said.
//!
//! A derivation runs until it must choose; whoever drives it chooses. Generation draws ([`super::story`]), a
//! reading tries every choice that the text allows ([`super::reading`]): both follow the same rules, since
//! these are only here.

use super::annotation::Mark;
use super::foresight::Outlook;
use super::grammar::{GenderLink, Grammar, Op, PickId, RoleId, SequenceId, Subject, UNNAMED_ROLES};
use super::lexicon::{ClassId, WordId};
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

/// Who plays a role.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Casting {
    pub class: ClassId,
    gender: Option<Gender>,
    pub word: Option<WordId>,
    /// Whether the title names it.
    in_title: bool,
}

/// The state of a story between two choices.
#[derive(Clone, Debug)]
pub(super) struct Derivation<'g> {
    grammar: &'g Grammar,
    /// The choice with which it begins.
    start: PickId,
    /// Sequences under way, and the next operation of each.
    stack: Vec<(SequenceId, usize)>,
    cast: Vec<Casting>,
    /// Whether it has a title that is over.
    titled: bool,
    /// A bit a word: those already drawn are not drawn again, for a tale with two foxes confuses.
    used: Vec<u64>,
    surface: Surface<'g>,
    begun: bool,
}

impl<'g> Derivation<'g> {
    pub fn new(grammar: &'g Grammar, start: PickId) -> Self {
        let cast = |class| Casting { class, gender: None, word: None, in_title: false };
        Self {
            grammar,
            start,
            stack: Vec::new(),
            cast: grammar.roles.iter().map(|role| cast(role.class)).collect(),
            titled: false,
            used: vec![0; grammar.lexicon.words.len().div_ceil(64)],
            surface: Surface::new(&grammar.sandhi),
            begun: false,
        }
    }

    /// The last word of the text, once [`Progress::Done`].
    pub fn finish(&mut self, sink: &mut Sink<'_>) {
        self.surface.finish(sink);
    }

    /// Goes on to the next choice and lists its options.
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
            && self.cast == other.cast
            && self.used == other.used
            && self.surface.is_like(&other.surface)
    }

    /// The roles that the title names, once it is over.
    pub fn titled_roles(&self) -> Option<impl Iterator<Item = (RoleId, Casting)>> {
        let roles = self.cast.iter().copied().enumerate().filter(|(_, casting)| casting.in_title);
        self.titled.then_some(roles)
    }

    /// The text in the making.
    pub fn surface(&self) -> &Surface<'g> {
        &self.surface
    }

    /// Whether the words after a choice can agree with a text, as far as the first of them tells: the error
    /// is how many bytes of it agree at most. Most words of a class do not agree, and this is much cheaper
    /// than to try them.
    pub fn reach(&self, outlook: &Outlook<'_>, effect: Effect) -> Result<(), usize> {
        let next = match effect {
            Effect::Enter(sequence) => self.grammar.sequences[sequence].first(),
            _ => self.stack.last().and_then(|&(sequence, next)| self.grammar.sequences[sequence].get(next)),
        };
        let (form, before_vowel) = match (next, effect) {
            (Some(Op::Word(text, elided)), _) => (text.as_str(), elided.as_deref()),
            (Some(Op::Noun { role, number }), Effect::SetWord(drawn, word)) if *role == drawn => {
                (self.noun_form(word, *number), None)
            }
            (Some(Op::Adjective { role, noun, number, .. }), Effect::SetWord(drawn, word))
                if *role == drawn =>
            {
                let Word::Adjective(adjective) = &self.grammar.lexicon.words[word] else { return Ok(()) };
                let (gender, paradigm) = (self.gender_of(*noun), &adjective.paradigm);
                (paradigm.form(gender, *number), paradigm.form_before_vowel(gender, *number))
            }
            _ => return outlook.reach_of_waiting(),
        };
        outlook.reach(&self.grammar.sandhi, form, before_vowel)
    }

    /// Whether a choice is sure to be followed by a word or a mark.
    pub fn speaks(&self, effect: Effect) -> bool {
        match effect {
            Effect::Enter(sequence) => matches!(
                self.grammar.sequences[sequence].first(),
                Some(Op::Word(..) | Op::Punctuation(_) | Op::Determiner { .. } | Op::Noun { .. })
            ),
            Effect::SetGender(..) => false,
            Effect::SetWord(..) => true,
        }
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
                for casting in self.cast.iter_mut().skip(UNNAMED_ROLES) {
                    casting.in_title = casting.word.is_some();
                }
                self.surface.end_title(sink);
            }
            Op::Call(sequence) => self.stack.push((sequence, 0)),
            Op::Pick(pick) => return self.offer(pick, options),
            Op::Recast { role, class } => {
                self.cast[role] = Casting { class, gender: None, word: None, in_title: false }
            }
            Op::Cast { role, word } => self.set_word(role, word),
            Op::DrawGender(role) => return self.offer_genders(role, options),
            Op::DrawWord(role) => return self.offer_words(role, options),
            Op::Noun { role, number } => {
                let text = self.noun_form(self.word_id(role), number);
                let mark = Some(Mark::Mention(self.entity(role)));
                self.surface.word(Token { mark, ..Token::plain(text) }, sink);
            }
            Op::Adjective { role, noun, number, before, attributive } => {
                let Word::Adjective(adjective) = self.word_of(role) else { return Progress::Done };
                let gender = self.gender_of(noun);
                let form_before_vowel = adjective.paradigm.form_before_vowel(gender, number);
                let entity = self.entity(noun);
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
                self.tool(&tool.paradigm, self.gender_of(noun), number, None, sink);
            }
            Op::Pronoun { tool, role } => {
                let mark = Mark::Pronoun(self.entity(role));
                let paradigm = &grammar.lexicon.tools[tool].paradigm;
                self.tool(paradigm, self.gender_of(role), Number::Singular, Some(mark), sink);
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
                    self.surface.word(Token { mark, ..Token::plain(text) }, sink);
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
        sink: &mut Sink<'_>,
    ) {
        let text = paradigm.form(gender, number);
        let elided = self.grammar.sandhi.elision(text);
        let before_vowel = paradigm.form_before_vowel(gender, number).or(elided);
        self.surface.word(Token { text, before_vowel, contracts: true, mark }, sink);
    }
}
