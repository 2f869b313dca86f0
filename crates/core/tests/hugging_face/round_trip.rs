//! A folder read back is the model and the tokenizer that were written.

use petit_train_core::config::{ModelConfig, Position};
use petit_train_core::error::Error;
use petit_train_core::hugging_face::{CardLanguage, Facts};
use petit_train_core::tokenizer::{Tokenizer, TokenizerConfig};

use crate::folder::{Folder, Imported, export};
use crate::sample;

pub fn bits(model: &petit_train_core::model::Gpt) -> Vec<u32> {
    let tensors = model.parameters().into_iter().cloned();
    tensors.flat_map(|tensor| tensor.into_data().try_into_vec::<f32>().unwrap()).map(f32::to_bits).collect()
}

#[test]
fn weights_and_tokenizer_come_back_bit_for_bit() {
    let sizes = [
        sample::sizes(),
        ModelConfig { n_layer: 1, n_head: 1, n_embd: 8, block_size: 4, position: Position::Rotary },
        ModelConfig { n_layer: 3, n_head: 4, n_embd: 40, block_size: 1024, position: Position::Rotary },
    ];
    for sizes in sizes {
        for (_, tokenizer) in sample::tokenizers() {
            let model = sample::model(&sizes, tokenizer.vocab_size());
            let Imported { model: again, tokenizer: read, is_of_documents } =
                Folder::of(&model, &tokenizer).import().unwrap();
            assert!(is_of_documents);
            assert_eq!((bits(&again), again.config()), (bits(&model), model.config()));
            assert_eq!(read.parts(), tokenizer.parts());
        }
    }
}

#[test]
fn every_alphabet_comes_back() {
    let (signs, everything): (String, String) =
        ("\0\t\n \"\\/<|>0xC3\u{7F}'’é日😀".into(), (' '..'\u{3000}').collect());
    for text in [signs.clone(), signs.repeat(3), everything.clone(), everything.chars().rev().collect()] {
        for config in [TokenizerConfig::Chars, TokenizerConfig::Bpe { vocab_size: 14_000 }] {
            let Ok(tokenizer) = Tokenizer::train(&[&text], "", &config) else { continue };
            let model = sample::model(&sample::sizes(), tokenizer.vocab_size());
            let Imported { tokenizer: read, .. } = Folder::of(&model, &tokenizer).import().unwrap();
            assert_eq!(read.parts(), tokenizer.parts());
        }
    }
}

#[test]
fn positions_that_no_standard_model_has_are_refused() {
    let [(_, tokenizer), _] = sample::tokenizers();
    for position in [Position::Learned, Position::Sinusoidal, Position::None] {
        let model = sample::model(&ModelConfig { position, ..sample::sizes() }, tokenizer.vocab_size());
        let refused = export(&model, &tokenizer, true, &Facts::default()).err();
        assert_eq!(refused, Some(Error::PositionNotExportable { position }));
    }
}

#[test]
fn a_model_of_one_text_begins_with_no_special_token() {
    let [(_, tokenizer), _] = sample::tokenizers();
    let model = sample::model(&sample::sizes(), tokenizer.vocab_size());
    let files = export(&model, &tokenizer, false, &Facts::default()).unwrap();
    let mut folder = Folder(files.into_iter().map(|file| (file.name.to_owned(), file.bytes)).collect());
    assert!(!folder.import().unwrap().is_of_documents);
    assert!(folder.json("config.json")["bos_token_id"].is_null());
    assert!(folder.json("tokenizer_config.json")["bos_token"].is_null());
    let card = String::from_utf8(folder.bytes("README.md").clone()).unwrap();
    assert!(
        card.contains("tokenizer(\"Il était une fois\"") && !card.contains("commence et finit"),
        "{card}"
    );
}

#[test]
fn a_tokenizer_of_another_model_is_refused() {
    let [(_, tokenizer), (_, other)] = sample::tokenizers();
    let model = sample::model(&sample::sizes(), tokenizer.vocab_size());
    let refused = export(&model, &other, true, &Facts::default()).err();
    assert_eq!(refused, Some(Error::CheckpointMismatch { what: "model.embed_tokens.weight".into() }));
}

#[test]
fn numbers_that_are_not_finite_are_not_written() {
    let [(_, tokenizer), _] = sample::tokenizers();
    for bad in [f32::NAN, f32::NEG_INFINITY] {
        let mut model = sample::model(&sample::sizes(), tokenizer.vocab_size());
        model.map_parameters(|info, tensor| match info.name.ends_with("1.mlp.down_proj.weight") {
            true => tensor.full_like(bad),
            false => tensor,
        });
        let refused = export(&model, &tokenizer, true, &Facts::default()).err();
        assert_eq!(refused, Some(Error::Diverged { step: None }));
    }
}

#[test]
fn every_figure_of_the_card_says_where_it_comes_from() {
    let [(_, tokenizer), _] = sample::tokenizers();
    let model = sample::model(&sample::sizes(), tokenizer.vocab_size());
    let card = |facts: &Facts| {
        let files = export(&model, &tokenizer, true, facts).unwrap();
        let card = files.into_iter().find(|file| file.name == "README.md").unwrap();
        String::from_utf8(card.bytes).unwrap()
    };
    let full = card(&sample::facts());
    for line in [
        "# Un \\| petit \\<b\\>train\\<\\/b\\>",
        "| Empreinte du texte | sha256:00ff | mesuré |",
        "| Caractères du texte | 1\u{202F}234\u{202F}567 | mesuré |",
        "| Graine | 1234567 | choisi |",
        "| Perte de validation, en nats par jeton | 1,25 | mesuré, 480 extraits |",
        // 1.25 / ln 2 / 2.5
        "| Bits par caractère, validation | 0,7213 | déduit, de la perte et des caractères par jeton |",
        "| Contes sans faute | 7 sur 10 (température 0,5) | mesuré |",
        "| Jetons lus | – | manquant |",
    ] {
        assert!(full.lines().any(|found| found == line), "{line}\n{full}");
    }
    let parameters = model.config().n_parameters(tokenizer.vocab_size());
    let empty =
        card(&Facts { language: CardLanguage::English, training_loss: Some(f64::NAN), ..Facts::default() });
    let rows: Vec<&str> = empty.lines().filter(|line| line.starts_with("| ")).skip(1).collect();
    let origin = |row: &&str| row.trim_end_matches(" |").rsplit("| ").next().unwrap().to_owned();
    let origins: Vec<String> = rows.iter().map(origin).collect();
    assert!(
        origins.iter().all(|origin| ["measured", "derived", "chosen", "missing"]
            .iter()
            .any(|word| origin.starts_with(word))),
        "{empty}"
    );
    assert_eq!(origins.iter().filter(|origin| *origin == "missing").count(), 12, "{empty}");
    let derived = format!(
        "| Parameters | {},{:03} | derived, from the model's sizes |",
        parameters / 1000,
        parameters % 1000
    );
    assert!(rows.contains(&derived.as_str()), "{derived}\n{empty}");
}
