//! Other characters for the same sign: what a person reads as the same word.

/// Characters whose absence nobody sees: soft hyphen, zero-width space, word joiner, byte order mark, and the
/// marks of writing direction. (A zero-width joiner is not among them: it makes one picture of two.)
const INVISIBLE: &[char] = &[
    '\u{AD}', '\u{61C}', '\u{200B}', '\u{200E}', '\u{200F}', '\u{202A}', '\u{202B}', '\u{202C}', '\u{202D}',
    '\u{202E}', '\u{2060}', '\u{2066}', '\u{2067}', '\u{2068}', '\u{2069}', '\u{FEFF}',
];

/// Where a character stands, as far as its variants depend on it.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Surroundings {
    pub before: Option<char>,
    pub after: Option<char>,
}

impl Surroundings {
    /// Whether a quotation mark here opens a quotation: after a space or an opening sign.
    fn opens(self) -> bool {
        self.before.is_none_or(|before| before.is_whitespace() || "([{«“„‘‹-–—".contains(before))
    }

    /// Whether a capital here is part of a word in capitals.
    fn in_capitals(self) -> bool {
        self.after.is_some_and(char::is_uppercase) || self.before.is_some_and(char::is_uppercase)
    }
}

/// What may stand for `character`, the closest first. Empty text: nothing.
pub(super) fn variants(character: char, surroundings: Surroundings) -> Vec<String> {
    if INVISIBLE.contains(&character) {
        return vec![String::new()];
    }
    if let Some(ascii) = full_width(character) {
        return vec![ascii.to_string()];
    }
    let listed = quotation_mark(character, surroundings).or_else(|| sign(character, surroundings));
    listed.map_or_else(Vec::new, |variants| variants.iter().map(|&variant| variant.to_owned()).collect())
}

/// The ASCII character of a full-width form of East Asian typography.
fn full_width(character: char) -> Option<char> {
    match character {
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(u32::from(character) - 0xFEE0),
        _ => None,
    }
}

/// An opening mark becomes an opening one.
fn quotation_mark(character: char, surroundings: Surroundings) -> Option<&'static [&'static str]> {
    Some(match character {
        '"' if surroundings.opens() => &["“", "«", "„", "″"],
        '"' => &["”", "»", "“", "″"],
        '“' | '‟' => &["\"", "«", "„"],
        '„' => &["“", "\"", "«"],
        '”' => &["\"", "»", "“"],
        '«' => &["“", "\"", "„"],
        '»' => &["”", "\"", "“"],
        '″' | '〃' => &["\"", "”"],
        '‹' => &["‘", "'", "’"],
        '›' => &["’", "'"],
        _ => return None,
    })
}

fn sign(character: char, surroundings: Surroundings) -> Option<&'static [&'static str]> {
    Some(match character {
        // Apostrophes.
        '\'' => &["’", "ʼ", "‘", "′"],
        '’' => &["'", "ʼ", "‘", "′"],
        'ʼ' | '‘' | '‛' | '′' | '`' | '´' | 'ʹ' | 'ˈ' => &["’", "'", "ʼ"],
        // Hyphens and dashes.
        '-' => &["‐", "\u{2011}", "–", "−"],
        '‐' | '\u{2011}' | '‒' | '﹣' => &["-", "‐", "\u{2011}", "–"],
        '–' => &["—", "-", "‐"],
        '—' => &["–", "―", "-", "‐"],
        '―' => &["—", "–", "-"],
        '−' => &["-", "–"],
        // Spaces and line breaks.
        ' ' => &["\u{A0}", "\u{202F}"],
        '\u{A0}' => &["\u{202F}", " "],
        '\u{202F}' | '\u{2007}' | '\u{2009}' => &["\u{A0}", " "],
        '\t' | '\u{2000}'..='\u{2006}' | '\u{2008}' | '\u{200A}' | '\u{205F}' | '\u{3000}' => {
            &[" ", "\u{A0}"]
        }
        '\r' if surroundings.after == Some('\n') => &[""],
        '\r' | '\u{B}' | '\u{C}' | '\u{85}' | '\u{2028}' | '\u{2029}' => &["\n", " "],
        '\n' => &[" ", "\u{A0}"],
        '…' => &["..."],
        // Ligatures.
        'œ' => &["oe"],
        'æ' => &["ae"],
        'Œ' if surroundings.in_capitals() => &["OE"],
        'Œ' => &["Oe"],
        'Æ' if surroundings.in_capitals() => &["AE"],
        'Æ' => &["Ae"],
        'ﬀ' => &["ff"],
        'ﬁ' => &["fi"],
        'ﬂ' => &["fl"],
        'ﬃ' => &["ffi"],
        'ﬄ' => &["ffl"],
        'ﬅ' | 'ﬆ' => &["st"],
        'ĳ' => &["ij"],
        _ => return None,
    })
}
