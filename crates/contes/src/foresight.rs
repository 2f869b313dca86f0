//! What can be said of a text in the making before its last word is written: whether it will agree with a
//! text that is to be explained. This saves a reading most of its ways.

use super::derivation::{Derivation, Effect};
use super::grammar::Op;
use super::sandhi::{Sandhi, capitalised};
use super::sink::{Match, Verdict, common_word};
use super::surface::Surface;
use super::word::Word;

/// No word with what stands around it is longer, in bytes.
const LONGEST_WORD: usize = 64;

impl Derivation<'_> {
    /// Whether the words after a choice can agree with a text, as far as the first of them tells: the error
    /// is how many bytes of it agree at most. Most words of a class do not agree, and this is much cheaper
    /// than to try them.
    pub fn reach(&self, outlook: &Outlook<'_>, effect: Effect) -> Result<(), usize> {
        let cast = self.cast();
        let (form, before_vowel) = match (self.next_op(effect), effect) {
            (Some(Op::Word(text, elided)), _) => (text.as_str(), elided.as_deref()),
            (Some(Op::Noun { role, number }), Effect::SetWord(drawn, word)) if *role == drawn => {
                (cast.noun_form(word, *number), None)
            }
            (Some(Op::Adjective { role, noun, number, .. }), Effect::SetWord(drawn, word))
                if *role == drawn =>
            {
                let Word::Adjective(adjective) = cast.word(word) else { return Ok(()) };
                let (gender, paradigm) = (cast.gender_of(*noun), &adjective.paradigm);
                (paradigm.form(gender, *number), paradigm.form_before_vowel(gender, *number))
            }
            _ => return outlook.reach_of_waiting(),
        };
        outlook.reach(self.surface().sandhi, form, before_vowel)
    }

    /// Whether a choice is sure to be followed by a word or a mark.
    pub fn speaks(&self, effect: Effect) -> bool {
        match effect {
            Effect::Enter(_) => matches!(
                self.next_op(effect),
                Some(Op::Word(..) | Op::Punctuation(_) | Op::Determiner { .. } | Op::Noun { .. })
            ),
            Effect::SetGender(..) => false,
            Effect::SetWord(..) => true,
        }
    }
}

impl Surface<'_> {
    /// Notices at once that the waiting word cannot come next in the text.
    pub fn forecast(&self, matching: &mut Match<'_>) {
        let Some(waiting) = self.waiting.filter(|_| matching.verdict == Verdict::Agrees) else { return };
        // A contraction may still replace the word by one that begins otherwise.
        if self.sandhi.contracts(waiting.token.text) {
            return;
        }
        let point = Point::after(matching.at, matching.rest(), self.gap(waiting.space));
        if let Err(bound) = point.reach(waiting.token.text, waiting.token.before_vowel, waiting.capital) {
            matching.verdict = Verdict::WillDiffer(bound);
        }
    }

    /// Whether nothing of the text is left after the waiting word, in some form of it.
    pub fn covers(&self, matching: &Match<'_>) -> bool {
        let rest = matching.rest();
        if rest.len() > LONGEST_WORD || matching.verdict != Verdict::Agrees {
            return false;
        }
        let Some(waiting) = self.waiting else {
            return self.gap(self.space).starts_with(rest);
        };
        let (text, gap) = (waiting.token.text, self.gap(waiting.space));
        let Some(rest) = rest.strip_prefix(gap) else { return gap.starts_with(rest) };
        let forms = [Some(text), waiting.token.before_vowel].into_iter().flatten();
        forms.chain(self.sandhi.contractions_of(text)).any(|form| {
            let space = if self.space && !form.ends_with('\'') { " " } else { "" };
            let (common, whole) = common_word(rest, form, waiting.capital);
            common == rest.len() || (whole && space.starts_with(&rest[common..]))
        })
    }

    /// The waiting word with the gap before it, if it has but one form.
    pub fn certain_word(&self) -> Option<String> {
        let waiting = self.waiting?;
        let text = waiting.token.text;
        let one_form = waiting.token.before_vowel.is_none() && !self.sandhi.contracts(text);
        let word = if waiting.capital { capitalised(text) } else { text.to_owned() };
        one_form.then(|| format!("{}{word}", self.gap(waiting.space)))
    }

    /// Where the next word would stand in the text.
    pub fn outlook<'t>(&self, matching: &Match<'t>) -> Outlook<'t> {
        let varies = self.waiting.is_some_and(|waiting| waiting.token.before_vowel.is_some());
        Outlook {
            before_consonant: self.point(matching, false),
            before_vowel: varies.then(|| self.point(matching, true)),
            may_merge: self.waiting.is_some_and(|waiting| self.sandhi.contracts(waiting.token.text)),
            capital: self.capital,
        }
    }

    fn point<'t>(&self, matching: &Match<'t>, vowel_follows: bool) -> Point<'t> {
        let Some(waiting) = self.waiting else {
            return Point::after(matching.at, matching.rest(), self.gap(self.space));
        };
        let form = waiting.token.before_vowel.filter(|_| vowel_follows).unwrap_or(waiting.token.text);
        let (at, rest) = match Point::after(matching.at, matching.rest(), self.gap(waiting.space)) {
            Point::At { at, rest } => (at, rest),
            Point::Over => return Point::Over,
            Point::NoGap(at) | Point::Differs(at) => return Point::Differs(at),
        };
        let (common, whole) = common_word(rest, form, waiting.capital);
        if common == rest.len() {
            return Point::Over;
        }
        if !whole {
            return Point::Differs(at + common);
        }
        let space = self.space && !(vowel_follows && form.ends_with('\''));
        Point::after(at + common, &rest[common..], if space { " " } else { "" })
    }
}

