//! Texts as JavaScript has them: counted in UTF-16 units, where Rust counts UTF-8 bytes, and with Unicode's
//! normal forms at hand.

use std::ops::Range;

use petit_train_core::tokenizer::NormalForm;
use petit_train_js_values::normalized;

/// The text in a normal form.
pub(crate) fn normalize(text: &str, form: NormalForm) -> String {
    normalized(text, form.name())
}

/// A range of JavaScript's UTF-16 units as one of bytes, which begins and ends between characters: a unit in
/// the middle of a character counts as the character's first. What lies beyond the text's end is empty.
pub(crate) fn byte_range(text: &str, units: &Range<usize>) -> Range<usize> {
    let byte = |unit: usize| {
        let mut passed = 0;
        let mut letters = text.char_indices();
        letters
            .find(|(_, letter)| {
                passed += letter.len_utf16();
                passed > unit
            })
            .map_or(text.len(), |(byte, _)| byte)
    };
    byte(units.start)..byte(units.end)
}

/// A range of bytes as one of JavaScript's UTF-16 units: the other way round. A byte within a character
/// counts as the character's end.
pub(crate) fn unit_range(text: &str, bytes: &Range<usize>) -> Range<usize> {
    let unit = |byte: usize| {
        text.char_indices().take_while(|&(at, _)| at < byte).map(|(_, letter)| letter.len_utf16()).sum()
    };
    unit(bytes.start)..unit(bytes.end)
}

#[cfg(test)]
mod tests {
    use std::ops::Range;

    use super::{byte_range, unit_range};

    #[test]
    fn bytes_are_found_in_units() {
        let text = "aé€🚂b";
        for units in [0..1, 1..2, 2..3, 3..5, 5..6, 0..6, 1..5] {
            assert_eq!(unit_range(text, &byte_range(text, &units)), units);
        }
        assert_eq!(unit_range(text, &(2..99)), 2..6);
    }

    #[test]
    fn units_are_found_in_bytes() {
        // Bytes: 1, 2, 3, 4, 1; units: 1, 1, 1, 2, 1.
        let text = "aé€🚂b";
        let spelled = |units| &text[byte_range(text, &units)];
        assert_eq!(spelled(0..1), "a");
        assert_eq!(spelled(1..2), "é");
        assert_eq!(spelled(2..3), "€");
        assert_eq!(spelled(3..5), "🚂");
        assert_eq!(spelled(5..6), "b");
        assert_eq!(spelled(0..6), text);
        assert_eq!(spelled(1..5), "é€🚂");
    }

    #[test]
    fn half_a_character_and_what_is_beyond_the_end_split_nothing() {
        let text = "a🚂b🚂";
        assert_eq!(&text[byte_range(text, &(1..2))], "");
        assert_eq!(&text[byte_range(text, &(2..4))], "🚂b");
        assert_eq!(&text[byte_range(text, &(3..99))], "b🚂");
        assert_eq!(&text[byte_range(text, &(50..99))], "");
        assert_eq!(&""[byte_range("", &(0..1))], "");
        // Backwards: a caller's mistake, which must not be a panic.
        assert!(text.get(byte_range(text, &Range { start: 4, end: 1 })).is_none());
    }
}
