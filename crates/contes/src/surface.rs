//! From words to text: elision, contraction, capitals and spaces, and the links between words.
//!
//! A word waits until its right neighbour is known, since that decides its form (*le* or *l'*, *de le* or
//! *du*). The text goes into a [`Sink`]: written, or compared with a text that is to be explained.

use super::annotation::{Annotations, Mark};
use super::sandhi::{Sandhi, capitalised};

/// Begins a spoken line: the only thing that makes a story go on in a new line, its title aside.
pub(super) const SPEECH_DASH: &str = "—";

/// Where the words of a derivation go.
#[derive(Clone, Debug)]
pub(super) enum Sink<'t> {
    /// Written out, with the links between words.
    Write { text: String, annotations: Annotations },
    /// Compared with what is left of a text: `None` from the first difference on.
    Match { rest: Option<&'t str> },
}

/// A word before its right neighbour is known.
#[derive(Clone, Copy, Debug)]
pub(super) struct Token<'g> {
    pub text: &'g str,
    /// The form before a vowel, where it differs. One that ends in an apostrophe takes no space after it.
    pub before_vowel: Option<&'g str>,
    /// Whether the word may merge with the one before it: determiners and pronouns of slots do, *de le voir*
    /// does not.
    pub contracts: bool,
    pub mark: Option<Mark>,
}

impl<'g> Token<'g> {
    /// A word that stays as it is.
    pub fn plain(text: &'g str) -> Self {
        Self { text, before_vowel: None, contracts: false, mark: None }
    }
}

#[derive(Clone, Copy, Debug)]
struct Waiting<'g> {
    token: Token<'g>,
    space: bool,
    capital: bool,
}

/// A text in the making.
#[derive(Clone, Debug)]
pub(super) struct Surface<'g, 't> {
    sandhi: &'g Sandhi,
    sink: Sink<'t>,
    waiting: Option<Waiting<'g>>,
    /// Whether a space separates the next word from the last.
    space: bool,
    /// Whether the next word begins a sentence.
    capital: bool,
    /// Whether anything stands before.
    begun: bool,
    /// Whether the current line is spoken, that is, began with a dash.
    spoken: bool,
    /// Whether the next word begins a line of the text.
    new_line: bool,
}

impl<'g, 't> Surface<'g, 't> {
    pub fn new(sandhi: &'g Sandhi, sink: Sink<'t>) -> Self {
        Self {
            sandhi,
            sink,
            waiting: None,
            space: false,
            capital: true,
            begun: false,
            spoken: false,
            new_line: false,
        }
    }

    /// Whether the text so far agrees with the one to be explained.
    pub fn agrees(&self) -> bool {
        !matches!(self.sink, Sink::Match { rest: None })
    }

    /// A space before the next word.
    pub fn space(&mut self) {
        self.space = true;
    }

    /// No space after all.
    pub fn no_space(&mut self) {
        self.space = false;
    }

    /// A capital for the next word, after *!* or *?*, which do not always end a sentence.
    pub fn capital(&mut self) {
        self.capital = true;
    }

    /// The end of a line of the template: speech stands on lines of its own.
    pub fn line_break(&mut self) {
        self.settle(false);
        // A line may turn out empty: the end of a spoken line before it still counts.
        self.new_line |= self.spoken;
        self.spoken = false;
        self.space = true;
        self.capital = true;
    }

    /// The end of the title, which stands on a line of its own.
    pub fn end_title(&mut self) {
        self.line_break();
        self.new_line = true;
    }

    /// A punctuation mark.
    pub fn punctuate(&mut self, mark: &'g str) {
        self.settle(false);
        if mark == SPEECH_DASH {
            self.new_line = true;
            self.spoken = true;
        }
        let space = self.space && !matches!(mark, "." | ",");
        let space = self.separator(space);
        self.emit(space);
        self.emit(mark);
        self.space = mark == "—";
        self.capital = match mark {
            "." | "—" => true,
            "\"" => self.capital,
            _ => false,
        };
        self.begun = true;
    }

