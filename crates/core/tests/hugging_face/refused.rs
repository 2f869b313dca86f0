//! Configurations and tokenizers that this program cannot hold are refused by name.

use petit_train_core::error::Error;
use serde_json::{Value, json};

use crate::folder::{CONFIG, Folder, TOKENIZER, WEIGHTS, characters, mismatch, unreadable, unsupported};

fn byte_pairs() -> Folder {
    Folder::samples().swap_remove(1)
}

#[test]
fn files_that_are_missing_or_there_twice_are_named() {
    for name in [CONFIG, TOKENIZER, WEIGHTS] {
        let mut folder = characters();
        let at = folder.0.iter().position(|file| file.0 == name).unwrap();
        let file = folder.0.remove(at);
        assert_eq!(unreadable(&folder, name), "it is missing");
        folder.0.extend([file.clone(), file]);
        assert_eq!(unreadable(&folder, name), "it is there twice");
    }
}

#[test]
fn another_architecture_is_named() {
    let folder = characters();
    for (name, value, what) in [
        ("model_type", json!("llama"), "model_type"),
        ("model_type", json!(null), "model_type"),
        ("hidden_act", json!("gelu"), "hidden_act"),
        ("tie_word_embeddings", json!(false), "tie_word_embeddings"),
        ("attention_bias", json!(true), "attention_bias"),
        ("num_key_value_heads", json!(1), "num_key_value_heads"),
        ("head_dim", json!(16), "head_dim"),
        ("intermediate_size", json!(64), "intermediate_size"),
        ("rms_norm_eps", json!(1e-6), "rms_norm_eps"),
        ("use_sliding_window", json!(true), "use_sliding_window"),
        ("layer_types", json!(["full_attention", "sliding_attention"]), "layer_types.1"),
        ("rope_theta", json!(500_000.0), "rope_theta"),
        ("rope_theta", json!("10000"), "rope_theta"),
        ("rope_scaling", json!({"rope_type": "yarn", "factor": 4.0}), "rope_scaling.rope_type"),
        ("rope_parameters", json!({"rope_type": "linear", "factor": 2.0}), "rope_parameters.rope_type"),
        ("rope_parameters", json!({"factor": 2.0}), "rope_parameters.factor"),
        ("rope_parameters", json!([1]), "rope_parameters"),
        ("quantization_config", json!({"quant_method": "fp8"}), "quantization_config"),
    ] {
        let other = folder.with_json(CONFIG, |config| config[name] = value.clone());
        assert_eq!(unsupported(&other, CONFIG), what, "{name}: {value}");
    }
    let silent = folder.with_json(CONFIG, |config| {
        config.as_object_mut().unwrap().retain(|name, _| !name.starts_with("rope"));
    });
    assert_eq!(unsupported(&silent, CONFIG), "rope_theta");
}

#[test]
fn what_libraries_leave_out_or_add_is_no_reason() {
    let folder = characters();
    let saved = folder.with_json(CONFIG, |config| {
        let entries = config.as_object_mut().unwrap();
        for name in
            ["hidden_act", "attention_bias", "use_sliding_window", "rope_theta", "dtype", "torch_dtype"]
        {
            entries.remove(name);
        }
        config["transformers_version"] = json!("5.0.0");
        config["layer_types"] = json!(["full_attention", "full_attention"]);
        config["rope_scaling"] = Value::Null;
    });
    assert!(saved.import().is_ok());
    let older = folder.with_json(CONFIG, |config| config["rope_parameters"] = Value::Null);
    assert!(older.import().is_ok());
}

