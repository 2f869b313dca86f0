//! From words to text: elision, contraction, capitals and spaces, and the links between words.
//!
//! A word waits until its right neighbour is known, since that decides its form (*le* or *l'*, *de le* or
//! *du*). The text goes into a [`Sink`]: written, or compared with a text that is to be explained.

use super::annotation::Mark;
use super::sandhi::Sandhi;
use super::sink::Sink;

/// Begins a spoken line: the only thing that makes a story go on in a new line, its title aside.
pub(super) const SPEECH_DASH: &str = "—";

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
pub(super) struct Waiting<'g> {
    pub token: Token<'g>,
    pub space: bool,
    pub capital: bool,
}

/// A text in the making.
#[derive(Clone, Copy, Debug)]
pub(super) struct Surface<'g> {
    pub(super) sandhi: &'g Sandhi,
    pub(super) waiting: Option<Waiting<'g>>,
    /// Whether a space separates the next word from the last.
    pub(super) space: bool,
    /// Whether the next word begins a sentence.
    pub(super) capital: bool,
    /// Whether anything stands before.
    begun: bool,
    /// Whether the current line is spoken, that is, began with a dash.
    spoken: bool,
    /// Whether the next word begins a line of the text.
    new_line: bool,
}

impl<'g> Surface<'g> {
    pub fn new(sandhi: &'g Sandhi) -> Self {
        Self {
            sandhi,
            waiting: None,
            space: false,
            capital: true,
            begun: false,
            spoken: false,
            new_line: false,
        }
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
    pub fn line_break(&mut self, sink: &mut Sink<'_>) {
        self.settle(false, sink);
        // A line may turn out empty: the end of a spoken line before it still counts.
        self.new_line |= self.spoken;
        self.spoken = false;
        self.space = true;
        self.capital = true;
    }

    /// The end of the title, which stands on a line of its own.
    pub fn end_title(&mut self, sink: &mut Sink<'_>) {
        self.line_break(sink);
        self.new_line = true;
    }

    /// A punctuation mark.
    pub fn punctuate(&mut self, mark: &'g str, sink: &mut Sink<'_>) {
        self.settle(false, sink);
        if mark == SPEECH_DASH {
            self.new_line = true;
            self.spoken = true;
        }
        let space = self.space && !matches!(mark, "." | ",");
        let space = self.separator(space);
        sink.emit(space);
        sink.emit(mark);
        self.space = mark == "—";
        self.capital = match mark {
            "." | "—" => true,
            "\"" => self.capital,
            _ => false,
        };
        self.begun = true;
    }

    /// A word, with the space and the capital that stand before it.
    pub fn word(&mut self, token: Token<'g>, sink: &mut Sink<'_>) {
        if token.contracts && self.contract(&token) {
            return;
        }
        let varies = self.waiting.is_some_and(|waiting| waiting.token.before_vowel.is_some());
        self.settle(varies && self.sandhi.begins_with_vowel(token.text), sink);
        self.waiting = Some(Waiting { token, space: self.space, capital: self.capital });
        self.space = false;
        self.capital = false;
        if let Sink::Match(matching) = sink {
            self.forecast(matching);
        }
    }

    /// The end of the text.
    pub fn finish(&mut self, sink: &mut Sink<'_>) {
        self.settle(false, sink);
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
        let separator = self.gap(space);
        self.new_line = false;
        separator
    }

    /// The same, while it is not written yet.
    pub(super) fn gap(&self, space: bool) -> &'static str {
        match (self.begun, self.new_line, space) {
            (false, ..) => "",
            (true, true, _) => "\n",
            (true, false, true) => " ",
            (true, false, false) => "",
        }
    }

    /// Whether two texts in the making go on alike.
    pub(super) fn is_like(&self, other: &Self) -> bool {
        let flags = |surface: &Self| {
            (surface.space, surface.capital, surface.begun, surface.spoken, surface.new_line)
        };
        let waiting = |surface: &Self| {
            surface.waiting.map(|Waiting { token, space, capital }| {
                (token.text, token.before_vowel, token.contracts, space, capital)
            })
        };
        flags(self) == flags(other) && waiting(self) == waiting(other)
    }

    /// Writes the waiting word, whose right neighbour is now known.
    fn settle(&mut self, vowel_follows: bool, sink: &mut Sink<'_>) {
        let Some(Waiting { token, space, capital }) = self.waiting.take() else { return };
        let form = token.before_vowel.filter(|_| vowel_follows).unwrap_or(token.text);
        let separator = self.separator(space);
        self.begun = true;
        sink.emit(separator);
        sink.emit_word(form, capital, token.mark);
        if vowel_follows && form.ends_with('\'') {
            self.space = false;
        }
    }
}