    /// A word, with the space and the capital that stand before it.
    pub fn word(&mut self, token: Token<'g>) {
        if token.contracts && self.contract(&token) {
            return;
        }
        self.settle(self.sandhi.begins_with_vowel(token.text));
        self.waiting = Some(Waiting { token, space: self.space, capital: self.capital });
        self.space = false;
        self.capital = false;
        self.forecast();
    }

    /// The end of the text. In the comparison, nothing of the other text may be left.
    pub fn finish(mut self) -> Sink<'t> {
        self.settle(false);
        if let Sink::Match { rest } = &mut self.sink {
            *rest = rest.filter(|rest| rest.is_empty());
        }
        self.sink
    }

    /// Merges the waiting word with `token`: *de* + *le* = *du*.
    fn contract(&mut self, token: &Token<'g>) -> bool {
        let Some(waiting) = &mut self.waiting else { return false };
        let Some(contraction) = self.sandhi.contraction_of(waiting.token.text, token.text) else {
            return false;
        };
        waiting.token = Token {
            text: &contraction.joined,
            before_vowel: contraction.before_vowel.as_deref(),
            mark: token.mark,
            ..waiting.token
        };
        self.space = false;
        true
    }

    /// What separates the next word from the text before it.
    fn separator(&mut self, space: bool) -> &'static str {
        match (self.begun, core::mem::take(&mut self.new_line), space) {
            (false, ..) => "",
            (true, true, _) => "\n",
            (true, false, true) => " ",
            (true, false, false) => "",
        }
    }

    /// Writes the waiting word, whose right neighbour is now known.
    fn settle(&mut self, vowel_follows: bool) {
        let Some(Waiting { token, space, capital }) = self.waiting.take() else { return };
        let form = token.before_vowel.filter(|_| vowel_follows).unwrap_or(token.text);
        let separator = self.separator(space);
        self.begun = true;
        self.emit(separator);
        self.emit_word(form, capital, token.mark);
        if vowel_follows && form.ends_with('\'') {
            self.space = false;
        }
    }

    fn emit(&mut self, piece: &str) {
        match &mut self.sink {
            Sink::Write { text, .. } => text.push_str(piece),
            Sink::Match { rest } => *rest = rest.and_then(|rest| rest.strip_prefix(piece)),
        }
    }

    fn emit_word(&mut self, form: &str, capital: bool, mark: Option<Mark>) {
        match &mut self.sink {
            Sink::Write { text, annotations } => {
                let start = text.len();
                if capital {
                    text.push_str(&capitalised(form));
                } else {
                    text.push_str(form);
                }
                annotations.word(start..text.len(), mark);
            }
            Sink::Match { rest } => *rest = rest.and_then(|rest| strip_word(rest, form, capital)),
        }
    }

    /// Notices at once that the waiting word cannot come next in the text to be explained.
    fn forecast(&mut self) {
        let (Sink::Match { rest: Some(rest) }, Some(waiting)) = (&self.sink, &self.waiting) else { return };
        let gap = self.begun && (waiting.space || self.new_line);
        let rest = if gap { rest.strip_prefix([' ', '\n']) } else { Some(*rest) };
        let fits = |form: &str| rest.is_some_and(|rest| strip_word(rest, form, waiting.capital).is_some());
        // A contraction may still replace the word by one that begins alike.
        let could_contract = self.sandhi.contracts(waiting.token.text);
        if !could_contract && !fits(waiting.token.text) && !waiting.token.before_vowel.is_some_and(fits) {
            self.sink = Sink::Match { rest: None };
        }
    }
}

/// `rest` after `form`, if it begins with it.
fn strip_word<'t>(rest: &'t str, form: &str, capital: bool) -> Option<&'t str> {
    if capital { rest.strip_prefix(capitalised(form).as_str()) } else { rest.strip_prefix(form) }
}