#[test]
fn impossible_sizes_are_named() {
    let folder = characters();
    for name in
        ["hidden_size", "num_hidden_layers", "num_attention_heads", "max_position_embeddings", "vocab_size"]
    {
        for bad in [json!(null), json!(-1), json!(1.5), json!("16"), json!(1u64 << 40), json!([])] {
            let other = folder.with_json(CONFIG, |config| config[name] = bad);
            assert_eq!(unreadable(&other, CONFIG), format!("{name} is no size"));
        }
        let other = folder.with_json(CONFIG, |config| config[name] = json!(4_000_000_000u32));
        let refused = other.refusal();
        match name {
            "vocab_size" => assert_eq!(refused, mismatch("vocab_size")),
            _ => assert!(matches!(refused, Error::SettingOutOfRange { .. }), "{refused:?}"),
        }
    }
    let odd = folder.with_json(CONFIG, |config| config["num_attention_heads"] = json!(3));
    assert_eq!(odd.refusal(), Error::HeadsDoNotDivide { n_embd: 16, n_head: 3 });
    let deeper = folder.with_json(CONFIG, |config| config["num_hidden_layers"] = json!(3));
    assert_eq!(deeper.refusal(), mismatch("model.layers.2.input_layernorm.weight"));
    let shallower = folder.with_json(CONFIG, |config| config["num_hidden_layers"] = json!(1));
    assert!(matches!(&shallower.refusal(), Error::CheckpointMismatch { what } if what.contains("layers.1.")));
    let long = folder.with(CONFIG, " ".repeat(100_000));
    assert_eq!(unreadable(&long, CONFIG), "it is too long");
}

#[test]
fn another_tokenizer_is_named() {
    let folder = byte_pairs();
    for (pointer, value, what) in [
        ("/model/type", json!("Unigram"), "model.type"),
        ("/model/byte_fallback", json!(false), "model.byte_fallback"),
        ("/normalizer", json!({"type": "NFC"}), "normalizer"),
        ("/pre_tokenizer", json!({"type": "ByteLevel"}), "pre_tokenizer.behavior"),
        ("/pre_tokenizer/pattern/Regex", json!("."), "pre_tokenizer.pattern.Regex"),
        ("/pre_tokenizer/invert", json!(true), "pre_tokenizer.invert"),
        ("/decoder/decoders", json!([{"type": "Fuse"}]), "decoder.decoders"),
        ("/post_processor", json!({"type": "TemplateProcessing", "single": []}), "post_processor"),
        ("/truncation", json!({"max_length": 8}), "truncation"),
        ("/padding", json!({"length": 8}), "padding"),
        ("/added_tokens", json!([]), "added_tokens"),
        ("/added_tokens/1/content", json!("<|system|>"), "added_tokens.1.content"),
        ("/version", json!("2.0"), "version"),
    ] {
        let other = folder.with_json(TOKENIZER, |json| *json.pointer_mut(pointer).unwrap() = value);
        assert_eq!(unsupported(&other, TOKENIZER), what);
    }
    for extra in ["dropout", "fuse_unk", "ignore_merges", "continuing_subword_prefix"] {
        let other = folder.with_json(TOKENIZER, |json| json["model"][extra] = json!(0.5));
        assert_eq!(unsupported(&other, TOKENIZER), format!("model.{extra}"));
    }
}

#[test]
fn a_vocabulary_that_is_none_is_named() {
    let folder = byte_pairs();
    let vocab =
        |change: &dyn Fn(&mut Value)| folder.with_json(TOKENIZER, |json| change(&mut json["model"]["vocab"]));
    let ids = "its ids are not 0, 1, 2 and so on";
    for change in [
        &(|vocab: &mut Value| vocab["a"] = json!(7)) as &dyn Fn(&mut Value),
        &|vocab| vocab["a"] = json!(330),
        &|vocab| vocab["a"] = json!(-1),
        &|vocab| vocab["a"] = Value::Null,
        &|vocab| vocab["new"] = json!(0),
        &|vocab| drop(vocab.as_object_mut().unwrap().remove("a")),
    ] {
        assert_eq!(unreadable(&vocab(change), TOKENIZER), ids);
    }
    let none = vocab(&|vocab| *vocab = json!([]));
    assert_eq!(unreadable(&none, TOKENIZER), "it has no vocabulary");
    // A byte that no text could be spelled without: renamed, since ids must have no gap.
    let lacks = vocab(&|vocab| {
        let id = vocab.as_object_mut().unwrap().remove("<0xC3>").unwrap();
        vocab["<0xFF>"] = id;
    });
    assert_eq!(unsupported(&lacks, TOKENIZER), "model.vocab.<0xC3>");
    // Of characters that no merge has.
    let swapped = characters().with_json(TOKENIZER, |json| {
        let vocab = &mut json["model"]["vocab"];
        (vocab["a"], vocab["b"]) = (vocab["b"].clone(), vocab["a"].clone());
    });
    assert_eq!(unsupported(&swapped, TOKENIZER), "model.vocab.a");
    let renamed = vocab(&|vocab| {
        let id = vocab.as_object_mut().unwrap().remove("<|user|>").unwrap();
        vocab["<|human|>"] = id;
    });
    assert_eq!(unsupported(&renamed, TOKENIZER), "model.vocab.<|user|>");
}

