//! Cuts a text into the pieces that no BPE merge crosses: words, numbers, punctuation, white space.
//!
//! A word carries the space before it and an elision its apostrophe: `l'`, `eau`, ` qu’`, `il`. Written by
//! hand because a regular-expression engine would weigh more in the page than all the tokenizers.

/// The pieces as a regular expression, for `tokenizer.json`. Its alternatives match every text completely.
///
/// A letter is alphabetic or a combining diacritical mark, so decomposed accents stay in their word.
/// The last two alternatives are line breaks and tabs, then the spaces but the one that a word carries.
pub const PIECE_PATTERN: &str = concat!(
    r" ?[\p{Alphabetic}\x{300}-\x{36F}]+['’]?",
    r"| ?\p{N}+",
    r"| ?[^\s\p{N}\p{Alphabetic}\x{300}-\x{36F}]+",
    r"|[^\S ]+",
    r"| +(?!\S)",
);

/// The pieces of `text` in order; joined they are the text again.
pub(crate) fn pieces(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let piece;
        (piece, rest) = rest.split_at(first_piece_len(rest));
        (!piece.is_empty()).then_some(piece)
    })
}

/// Length in bytes of the piece that `text` starts with; 0 only for an empty text.
fn first_piece_len(text: &str) -> usize {
    let body = text.strip_prefix(' ').unwrap_or(text);
    let space = text.len() - body.len();
    match body.chars().next() {
        Some(first) if is_letter(first) => {
            let word = space + run_len(body, is_letter);
            word + apostrophe_len(&text[word..])
        }
        Some(first) if first.is_numeric() => space + run_len(body, char::is_numeric),
        Some(first) if !first.is_whitespace() => space + run_len(body, is_other),
        _ if space == 0 => run_len(text, |c| c.is_whitespace() && c != ' '),
        _ => lone_spaces_len(text),
    }
}

/// Length of the spaces at the start of `text`, less the one that a following word carries.
fn lone_spaces_len(text: &str) -> usize {
    let spaces = run_len(text, |c| c == ' ');
    match text[spaces..].chars().next() {
        Some(next) if !next.is_whitespace() => spaces - 1,
        _ => spaces,
    }
}

fn run_len(text: &str, belongs: impl Fn(char) -> bool) -> usize {
    text.find(|character| !belongs(character)).unwrap_or(text.len())
}

fn apostrophe_len(text: &str) -> usize {
    match text.chars().next() {
        Some(first @ ('\'' | '’')) => first.len_utf8(),
        _ => 0,
    }
}

fn is_letter(character: char) -> bool {
    character.is_alphabetic() || matches!(character, '\u{300}'..='\u{36F}')
}

fn is_other(character: char) -> bool {
    !(is_letter(character) || character.is_numeric() || character.is_whitespace())
}

#[cfg(test)]
mod tests {
    use tokenizers::normalizers::replace::{Replace, ReplacePattern};
    use tokenizers::pre_tokenizers::split::{Split, SplitPattern};
    use tokenizers::{
        NormalizedString, Normalizer, OffsetReferential, OffsetType, PreTokenizedString, PreTokenizer,
        SplitDelimiterBehavior,
    };

    use super::*;

    /// Each character among letters, digits, spaces and apostrophes, so all classes meet all others.
    #[test]
    fn pieces_are_the_matches_of_the_pattern() -> tokenizers::Result<()> {
        let pattern = SplitPattern::Regex(PIECE_PATTERN.to_owned());
        let split = Split::new(pattern, SplitDelimiterBehavior::Isolated, false)?;
        // The regular expressions' Unicode tables can be a version behind those of the standard library.
        let forget_unknown = Replace::new(ReplacePattern::Regex(r"\p{Cn}".to_owned()), "")?;
        let every_character: Vec<char> = ('\0'..=char::MAX).collect();
        for block in every_character.chunks(512) {
            let mut known = NormalizedString::from(block.iter().collect::<String>());
            forget_unknown.normalize(&mut known)?;
            let text: String = known.get().chars().map(|c| format!("a{c}b {c}'{c}{c}  {c}1 {c}\n")).collect();

            let mut peer = PreTokenizedString::from(text.as_str());
            split.pre_tokenize(&mut peer)?;
            let theirs: Vec<&str> = peer
                .get_splits(OffsetReferential::Original, OffsetType::Byte)
                .into_iter()
                .map(|(piece, ..)| piece)
                .collect();
            let ours: Vec<&str> = pieces(&text).collect();
            assert_eq!(ours, theirs);
            assert_eq!(ours.concat(), text);
        }
        Ok(())
    }
}
