//! What a person types is fitted to the vocabulary where nobody sees the difference, and named where that
//! fails.

use browser::normalize;
use petit_train_core::tokenizer::{FittedText, NormalForm, Tokenizer};

use crate::texts::{FRENCH, random_text, rng};
use crate::{bpe, chars};

/// A browser's `String.prototype.normalize`, as far as these tests need it.
mod browser {
    use super::NormalForm;

    const PAIRS: [(&str, &str); 5] = [
        ("é", "e\u{301}"),
        ("É", "E\u{301}"),
        ("à", "a\u{300}"),
        ("ç", "c\u{327}"),
        ("ế", "e\u{302}\u{301}"),
    ];

    pub fn normalize(text: &str, form: NormalForm) -> String {
        PAIRS.iter().fold(text.to_owned(), |text, (composed, decomposed)| match form {
            NormalForm::Composed => text.replace(decomposed, composed),
            NormalForm::Decomposed => text.replace(composed, decomposed),
        })
    }
}

fn fit(vocabulary: &str, text: &str) -> FittedText {
    chars(vocabulary).fit(text, &normalize)
}

fn replaced(fitted: &FittedText) -> Vec<(&str, &str)> {
    fitted.replaced.iter().map(|replacement| (&*replacement.from, &*replacement.to)).collect()
}

#[test]
fn what_is_known_stays_as_it_is() {
    let text = "L'ours « dit » l’été… e\u{301}te\u{301} œuf\u{A0}!\r\n\t—-–\u{202F}\u{AD}ﬁ";
    let fitted = fit(text, text);
    assert_eq!(fitted, FittedText { text: text.to_owned(), ..FittedText::default() });
}

#[test]
fn an_apostrophe_refuses_no_prompt() {
    let fitted = fit("L'ours boit l'eau", "L’ours");
    assert_eq!(fitted.text, "L'ours");
    assert_eq!(replaced(&fitted), [("’", "'")]);
    assert_eq!(fit("l’eau", "l'eau").text, "l’eau");
    assert_eq!(fit("l’eau", "lʼeau").text, "l’eau");
}

#[test]
fn variants_are_those_that_the_vocabulary_has() {
    for (vocabulary, text, fitted) in [
        // Quotation marks, opening and closing.
        ("«\u{A0}»abc ", "“a b”c", "«a b»c"),
        ("«\u{A0}»abc ", "\"a b\" c", "«a b» c"),
        ("\"abc ", "« a » „b” “c‟", "\" a \" \"b\" \"c\""),
        // Dashes, spaces, line breaks.
        ("a-b", "a—b–a‑b−a", "a-b-a-b-a"),
        ("a—b", "a–b―a", "a—b—a"),
        ("a b", "a\u{A0}b\u{202F}a\tb\u{3000}a\u{2003}b", "a b a b a b"),
        ("a\u{A0}b ", "a\u{202F}b", "a\u{A0}b"),
        ("a\u{202F}b ", "a\u{A0}b", "a\u{202F}b"),
        ("ab\n", "a\r\nb\ra\u{2028}b", "a\nb\na\nb"),
        ("ab ", "a\nb\r\na", "a b a"),
        // Ellipsis, ligatures, full-width forms.
        ("a.", "a…", "a..."),
        ("coeur", "cœur", "coeur"),
        ("OEUFoeuf", "ŒUF", "OEUF"),
        ("OEUFoeuf", "Œuf", "Oeuf"),
        ("fin de la", "ﬁn", "fin"),
        ("abc!1", "ａｂｃ！１", "abc!1"),
        // What nobody sees.
        ("abc", "a\u{200E}b\u{AD}c\u{FEFF}", "abc"),
    ] {
        let result = fit(vocabulary, text);
        assert_eq!((result.text.as_str(), &result.unknown[..]), (fitted, &[][..]), "{text} in {vocabulary}");
    }
}

#[test]
fn normal_forms_become_those_of_the_vocabulary() {
    let fitted = fit("l'été ", "l'e\u{301}te\u{301}");
    assert_eq!(fitted.text, "l'été");
    assert_eq!(replaced(&fitted), [("e\u{301}", "é")]);
    assert_eq!(fit("e\u{301}t ", "été").text, "e\u{301}te\u{301}");
    // Two marks on one letter.
    assert_eq!(fit("tiếng", "tie\u{302}\u{301}ng").text, "tiếng");
}

#[test]
fn nothing_becomes_another_word() {
    for (text, unknown) in [
        ("ete", ""),
        ("été", "é"),
        ("e\u{301}te\u{301}", "é"),
        ("Et", "E"),
        ("et²", "²"),
        ("et 👍🏽", " 👍🏽"),
        ("t\u{200D}e", "\u{200D}"),
        ("ße", "ß"),
    ] {
        let fitted = fit("ete", text);
        assert_eq!(fitted.unknown.iter().collect::<String>(), unknown, "{text}");
        assert_eq!(fitted.text, text);
        assert!(fitted.replaced.is_empty());
    }
}

#[test]
fn byte_pairs_prefer_what_they_have_learned_and_spell_the_rest() {
    let tokenizer = bpe("l'eau de l'été, l'eau de l'été", 300);
    let fitted = tokenizer.fit("l’e\u{301}te\u{301} — 水", &normalize);
    assert_eq!(fitted.text, "l'été — 水");
    assert!(fitted.unknown.is_empty());
    assert_eq!(tokenizer.decode(&tokenizer.encode(&fitted.text).unwrap()), fitted.text);
}

#[test]
fn a_fitted_text_can_be_encoded_unless_something_is_unknown() {
    let mut rng = rng(12);
    let alphabets = ["ab", FRENCH, "abcdefghijklmnopqrstuvwxyz '\".-,!?\n"];
    let tokenizers: Vec<Tokenizer> = alphabets.into_iter().map(chars).collect();
    for _ in 0..3_000 {
        let text = random_text(&mut rng, 12);
        for tokenizer in &tokenizers {
            let fitted = tokenizer.fit(&text, &normalize);
            assert_eq!(tokenizer.encode(&fitted.text).is_ok(), fitted.unknown.is_empty(), "{text:?}");
            // Once fitted, a text fits.
            assert_eq!(tokenizer.fit(&fitted.text, &normalize).text, fitted.text);
        }
    }
}
