//! Words and their forms.

/// Grammatical gender; French words use two of the three.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gender {
    /// *il*, *he*.
    Masculine,
    /// *elle*, *she*.
    Feminine,
    /// *it*.
    Neuter,
}

impl Gender {
    /// All of them, in the order of the forms in a [`Paradigm`].
    pub const ALL: [Self; 3] = [Self::Masculine, Self::Feminine, Self::Neuter];

    /// The gender of the partner of a character of this gender, so that *il* and *elle* are never in doubt.
    pub fn other(self) -> Self {
        match self {
            Self::Masculine => Self::Feminine,
            Self::Feminine => Self::Masculine,
            Self::Neuter => Self::Neuter,
        }
    }
}

/// Grammatical number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Number {
    /// One.
    Singular,
    /// Several.
    Plural,
}

/// A word that takes the gender and number of another: determiner, pronoun, adjective, participle.
#[derive(Clone, Debug)]
pub struct Paradigm {
    /// Singular by [`Gender::ALL`].
    pub singular: [String; 3],
    /// Plural by [`Gender::ALL`].
    pub plural: [String; 3],
    /// Singular before a vowel by [`Gender::ALL`], where it differs: *bel*, *cet*, *son* (amie), *an*.
    pub before_vowel: [Option<String>; 3],
}

impl Paradigm {
    /// The form that agrees with `gender` and `number`.
    pub fn form(&self, gender: Gender, number: Number) -> &str {
        match number {
            Number::Singular => &self.singular[gender as usize],
            Number::Plural => &self.plural[gender as usize],
        }
    }

    /// All its forms.
    pub fn forms(&self) -> impl Iterator<Item = &String> {
        self.singular.iter().chain(&self.plural).chain(self.before_vowel.iter().flatten())
    }

    /// The form to use instead before a vowel, where there is one.
    pub fn form_before_vowel(&self, gender: Gender, number: Number) -> Option<&str> {
        match number {
            Number::Singular => self.before_vowel[gender as usize].as_deref(),
            Number::Plural => None,
        }
    }
}

/// A noun or a name.
#[derive(Clone, Debug)]
pub struct Noun {
    /// `None` where the word itself does not say: an English *fox* is a he or a she.
    pub gender: Option<Gender>,
    /// One.
    pub singular: String,
    /// Several.
    pub plural: String,
}

/// An adjective or participle.
#[derive(Clone, Debug)]
pub struct Adjective {
    /// Its forms.
    pub paradigm: Paradigm,
    /// Whether it stands before its noun.
    pub stands_before: bool,
}

/// Tense and mood of a verb slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tense {
    /// *chanter*, *sing*.
    Infinitive,
    /// *chante*, *sings*.
    Present,
    /// *chantait*; in English the same as [`Tense::Past`].
    Imperfect,
    /// *a chanté*, *est allée*; *sang*.
    Past,
    /// *chantera*, *will sing*.
    Future,
    /// *chanté*, *sung*.
    Participle,
}

/// A form of a verb: the part before a participle that agrees, and that participle.
#[derive(Clone, Debug, Default)]
pub struct VerbForm {
    /// *est*, *s'est*; empty for a bare participle.
    pub invariable: String,
    /// Present for tenses built with *être*.
    pub agreeing: Option<Paradigm>,
}

/// A verb with whatever completes it: *jouer de la flûte*.
#[derive(Clone, Debug)]
pub struct Verb {
    /// By [`Tense`], then by person: *je tu il nous vous ils*.
    pub forms: [[VerbForm; 6]; 6],
    /// What follows the conjugated word, or nothing.
    pub complement: String,
}

/// Any word of a class.
#[derive(Clone, Debug)]
pub enum Word {
    /// See [`Noun`].
    Noun(Noun),
    /// See [`Adjective`].
    Adjective(Adjective),
    /// See [`Verb`].
    Verb(Box<Verb>),
}
