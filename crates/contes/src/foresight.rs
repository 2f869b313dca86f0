//! What can be said of a text in the making before its last word is written: whether it will agree with a
//! text that is to be explained. This saves a reading most of its ways.

use super::sandhi::{Sandhi, capitalised};
use super::sink::{Match, Verdict, common_prefix};
use super::surface::Surface;

/// No word with what stands around it is longer, in bytes.
const LONGEST_WORD: usize = 64;

impl Surface<'_> {
    /// Notices at once that the waiting word cannot come next in the text.
    pub fn forecast(&self, matching: &mut Match<'_>) {
        let Some(waiting) = self.waiting.filter(|_| matching.verdict == Verdict::Agrees) else { return };
        // A contraction may still replace the word by one that begins otherwise.
        if self.sandhi.contracts(waiting.token.text) {
            return;
        }
        let point = Point::At { at: matching.at, rest: matching.rest(), gap: self.gap(waiting.space) };
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
        let forms = [Some(text), waiting.token.before_vowel].into_iter().flatten();
        forms.chain(self.sandhi.contractions_of(text)).any(|form| {
            let space = if self.space && !form.ends_with('\'') { " " } else { "" };
            let word = if waiting.capital { capitalised(form) } else { form.to_owned() };
            format!("{gap}{word}{space}").starts_with(rest)
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
        let point = |vowel_follows| self.point(matching, vowel_follows);
        Outlook {
            before_consonant: point(false),
            before_vowel: point(true),
            may_merge: self.waiting.is_some_and(|waiting| self.sandhi.contracts(waiting.token.text)),
            capital: self.capital,
        }
    }

    fn point<'t>(&self, matching: &Match<'t>, vowel_follows: bool) -> Point<'t> {
        let (at, rest) = (matching.at, matching.rest());
        let Some(waiting) = self.waiting else {
            let gap = self.gap(self.space);
            return if rest.is_empty() { Point::Over } else { Point::At { at, rest, gap } };
        };
        let form = waiting.token.before_vowel.filter(|_| vowel_follows).unwrap_or(waiting.token.text);
        let gap = self.gap(waiting.space);
        if gap.starts_with(rest) {
            return Point::Over;
        }
        let Some(after) = rest.strip_prefix(gap) else { return Point::Differs(at) };
        let capitalised = waiting.capital.then(|| capitalised(form));
        let word = capitalised.as_deref().unwrap_or(form);
        let common = common_prefix(after, word);
        let said = at + gap.len() + common;
        if common == after.len() {
            return Point::Over;
        }
        if common < word.len() {
            return Point::Differs(said);
        }
        let space = self.space && !(vowel_follows && form.ends_with('\''));
        Point::At { at: said, rest: &after[common..], gap: if space { " " } else { "" } }
    }
}

/// Where a word would stand.
#[derive(Clone, Copy, Debug)]
enum Point<'t> {
    /// Beyond the end of the text, where anything agrees.
    Over,
    /// After so many bytes of the text, with a gap before the word.
    At { at: usize, rest: &'t str, gap: &'static str },
    /// Nowhere: only so many bytes agree with what stands before it.
    Differs(usize),
}

impl Point<'_> {
    /// Whether one of the forms of a word agrees; else how many bytes do at most.
    fn reach(self, form: &str, other_form: Option<&str>, capital: bool) -> Result<(), usize> {
        let (at, rest, gap) = match self {
            Self::Over => return Ok(()),
            Self::Differs(at) => return Err(at),
            Self::At { at, rest, gap } => (at, rest, gap),
        };
        if gap.starts_with(rest) {
            return Ok(());
        }
        let Some(after) = rest.strip_prefix(gap) else { return Err(at) };
        let mut most = 0;
        for form in [Some(form), other_form].into_iter().flatten() {
            let capitalised = capital.then(|| capitalised(form));
            let form = capitalised.as_deref().unwrap_or(form);
            let common = common_prefix(after, form);
            if common == form.len() || common == after.len() {
                return Ok(());
            }
            most = most.max(common);
        }
        Err(at + gap.len() + most)
    }
}

/// Where the next word would stand: that depends on how it begins.
#[derive(Clone, Copy, Debug)]
pub(super) struct Outlook<'t> {
    before_consonant: Point<'t>,
    before_vowel: Point<'t>,
    /// Whether a contraction may replace the word that waits.
    may_merge: bool,
    capital: bool,
}

impl Outlook<'_> {
    /// Whether the word agrees that waits, whatever follows; else how many bytes do at most.
    pub fn reach_of_waiting(&self) -> Result<(), usize> {
        match (self.before_consonant, self.before_vowel) {
            (Point::Differs(a), Point::Differs(b)) if !self.may_merge => Err(a.max(b)),
            _ => Ok(()),
        }
    }

    /// Whether a word can come next, in one of its forms; else how many bytes agree at most.
    pub fn reach(&self, sandhi: &Sandhi, form: &str, other_form: Option<&str>) -> Result<(), usize> {
        let reach = |point: Point<'_>| point.reach(form, other_form, self.capital);
        match (reach(self.before_consonant), reach(self.before_vowel)) {
            (Ok(()), Ok(())) => Ok(()),
            (Err(a), Err(b)) if a == b => Err(a),
            (_, before_vowel) if sandhi.begins_with_vowel(form) => before_vowel,
            (before_consonant, _) => before_consonant,
        }
    }
}
