//! Where the words of a derivation go: into a new text, or along one that is to be explained.

use super::annotation::{Annotations, Mark};
use super::sandhi::capitalised;

/// Takes the words of a derivation.
#[derive(Debug)]
pub(super) enum Sink<'t> {
    /// Written out, with the links between words.
    Write { text: String, annotations: Annotations },
    /// Compared with a text.
    Match(Match<'t>),
}

/// How far a derivation agrees with the beginning of a text. The text may grow.
#[derive(Debug)]
pub(super) struct Match<'t> {
    text: &'t str,
    /// Bytes of the text that agree.
    pub at: usize,
    /// What the derivation says beyond the end of the text.
    pub ahead: String,
    pub verdict: Verdict,
}

/// Whether a derivation and a text go together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    Agrees,
    /// From [`Match::at`] on.
    Differs,
    /// The word that waits for its right neighbour will differ, in whatever form it comes: at most so many
    /// bytes of the text can agree.
    WillDiffer(usize),
}

impl<'t> Match<'t> {
    /// Goes on where a derivation agrees with `at` bytes of the text and said `ahead` after that.
    pub fn resume(text: &'t str, at: usize, ahead: &str) -> Self {
        let mut resumed = Self { text, at, ahead: String::new(), verdict: Verdict::Agrees };
        resumed.emit(ahead);
        resumed
    }

    /// What the derivation has not said yet.
    pub fn rest(&self) -> &'t str {
        self.text.get(self.at..).unwrap_or_default()
    }

    /// Whether the derivation has said the whole text, so that it agrees whatever it says next.
    pub fn is_over(&self) -> bool {
        self.verdict == Verdict::Agrees && self.at == self.text.len()
    }

    fn emit(&mut self, piece: &str) {
        if self.verdict != Verdict::Agrees {
            return;
        }
        let common = common_prefix(self.rest(), piece);
        self.at += common;
        if self.at == self.text.len() {
            self.ahead.push_str(&piece[common..]);
        } else if common < piece.len() {
            self.verdict = Verdict::Differs;
        }
    }
}

impl Sink<'_> {
    /// A sink to write to.
    pub fn writer() -> Self {
        Self::Write { text: String::new(), annotations: Annotations::default() }
    }

    /// Whether the text so far agrees with the one to be explained, and still can.
    pub fn agrees(&self) -> bool {
        match self {
            Self::Write { .. } => true,
            Self::Match(matching) => matching.verdict == Verdict::Agrees,
        }
    }

    pub fn emit(&mut self, piece: &str) {
        match self {
            Self::Write { text, .. } => text.push_str(piece),
            Self::Match(matching) => matching.emit(piece),
        }
    }

    pub fn emit_word(&mut self, form: &str, capital: bool, mark: Option<Mark>) {
        let start = match self {
            Self::Write { text, .. } => text.len(),
            Self::Match(_) => 0,
        };
        if capital {
            self.emit(&capitalised(form));
        } else {
            self.emit(form);
        }
        if let Self::Write { text, annotations } = self {
            annotations.word(start..text.len(), mark);
        }
    }
}

/// How many bytes two texts have in common at their beginning, in whole characters.
pub(super) fn common_prefix(a: &str, b: &str) -> usize {
    let equal = a.bytes().zip(b.bytes()).take_while(|(a, b)| a == b).count();
    (0..=equal).rev().find(|&end| a.is_char_boundary(end) && b.is_char_boundary(end)).unwrap_or(0)
}

/// How many bytes of `text` agree with a word, with a capital or without, and whether that is the whole word.
pub(super) fn common_word(text: &str, form: &str, capital: bool) -> (usize, bool) {
    let mut letters = form.chars();
    let Some(first) = letters.next().filter(|_| capital) else {
        let common = common_prefix(text, form);
        return (common, common == form.len());
    };
    let mut rest = text.chars();
    for letter in first.to_uppercase() {
        let agreed = text.len() - rest.as_str().len();
        if rest.next() != Some(letter) {
            return (agreed, false);
        }
    }
    let (rest, letters) = (rest.as_str(), letters.as_str());
    let common = common_prefix(rest, letters);
    (text.len() - rest.len() + common, common == letters.len())
}
