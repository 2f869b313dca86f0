//! `config.json` and `generation_config.json`: our model as a `Qwen3ForCausalLM`.
//!
//! The rotary base and the type of the numbers are there in two notations, those of `transformers` 4
//! (`rope_theta`, `torch_dtype`) and of `transformers` 5 (`rope_parameters`, `dtype`).

use serde_json::{Value, json};

use super::compare::{check_same, shown};
use super::{CONFIG, unreadable};
use crate::config::{ModelConfig, Position, SamplingConfig};
use crate::error::{Error, Result};
use crate::model::{NORM_EPSILON, ROPE_BASE};
use crate::tokenizer::SpecialToken;

/// The one that begins and ends a document.
const END: u32 = SpecialToken::EndOfText.id();

/// What of the configuration does not change what a trained model computes, or is checked elsewhere: it may
/// be anything.
const FREE: &[&str] = &[
    "architectures",
    "attention_dropout",
    "bos_token_id",
    "dtype",
    "eos_token_id",
    "initializer_range",
    "max_window_layers",
    "pad_token_id",
    "torch_dtype",
    "transformers_version",
    "use_cache",
    // Of no effect where `use_sliding_window` is off.
    "sliding_window",
    // In two notations: see `check_rope`.
    "rope_parameters",
    "rope_scaling",
    "rope_theta",
];

/// What a configuration says.
pub(super) struct Qwen3 {
    pub config: ModelConfig,
    pub vocab_size: usize,
    pub is_of_documents: bool,
}

/// The token that a text begins with, if with any.
fn beginning(is_of_documents: bool) -> Option<u32> {
    is_of_documents.then_some(END)
}

/// # Errors
/// [`Error::PositionNotExportable`].
pub(super) fn config(config: &ModelConfig, vocab_size: usize, is_of_documents: bool) -> Result<Value> {
    if config.position != Position::Rotary {
        return Err(Error::PositionNotExportable { position: config.position });
    }
    Ok(json!({
        "architectures": ["Qwen3ForCausalLM"],
        "model_type": "qwen3",
        "vocab_size": vocab_size,
        "hidden_size": config.n_embd,
        "intermediate_size": config.intermediate_size(),
        "num_hidden_layers": config.n_layer,
        "num_attention_heads": config.n_head,
        "num_key_value_heads": config.n_head,
        "head_dim": config.head_dim(),
        "hidden_act": "silu",
        "max_position_embeddings": config.block_size,
        "rms_norm_eps": NORM_EPSILON,
        "tie_word_embeddings": true,
        "attention_bias": false,
        "attention_dropout": 0.0,
        "use_sliding_window": false,
        "use_cache": true,
        "rope_theta": ROPE_BASE,
        "rope_parameters": {"rope_type": "default", "rope_theta": ROPE_BASE},
        "bos_token_id": beginning(is_of_documents),
        "eos_token_id": END,
        "pad_token_id": END,
        "torch_dtype": "float32",
        "dtype": "float32",
    }))
}

/// How the model writes unless it is told otherwise: as our own sampler does, and no further than its
/// context.
pub(super) fn generation(config: &ModelConfig, is_of_documents: bool) -> Value {
    let SamplingConfig { temperature, top_k, top_p, .. } = SamplingConfig::default();
    json!({
        "do_sample": true,
        "temperature": temperature,
        "top_k": top_k,
        "top_p": top_p,
        "max_length": config.block_size,
        "bos_token_id": beginning(is_of_documents),
        "eos_token_id": END,
        "pad_token_id": END,
    })
}

/// Reads the configuration of a model that this program has.
///
/// # Errors
/// [`Error::FolderUnreadable`] where a size is missing or no number; [`Error::FolderUnsupported`] with the
/// first entry that this program would not have written; what [`ModelConfig::validate`] refuses.
pub(super) fn read(json: &Value) -> Result<Qwen3> {
    let Value::Object(entries) = json else {
        return Err(unreadable(CONFIG, "it is no JSON object"));
    };
    let architecture = json!({"model_type": "qwen3"});
    check_same(CONFIG, &architecture, &json!({"model_type": json["model_type"]}))?;
    let size = |name: &str| {
        let number = json[name].as_u64().and_then(|number| u32::try_from(number).ok());
        number.map(|number| number as usize).ok_or_else(|| unreadable(CONFIG, format!("{name} is no size")))
    };
    let sizes = ModelConfig {
        n_layer: size("num_hidden_layers")?,
        n_head: size("num_attention_heads")?,
        n_embd: size("hidden_size")?,
        block_size: size("max_position_embeddings")?,
        position: Position::Rotary,
    };
    let vocab_size = size("vocab_size")?;
    sizes.validate()?;
    check_rope(json)?;
    let is_of_documents = json["bos_token_id"].as_u64() == Some(END.into());
    let mut expected = config(&sizes, vocab_size, is_of_documents)?;
    let mut given = Value::Object(entries.clone());
    for entries in [&mut expected, &mut given].into_iter().filter_map(Value::as_object_mut) {
        entries.retain(|name, _| !FREE.contains(&name.as_str()));
    }
    // What `transformers` takes where nothing is said.
    let layers = vec!["full_attention"; sizes.n_layer];
    expected["layer_types"] = layers.clone().into();
    if let Some(entries) = given.as_object_mut() {
        entries.entry("hidden_act").or_insert_with(|| "silu".into());
        entries.entry("layer_types").or_insert_with(|| layers.into());
    }
    check_same(CONFIG, &expected, &given)?;
    Ok(Qwen3 { config: sizes, vocab_size, is_of_documents })
}

/// Rotary positions without any scaling and of our base, in either notation.
///
/// # Errors
/// [`Error::FolderUnsupported`].
fn check_rope(json: &Value) -> Result<()> {
    let parameters = &json["rope_parameters"];
    let bases = [&json["rope_theta"], &parameters["rope_theta"]];
    if bases.iter().all(|base| base.is_null()) {
        return Err(unsupported("rope_theta", &Value::Null, ROPE_BASE));
    }
    if let Some(base) = bases.into_iter().find(|base| !base.is_null() && base.as_f64() != Some(ROPE_BASE)) {
        return Err(unsupported("rope_theta", base, ROPE_BASE));
    }
    let default = json!({"rope_type": "default", "rope_theta": ROPE_BASE});
    for (name, given) in [("rope_parameters", parameters), ("rope_scaling", &json["rope_scaling"])] {
        let mut given = given.clone();
        if let (Some(entries), Some(all)) = (given.as_object_mut(), default.as_object()) {
            all.iter().for_each(|(key, value)| {
                entries.entry(key.clone()).or_insert_with(|| value.clone());
            });
            check_same(CONFIG, &json!({name: default}), &json!({name: given}))?;
        } else if !given.is_null() {
            return Err(unsupported(name, &given, "an object"));
        }
    }
    Ok(())
}

fn unsupported(what: &str, value: &Value, needed: impl ToString) -> Error {
    let (what, needed) = (what.to_owned(), needed.to_string());
    Error::FolderUnsupported { file: CONFIG, what, value: shown(value), needed }
}
