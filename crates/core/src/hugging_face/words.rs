//! The words of a model card, in French and in English.

use super::facts::CardLanguage;

/// All that a card says but its figures.
pub(super) struct Words {
    pub untitled: &'static str,
    /// What kind of model it is, and what it is not.
    pub about: &'static str,
    /// The same of a model that began with the weights of a file.
    pub about_continued: &'static str,
    /// Heads of the table's columns: figure, value, origin.
    pub columns: [&'static str; 3],
    pub measured: &'static str,
    /// Followed by what it was derived from.
    pub derived: &'static str,
    pub given: &'static str,
    pub missing: &'static str,
    pub text: &'static str,
    pub fingerprint: &'static str,
    pub characters: &'static str,
    pub tokenizer: &'static str,
    pub letters: &'static str,
    pub pieces: &'static str,
    pub vocabulary: &'static str,
    pub characters_per_token: &'static str,
    pub parameters: &'static str,
    pub parameters_from: &'static str,
    pub shape: &'static str,
    /// After numbers: blocks, heads, width, context.
    pub shape_units: [&'static str; 4],
    pub steps: &'static str,
    pub tokens: &'static str,
    pub seed: &'static str,
    pub seconds: &'static str,
    pub training_loss: &'static str,
    pub validation_loss: &'static str,
    /// After a number.
    pub examples: &'static str,
    pub bits: &'static str,
    pub bits_from: &'static str,
    pub tales: &'static str,
    /// Between two numbers, and before the temperature.
    pub of: &'static str,
    pub temperature: &'static str,
    pub use_title: &'static str,
    pub prompt: &'static str,
    pub limits_title: &'static str,
    /// Of letters alone.
    pub unknown_letters: &'static str,
    /// Before and after the length of the context.
    pub context: [&'static str; 2],
    pub document: &'static str,
    pub special: &'static str,
    pub decimal: &'static str,
    pub thousands: &'static str,
}

pub(super) fn words(language: CardLanguage) -> &'static Words {
    match language {
        CardLanguage::French => &FRENCH,
        CardLanguage::English => &ENGLISH,
    }
}

const FRENCH: Words = Words {
    untitled: "Un petit modèle",
    about: "Un très petit modèle de langue, entraîné à partir de rien dans un navigateur avec Petit Train. \
            Son architecture est celle de Qwen3\u{A0}; ses poids ne viennent d’aucun autre modèle. Il ne \
            sait que ce que dit son texte, ne comprend pas les questions et invente sans le savoir.",
    about_continued: "Un très petit modèle de langue, repris dans un navigateur avec Petit Train à partir \
                      des poids d’un fichier. Son architecture est celle de Qwen3. Il ne sait que ce que \
                      disaient ses textes, ne comprend pas les questions et invente sans le savoir.",
    columns: ["Chiffre", "Valeur", "Origine"],
    measured: "mesuré",
    derived: "déduit",
    given: "choisi",
    missing: "manquant",
    text: "Texte d’entraînement",
    fingerprint: "Empreinte du texte",
    characters: "Caractères du texte",
    tokenizer: "Découpage du texte",
    letters: "lettres",
    pieces: "morceaux de mots (paires d’octets)",
    vocabulary: "Vocabulaire, en jetons",
    characters_per_token: "Caractères par jeton, sur la partie de validation",
    parameters: "Paramètres",
    parameters_from: "des tailles du modèle",
    shape: "Tailles",
    shape_units: ["blocs", "têtes", "de large", "jetons de contexte"],
    steps: "Pas d’entraînement",
    tokens: "Jetons lus",
    seed: "Graine",
    seconds: "Durée de l’entraînement, en secondes",
    training_loss: "Perte d’entraînement, en nats par jeton",
    validation_loss: "Perte de validation, en nats par jeton",
    examples: "extraits",
    bits: "Bits par caractère, validation",
    bits_from: "de la perte et des caractères par jeton",
    tales: "Contes sans faute",
    of: "sur",
    temperature: "température",
    use_title: "S’en servir",
    prompt: "Il était une fois",
    limits_title: "Ce qu’il faut savoir",
    unknown_letters: "Le découpage refuse les lettres que le texte d’entraînement n’a pas.",
    context: ["Le modèle ne voit que", "jetons à la fois\u{A0}: au-delà, ce qu’il écrit n’a plus de sens."],
    document: "Chaque document commence et finit par `<|endoftext|>`\u{A0}; le découpage ne l’ajoute pas de \
               lui-même.",
    special: "Petit Train lit `<|endoftext|>` écrit dans un texte comme des lettres, `tokenizers` comme le \
              jeton spécial.",
    decimal: ",",
    thousands: "\u{202F}",
};

const ENGLISH: Words = Words {
    untitled: "A small model",
    about: "A very small language model, trained from nothing in a browser with Petit Train. Its \
            architecture is Qwen3's; its weights come from no other model. It knows only what its text says, \
            understands no question, and makes things up without knowing it.",
    about_continued: "A very small language model, taken up in a browser with Petit Train from the \
                      weights of a file. Its architecture is Qwen3's. It knows only what its texts said, \
                      understands no question, and makes things up without knowing it.",
    columns: ["Figure", "Value", "Origin"],
    measured: "measured",
    derived: "derived",
    given: "chosen",
    missing: "missing",
    text: "Training text",
    fingerprint: "Fingerprint of the text",
    characters: "Characters of the text",
    tokenizer: "Tokenizer",
    letters: "characters",
    pieces: "byte pairs",
    vocabulary: "Vocabulary, in tokens",
    characters_per_token: "Characters per token, on the validation part",
    parameters: "Parameters",
    parameters_from: "from the model's sizes",
    shape: "Sizes",
    shape_units: ["blocks", "heads", "wide", "tokens of context"],
    steps: "Training steps",
    tokens: "Tokens read",
    seed: "Seed",
    seconds: "Time of training, in seconds",
    training_loss: "Training loss, in nats per token",
    validation_loss: "Validation loss, in nats per token",
    examples: "excerpts",
    bits: "Bits per character, validation",
    bits_from: "from the loss and the characters per token",
    tales: "Tales without a mistake",
    of: "of",
    temperature: "temperature",
    use_title: "Using it",
    prompt: "Once upon a time",
    limits_title: "What to know",
    unknown_letters: "The tokenizer refuses characters that the training text does not have.",
    context: ["The model sees only", "tokens at a time: beyond, what it writes makes no sense."],
    document: "Each document begins and ends with `<|endoftext|>`; the tokenizer does not add it by itself.",
    special: "Petit Train reads `<|endoftext|>` in a text as characters, `tokenizers` as the special token.",
    decimal: ".",
    thousands: ",",
};
