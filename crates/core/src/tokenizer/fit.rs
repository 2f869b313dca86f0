//! Makes what a person typed encodable, where nobody would see the difference.
//!
//! A phone types `’` where the training text has `'`, a PDF holds `e` and an accent where it has `é`. Each
//! sign that the vocabulary lacks becomes the variant that it has, of Unicode's normal forms first and then
//! of `variants`. BPE could spell every sign by its bytes, but has learned nothing about them: it prefers a
//! variant, too.

use super::Tokenizer;
use super::variants::{Surroundings, variants};

/// The two normal forms of Unicode that look alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NormalForm {
    /// NFC: a letter and its accent are one character where there is such a one.
    Composed,
    /// NFD: a letter and its accent are two characters.
    Decomposed,
}

impl NormalForm {
    /// Unicode's name for it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Composed => "NFC",
            Self::Decomposed => "NFD",
        }
    }
}

/// A text that a tokenizer can encode but for `unknown`, and what was replaced to make it so.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
pub struct FittedText {
    /// The text to encode.
    pub text: String,
    /// The distinct replacements, in the order in which they first occur.
    pub replaced: Vec<Replacement>,
    /// The distinct characters that cannot be encoded, letters composed with their accents. Always empty for
    /// BPE.
    pub unknown: Vec<char>,
}

/// What stood there and what stands there now: empty where an invisible character was left out.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
pub struct Replacement {
    /// As it was typed: a character with its combining marks.
    pub from: String,
    /// As the vocabulary has it.
    pub to: String,
}

impl Tokenizer {
    /// Replaces the signs of `text` that the vocabulary lacks by variants that it has. A text whose
    /// characters are all known stays as it is.
    ///
    /// `normalize` brings a text into a normal form: a browser has it built in, and its tables would weigh
    /// more in the page than all the tokenizers.
    #[must_use]
    pub fn fit(&self, text: &str, normalize: &dyn Fn(&str, NormalForm) -> String) -> FittedText {
        let mut fitted = FittedText::default();
        let mut before = None;
        let mut rest = text;
        while let Some((sign, others)) = split_sign(rest) {
            rest = others;
            let surroundings = Surroundings { before, after: rest.chars().next() };
            before = sign.chars().next_back();
            match self.fit_sign(sign, surroundings, normalize) {
                Ok(fit) if fit != sign => fitted.replace(sign, &fit),
                Ok(_) => fitted.text.push_str(sign),
                Err(composed) => self.leave(sign, &composed, &mut fitted),
            }
        }
        fitted
    }

    /// `sign` as the vocabulary has it.
    ///
    /// # Errors
    /// Its composed form, where the vocabulary has no variant of it.
    fn fit_sign(
        &self,
        sign: &str,
        surroundings: Surroundings,
        normalize: &dyn Fn(&str, NormalForm) -> String,
    ) -> Result<String, String> {
        if self.has_all(sign) {
            return Ok(sign.to_owned());
        }
        let composed = normalize(sign, NormalForm::Composed);
        if self.has_all(&composed) {
            return Ok(composed);
        }
        let decomposed = normalize(sign, NormalForm::Decomposed);
        if self.has_all(&decomposed) {
            return Ok(decomposed);
        }
        self.by_variants(&composed, surroundings).ok_or(composed)
    }

    /// Each character of a sign, or the first of its variants that the vocabulary has.
    fn by_variants(&self, sign: &str, surroundings: Surroundings) -> Option<String> {
        let mut characters = sign.chars().peekable();
        let mut fit = String::new();
        let mut before = surroundings.before;
        while let Some(character) = characters.next() {
            let after = characters.peek().copied().or(surroundings.after);
            if self.has_character(character) {
                fit.push(character);
            } else {
                let options = variants(character, Surroundings { before, after });
                fit.push_str(&options.into_iter().find(|option| self.has_all(option))?);
            }
            before = Some(character);
        }
        Some(fit)
    }

    /// Leaves a sign without a variant as it was typed.
    fn leave(&self, sign: &str, composed: &str, fitted: &mut FittedText) {
        fitted.text.push_str(sign);
        if matches!(self, Self::Bpe(_)) {
            return;
        }
        for character in composed.chars() {
            if !self.has_character(character) && !fitted.unknown.contains(&character) {
                fitted.unknown.push(character);
            }
        }
    }

    fn has_all(&self, text: &str) -> bool {
        text.chars().all(|character| self.has_character(character))
    }
}

impl FittedText {
    fn replace(&mut self, from: &str, to: &str) {
        self.text.push_str(to);
        let replacement = Replacement { from: from.to_owned(), to: to.to_owned() };
        if !self.replaced.contains(&replacement) {
            self.replaced.push(replacement);
        }
    }
}

/// The first character of `text` with the combining marks after it, and what follows; none at the end.
fn split_sign(text: &str) -> Option<(&str, &str)> {
    let mut characters = text.char_indices();
    characters.next()?;
    let end = characters.find(|&(_, character)| !is_combining(character)).map_or(text.len(), |(at, _)| at);
    Some(text.split_at(end))
}

/// The combining marks that letters of living alphabets take, and the vowels and final consonants of
/// decomposed Hangul.
fn is_combining(character: char) -> bool {
    matches!(character,
        '\u{300}'..='\u{36F}' | '\u{1AB0}'..='\u{1AFF}' | '\u{1DC0}'..='\u{1DFF}' | '\u{20D0}'..='\u{20FF}'
        | '\u{3099}' | '\u{309A}' | '\u{1161}'..='\u{11FF}' | '\u{591}'..='\u{5C7}' | '\u{64B}'..='\u{65F}'
    )
}
