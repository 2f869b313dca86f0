//! The data files as lines: comments and blank lines are dropped, every line keeps its number for error
//! messages.

use super::error::{DataError, Result};

/// What a data file holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Nouns and proper names, in classes.
    Nouns,
    /// Adjectives and participles, in classes.
    Adjectives,
    /// Verbs, in classes.
    Verbs,
    /// Determiners and pronouns.
    Tools,
    /// What neighbouring words do to each other.
    Sandhi,
    /// Who and what a story speaks of.
    Roles,
    /// Named rules, each with its alternatives.
    Rules,
    /// The story skeletons.
    Tales,
}

/// One data file.
#[derive(Clone, Copy, Debug)]
pub struct Source<'a> {
    /// Name for error messages.
    pub file: &'a str,
    /// What the file holds.
    pub kind: Kind,
    /// Its content.
    pub text: &'a str,
}

/// A line that says something.
#[derive(Clone, Copy, Debug)]
pub(super) struct Line<'a> {
    file: &'a str,
    number: usize,
    /// Whether the line belongs to the heading above it.
    pub indented: bool,
    /// The line without surrounding spaces.
    pub text: &'a str,
}

impl<'a> Source<'a> {
    /// The lines that are neither blank nor comments.
    pub(super) fn lines(&self) -> impl Iterator<Item = Line<'a>> + use<'a> {
        let file = self.file;
        self.text.lines().enumerate().filter_map(move |(index, line)| {
            let text = line.trim();
            let says_something = !text.is_empty() && !text.starts_with('#');
            let indented = line.starts_with(char::is_whitespace);
            says_something.then_some(Line { file, number: index + 1, indented, text })
        })
    }
}

impl Line<'_> {
    /// An error at this line.
    pub fn error(&self, message: impl Into<String>) -> DataError {
        DataError { file: self.file.to_owned(), line: self.number, message: message.into() }
    }

    /// The class that a heading `= name` opens, with what follows the name.
    pub fn heading(&self) -> Option<&str> {
        self.text.strip_prefix('=').map(str::trim)
    }

    /// Fails unless `condition` holds.
    pub fn ensure(&self, condition: bool, message: impl FnOnce() -> String) -> Result<()> {
        if condition { Ok(()) } else { Err(self.error(message())) }
    }
}