#[test]
fn merges_that_make_no_token_are_named() {
    let folder = byte_pairs();
    let merges = |change: &dyn Fn(&mut Value)| {
        folder.with_json(TOKENIZER, |json| change(&mut json["model"]["merges"]))
    };
    for bad in
        [json!("a b"), json!(["a"]), json!(["a", "b", "c"]), json!([1, 2]), json!(null), json!(["zz", "z"])]
    {
        let other = merges(&|merges| merges[2] = bad.clone());
        assert_eq!(unreadable(&other, TOKENIZER), "merge 2 makes no token");
    }
    let swapped = merges(&|merges| merges.as_array_mut().unwrap().swap(0, 1));
    assert_eq!(unreadable(&swapped, TOKENIZER), "merge 0 makes no token");
    let missing = merges(&|merges| *merges = Value::Null);
    assert_eq!(unreadable(&missing, TOKENIZER), "it has no merges");
    let fewer = merges(&|merges| drop(merges.as_array_mut().unwrap().pop()));
    assert_eq!(unreadable(&fewer, TOKENIZER), "merge 0 makes no token");
}

/// A file of a few kilobytes whose tokens would have 2^40 bytes, if its names were believed.
#[test]
fn tokens_that_double_are_not_built() {
    let folder = byte_pairs();
    let doubled = folder.with_json(TOKENIZER, |json| {
        let model = &mut json["model"];
        let (mut merges, mut names) = (vec![], vec![]);
        let next = model["vocab"].as_object().unwrap().len();
        for (step, id) in (0..40u32).zip(next..) {
            // Each pair of characters claims to be the token before.
            let [left, right] =
                [2 * step, 2 * step + 1].map(|n| char::from_u32(0x4E00 + n).unwrap().to_string());
            names.push((left.clone(), id - 1));
            names.push((right.clone(), id - 1));
            names.push((left.clone() + &right, id));
            merges.push(json!([left, right]));
        }
        names.into_iter().for_each(|(name, id)| model["vocab"][name] = json!(id));
        model["merges"] = merges.into();
    });
    assert_eq!(unreadable(&doubled, TOKENIZER), "its ids are not 0, 1, 2 and so on");
}

#[test]
fn a_vocabulary_of_another_size_is_named() {
    let [characters, byte_pairs] = [characters(), byte_pairs()];
    let other = characters.clone().bytes(TOKENIZER).clone();
    assert_eq!(byte_pairs.with(TOKENIZER, other).refusal(), mismatch("vocab_size"));
}

#[test]
fn too_long_a_tokenizer_is_not_read() {
    let folder = characters();
    for many in ["0,", "[],", "{},", "[[[[]]]],"] {
        let values = format!("[{}0]", many.repeat(70_000));
        assert_eq!(unreadable(&folder.with(TOKENIZER, values), TOKENIZER), "it is too long");
    }
    assert_eq!(unreadable(&folder.with(TOKENIZER, vec![b' '; 5_000_000]), TOKENIZER), "it is too long");
    let deep = "[".repeat(60_000);
    assert!(unreadable(&folder.with(TOKENIZER, deep), TOKENIZER).contains("recursion limit"));
}

#[test]
fn a_key_that_is_there_twice_is_refused() {
    for mut folder in Folder::samples() {
        for (name, key) in [(CONFIG, "\"hidden_size\":"), (TOKENIZER, "\"a\":"), (TOKENIZER, "\"model\":")] {
            let text = folder.json(name).to_string();
            let twice = text.replacen(key, &format!("{key} 1, {key}"), 1);
            assert_ne!(twice, text);
            assert!(unreadable(&folder.with(name, twice), name).starts_with("a key is there twice"));
        }
    }
}
