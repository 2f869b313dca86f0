//! `tokenizer.json` and `tokenizer_config.json`: our tokenizers in terms of the library `tokenizers`.
//!
//! Characters become a `WordLevel` model after a split between all characters: like ours, it refuses a
//! character that it does not know. Byte pairs become a `BPE` model with single bytes for unknown characters,
//! after a split into the same pieces as ours. Nothing is normalised. Two things differ: `tokenizers` takes
//! the name of a special token within a text for that token, and ours reads it as any other text; and of a
//! character that a model has torn it shows every byte as U+FFFD.

use std::collections::HashSet;

use serde_json::{Map, Value, json};

use super::compare::{check_same, shown};
use super::{TOKENIZER, parse, unreadable};
use crate::config::ModelConfig;
use crate::error::{Error, Result};
use crate::tokenizer::{PIECE_PATTERN, SpecialToken, Tokenizer, TokenizerParts};

/// Bytes of the longest file that is read.
const MAX_BYTES: usize = 4_000_000;

/// How many commas and opening brackets it may have: a token has one, a merge three. Four times as many
/// tokens as the page offers; with more, the file's values would take much more memory than the file.
const MAX_VALUES: usize = 66_000;

/// How a token of a single byte is called.
fn byte_name(byte: u8) -> String {
    format!("<0x{byte:02X}>")
}

/// The name of each token, by id.
///
/// # Errors
/// [`Error::TokenizerInvalid`] where two have one name.
fn names(tokenizer: &Tokenizer) -> Result<Vec<String>> {
    // Before it there are special tokens, which have no bytes, and single bytes.
    let after_bytes = match tokenizer {
        Tokenizer::Chars(_) => 0,
        Tokenizer::Bpe(tokenizer) => tokenizer.first_character(),
    };
    let names: Vec<String> = (0..tokenizer.vocab_size())
        .map(|id| match tokenizer.token_bytes(id as u32) {
            &[byte] if id < after_bytes => byte_name(byte),
            _ => tokenizer.label(id as u32),
        })
        .collect();
    if names.iter().collect::<HashSet<_>>().len() < names.len() {
        return Err(Error::TokenizerInvalid { reason: "two of its tokens would have one name elsewhere" });
    }
    Ok(names)
}

/// # Errors
/// [`Error::TokenizerInvalid`] where two tokens would have one name.
pub(super) fn tokenizer(tokenizer: &Tokenizer) -> Result<Value> {
    let names = names(tokenizer)?;
    let vocab: Map<String, Value> = names.iter().cloned().zip((0..).map(|id: u32| id.into())).collect();
    let (pattern, decoder, model) = match tokenizer {
        Tokenizer::Chars(_) => (
            r"[\s\S]",
            json!({"type": "Fuse"}),
            // The library refuses what it does not know where this token is not there either.
            json!({"type": "WordLevel", "vocab": vocab, "unk_token": "<unk>"}),
        ),
        Tokenizer::Bpe(bpe) => {
            let name = |id: u32| names.get(id as usize).map(String::as_str);
            let merges: Vec<Value> =
                bpe.merges().iter().map(|&(left, right)| json!([name(left), name(right)])).collect();
            let decoders = json!([{"type": "ByteFallback"}, {"type": "Fuse"}]);
            (
                PIECE_PATTERN,
                json!({"type": "Sequence", "decoders": decoders}),
                json!({"type": "BPE", "byte_fallback": true, "vocab": vocab, "merges": merges}),
            )
        }
    };
    let mut json = json!({
        "version": "1.0",
        "added_tokens": SpecialToken::ALL.map(added_token),
        "pre_tokenizer": {
            "type": "Split",
            "pattern": {"Regex": pattern},
            "behavior": "Isolated",
            "invert": false,
        },
        "decoder": decoder,
        "model": model,
    });
    // The library wants these to be there, even where there are none.
    for part in ["truncation", "padding", "normalizer", "post_processor"] {
        json[part] = Value::Null;
    }
    Ok(json)
}

fn added_token(token: SpecialToken) -> Value {
    json!({
        "id": token.id(),
        "content": token.text(),
        "single_word": false,
        "lstrip": false,
        "rstrip": false,
        "normalized": false,
        "special": true,
    })
}

