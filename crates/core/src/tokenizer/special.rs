//! Tokens that stand for no text: they tell a model where texts and the turns of a dialogue begin and end.

/// A token that no text spells. All four have the same ids in every vocabulary.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SpecialToken {
    /// The end of a document.
    EndOfText,
    /// The beginning of what a person says in a dialogue.
    User,
    /// The beginning of what the model says in a dialogue.
    Assistant,
    /// The end of what either says.
    End,
}

impl SpecialToken {
    /// All of them, in the order of their ids.
    pub const ALL: [Self; 4] = [Self::EndOfText, Self::User, Self::Assistant, Self::End];

    /// Its id: 0 to 3.
    #[must_use]
    pub const fn id(self) -> u32 {
        self as u32
    }

    /// Its name, such as `<|endoftext|>`. A text that holds these characters is not encoded as this token.
    #[must_use]
    pub const fn text(self) -> &'static str {
        match self {
            Self::EndOfText => "<|endoftext|>",
            Self::User => "<|user|>",
            Self::Assistant => "<|assistant|>",
            Self::End => "<|end|>",
        }
    }

    /// The special token of this id, if it is one's.
    #[must_use]
    pub fn of(id: u32) -> Option<Self> {
        Self::ALL.get(id as usize).copied()
    }
}
