//! Documents as one text, and where it may be cut.

use core::cmp::Reverse;
use core::ops::Range;

use crate::tokenizer::Passage;

/// Documents, one after the other. A position is a number of bytes from the beginning of the first.
#[derive(Debug)]
pub(super) struct Documents<'t> {
    documents: Vec<&'t str>,
    /// Where each ends.
    ends: Vec<usize>,
    /// Whether the end of each is a token.
    separated: bool,
}

impl<'t> Documents<'t> {
    pub fn new(documents: Vec<&'t str>, separated: bool) -> Self {
        let mut end = 0;
        let ends = documents.iter().map(|document| {
            end += document.len();
            end
        });
        Self { ends: ends.collect(), documents, separated }
    }

    pub fn bytes(&self) -> usize {
        self.ends.last().copied().unwrap_or_default()
    }

    /// What is between two positions. A document that ends there is followed by its end.
    pub fn passages(&self, range: Range<usize>) -> Vec<Passage<'t>> {
        let mut passages = Vec::new();
        let first = self.ends.partition_point(|&end| end <= range.start);
        for (&document, &end) in self.documents.iter().zip(&self.ends).skip(first) {
            let start = end - document.len();
            if start >= range.end {
                break;
            }
            let within = range.start.max(start) - start..range.end.min(end) - start;
            let text = document.get(within).unwrap_or_default();
            passages.push(Passage { text, ends: self.separated && range.end >= end });
        }
        passages
    }

    /// The document in which a position is, and where that begins.
    fn at(&self, position: usize) -> (&'t str, usize) {
        let index = self.ends.partition_point(|&end| end <= position);
        let document = self.documents.get(index).copied().unwrap_or_default();
        let start = self.ends.get(index).map_or(self.bytes(), |end| end - document.len());
        (document, start)
    }
}

/// The best position to cut a text at, at most `near` bytes from `position`.
pub(super) fn border(documents: &Documents<'_>, position: usize, near: usize) -> usize {
    let (document, start) = documents.at(position);
    let end = start + document.len();
    let ends = [start, end].into_iter().filter(|border| border.abs_diff(position) <= near);
    if let Some(border) = ends.min_by_key(|border| border.abs_diff(position)) {
        return border;
    }
    let local = position - start;
    let range =
        document.floor_char_boundary(local.saturating_sub(near))..document.floor_char_boundary(local + near);
    let candidates = document.get(range.clone()).unwrap_or_default().char_indices();
    let candidates = candidates.map(|(at, _)| range.start + at).filter(|&at| at > 0);
    let best = candidates.max_by_key(|&at| (Cut::of(document, at), Reverse(at.abs_diff(local))));
    start + best.unwrap_or_else(|| document.floor_char_boundary(local))
}

/// How good it is to cut between two characters, the best last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Cut {
    WithinAWord,
    BeforeASpace,
    AfterASentence,
    AfterALine,
    AfterABlankLine,
}

impl Cut {
    fn of(document: &str, at: usize) -> Self {
        let (before, after) = document.split_at(at);
        let next = after.chars().next();
        match before.chars().next_back() {
            _ if next == Some('\n') => Self::WithinAWord,
            Some('\n') if before.ends_with("\n\n") || before.ends_with("\n\r\n") => Self::AfterABlankLine,
            Some('\n') => Self::AfterALine,
            // A word carries the space before it, so a cut is before the space.
            Some('.' | '!' | '?' | '…' | '。' | '！' | '？') if next.is_none_or(char::is_whitespace) => {
                Self::AfterASentence
            }
            Some('。' | '！' | '？') => Self::AfterASentence,
            _ if next.is_some_and(char::is_whitespace) => Self::BeforeASpace,
            _ => Self::WithinAWord,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(text: &str, position: usize, near: usize) -> (&str, &str) {
        text.split_at(border(&Documents::new(vec![text], false), position, near))
    }

    #[test]
    fn a_cut_is_at_the_best_border_near() {
        let text = "Un train. Il part.\nIl siffle.\n\nIl arrive. Voilà.";
        assert_eq!(cut(text, 22, 12), ("Un train. Il part.\nIl siffle.\n\n", "Il arrive. Voilà."));
        assert_eq!(cut(text, 17, 4), ("Un train. Il part.\n", "Il siffle.\n\nIl arrive. Voilà."));
        assert_eq!(cut(text, 8, 2), ("Un train.", " Il part.\nIl siffle.\n\nIl arrive. Voilà."));
        assert_eq!(cut(text, 4, 2), ("Un", " train. Il part.\nIl siffle.\n\nIl arrive. Voilà."));
        // Within à, which has two bytes.
        assert_eq!(cut(text, text.len() - 2, 0), (&text[..text.len() - 3], "à."));
    }

    #[test]
    fn the_end_of_a_document_is_best() {
        let documents = Documents::new(vec!["Un.\n\nDeux.", "Trois.\n\nQuatre."], true);
        assert_eq!(border(&documents, 8, 4), 10);
        assert_eq!(border(&documents, 12, 3), 10);
        let passage = |text, ends| Passage { text, ends };
        assert_eq!(documents.passages(0..10), [passage("Un.\n\nDeux.", true)]);
        assert_eq!(documents.passages(5..16), [passage("Deux.", true), passage("Trois.", false)]);
        assert_eq!(documents.passages(10..25), [passage("Trois.\n\nQuatre.", true)]);
        assert_eq!(documents.passages(10..10), []);
    }
}