/// What `transformers` has to know besides.
pub(super) fn tokenizer_config(config: &ModelConfig, is_of_documents: bool) -> Value {
    let end = SpecialToken::EndOfText.text();
    json!({
        "tokenizer_class": "PreTrainedTokenizerFast",
        "bos_token": is_of_documents.then_some(end),
        "eos_token": end,
        "pad_token": end,
        "model_max_length": config.block_size,
        // What a Qwen3 takes: without this there would be token types, too.
        "model_input_names": ["input_ids", "attention_mask"],
        // Or spaces before punctuation would disappear.
        "clean_up_tokenization_spaces": false,
    })
}

/// The tokenizer of a `tokenizer.json`.
///
/// # Errors
/// [`Error::FolderUnreadable`], [`Error::FolderUnsupported`], [`Error::TokenizerInvalid`],
/// [`Error::AlphabetTooLarge`].
pub(super) fn read(bytes: &[u8]) -> Result<Tokenizer> {
    let values = bytes.iter().filter(|byte| b",[{".contains(byte)).count();
    if bytes.len() > MAX_BYTES || values > MAX_VALUES {
        return Err(unreadable(TOKENIZER, "it is too long"));
    }
    let mut given = parse(TOKENIZER, bytes)?;
    let read = Tokenizer::from_parts(parts(&given["model"])?)?;
    if is_plain_template(&given["post_processor"]) {
        given["post_processor"] = Value::Null;
    }
    check_same(TOKENIZER, &tokenizer(&read)?, &given)?;
    Ok(read)
}

/// What a model's vocabulary and merges are made of. Whether the rest of it is ours is not looked at.
fn parts(model: &Value) -> Result<TokenizerParts> {
    let Some(vocab) = model["vocab"].as_object() else {
        return Err(unreadable(TOKENIZER, "it has no vocabulary"));
    };
    if !ids_are_complete(vocab) {
        return Err(unreadable(TOKENIZER, "its ids are not 0, 1, 2 and so on"));
    }
    let mut characters: Vec<char> = vocab.keys().filter_map(|name| only_char(name)).collect();
    characters.sort_unstable();
    let characters = characters.into_iter().collect();
    match model["type"].as_str() {
        Some("WordLevel") => Ok(TokenizerParts::Chars { characters }),
        Some("BPE") => Ok(TokenizerParts::Bpe { characters, merges: merges(vocab, &model["merges"])? }),
        _ => Err(Error::FolderUnsupported {
            file: TOKENIZER,
            what: "model.type".into(),
            value: shown(&model["type"]),
            needed: "WordLevel, BPE".into(),
        }),
    }
}

/// Whether each id below the number of tokens is one token's.
fn ids_are_complete(vocab: &Map<String, Value>) -> bool {
    let ids: HashSet<u64> = vocab.values().filter_map(Value::as_u64).collect();
    ids.len() == vocab.len() && ids.iter().all(|&id| id < vocab.len() as u64)
}

/// The character that is all of a text.
fn only_char(text: &str) -> Option<char> {
    let mut characters = text.chars();
    characters.next().filter(|_| characters.as_str().is_empty())
}

/// The merges as pairs of ids. Each must make the token that the vocabulary has in its place: so the tokens
/// that are built from them are no longer than the file.
fn merges(vocab: &Map<String, Value>, merges: &Value) -> Result<Vec<(u32, u32)>> {
    let Some(merges) = merges.as_array() else {
        return Err(unreadable(TOKENIZER, "it has no merges"));
    };
    let id = |name: &str| vocab.get(name).and_then(Value::as_u64).and_then(|id| u32::try_from(id).ok());
    let first = vocab.len().saturating_sub(merges.len());
    let pair = |index: usize, merge: &Value| {
        let [left, right] = merge.as_array()?.as_slice() else { return None };
        let (left, right) = (left.as_str()?, right.as_str()?);
        let made = id(&[left, right].concat())?;
        (made as usize == first + index).then_some((id(left)?, id(right)?))
    };
    let pairs = merges.iter().enumerate().map(|(index, merge)| {
        pair(index, merge).ok_or_else(|| unreadable(TOKENIZER, format!("merge {index} makes no token")))
    });
    pairs.collect()
}

/// Whether a post-processor adds nothing to a text: `transformers` writes it so where there is none.
fn is_plain_template(processor: &Value) -> bool {
    let text = |id: &str, type_id: u32| json!({"Sequence": {"id": id, "type_id": type_id}});
    let plain = json!({
        "type": "TemplateProcessing",
        "single": [text("A", 0)],
        "pair": [text("A", 0), text("B", 1)],
        "special_tokens": {},
    });
    check_same(TOKENIZER, &plain, processor).is_ok()
}