/// Where a word would stand.
#[derive(Clone, Copy, Debug)]
enum Point<'t> {
    /// Beyond the end of the text, where anything agrees.
    Over,
    /// After so many bytes of the text.
    At { at: usize, rest: &'t str },
    /// Nowhere: after so many bytes there is no gap. A mark may stand there.
    NoGap(usize),
    /// Nowhere: only so many bytes agree with what stands before it.
    Differs(usize),
}

impl<'t> Point<'t> {
    /// After a gap.
    fn after(at: usize, rest: &'t str, gap: &str) -> Self {
        match rest.strip_prefix(gap) {
            Some(rest) if !rest.is_empty() => Self::At { at: at + gap.len(), rest },
            None if !rest.is_empty() => Self::NoGap(at),
            _ => Self::Over,
        }
    }

    /// Whether one of the forms of a word agrees; else how many bytes do at most.
    fn reach(self, form: &str, other_form: Option<&str>, capital: bool) -> Result<(), usize> {
        let (at, rest) = match self {
            Self::Over => return Ok(()),
            Self::NoGap(at) | Self::Differs(at) => return Err(at),
            Self::At { at, rest } => (at, rest),
        };
        let reach = |form: &str| match common_word(rest, form, capital) {
            (common, whole) if whole || common == rest.len() => Ok(()),
            (common, _) => Err(at + common),
        };
        match (reach(form), other_form.map(reach)) {
            (Err(bound), None) => Err(bound),
            (Err(bound), Some(Err(other))) => Err(bound.max(other)),
            _ => Ok(()),
        }
    }
}

/// Where the next word would stand: that may depend on how it begins.
#[derive(Clone, Copy, Debug)]
pub(super) struct Outlook<'t> {
    before_consonant: Point<'t>,
    /// Where the word that waits has another form before a vowel.
    before_vowel: Option<Point<'t>>,
    /// Whether a contraction may replace the word that waits.
    may_merge: bool,
    capital: bool,
}

impl Outlook<'_> {
    /// Whether the word agrees that waits, whatever follows; else how many bytes do at most.
    pub fn reach_of_waiting(&self) -> Result<(), usize> {
        match (self.before_consonant, self.before_vowel) {
            _ if self.may_merge => Ok(()),
            (Point::Differs(bound), None) => Err(bound),
            (Point::Differs(bound), Some(Point::Differs(other))) => Err(bound.max(other)),
            _ => Ok(()),
        }
    }

    /// Whether a word can come next, in one of its forms; else how many bytes agree at most.
    pub fn reach(&self, sandhi: &Sandhi, form: &str, other_form: Option<&str>) -> Result<(), usize> {
        let reach = |point: Point<'_>| point.reach(form, other_form, self.capital);
        let Some(before_vowel) = self.before_vowel else { return reach(self.before_consonant) };
        match (reach(self.before_consonant), reach(before_vowel)) {
            (Ok(()), Ok(())) => Ok(()),
            (Err(a), Err(b)) if a == b => Err(a),
            (_, before_vowel) if sandhi.begins_with_vowel(form) => before_vowel,
            (before_consonant, _) => before_consonant,
        }
    }
}
