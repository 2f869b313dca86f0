//! A tokenizer taken apart, as a checkpoint stores it.

use serde::{Deserialize, Serialize};

/// All that a tokenizer consists of; the special tokens are the same in every one.
///
/// As JSON: `{"kind":"chars","characters":"…"}` or `{"kind":"bpe","characters":"…","merges":[[l,r],…]}`.
/// Merges are pairs of ids, not of spellings, since a token may hold a space.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
#[serde(tag = "kind", rename_all = "lowercase", deny_unknown_fields)]
pub enum TokenizerParts {
    /// One token a character.
    Chars {
        /// Each once, in code point order.
        characters: String,
    },
    /// Byte-pair encoding.
    Bpe {
        /// The characters that are tokens of their own, each once, in code point order.
        characters: String,
        /// The merges in the order in which they were learned, as ids of their left and right token.
        merges: Vec<(u32, u32)>,
    },
}
