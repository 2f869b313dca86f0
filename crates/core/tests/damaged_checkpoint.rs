//! Files that are no checkpoint, a damaged one, or one whose parts contradict each other: refused by name,
//! never a panic.

mod common;

use burn::tensor::Device;
use common::{bits, dataset, tiny, trainer};
use petit_train_core::checkpoint::{Checkpoint, METADATA_KEY, Writer};
use petit_train_core::config::{ModelConfig, Position, TrainConfig};
use petit_train_core::engine::Engine;
use petit_train_core::error::{Error, Result};
use petit_train_core::train::Trainer;
use pollster::block_on;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use safetensors::SafeTensors;
use safetensors::tensor::{Dtype, TensorView};

fn small() -> ModelConfig {
    ModelConfig { n_layer: 1, n_head: 1, n_embd: 8, block_size: 8, position: Position::Rotary }
}

/// A small checkpoint with everything in it.
fn file() -> Vec<u8> {
    let mut trainer = trainer(small(), TrainConfig { batch_size: 2, ..TrainConfig::default() });
    block_on(trainer.train_steps(2)).unwrap();
    trainer.save_best(2.0).unwrap();
    block_on(Writer::of_training(&trainer, &dataset().0, "page").unwrap().into_bytes()).unwrap()
}

/// Reads all that a file has.
fn open(bytes: &[u8]) -> Result<Trainer> {
    let checkpoint = Checkpoint::read(bytes)?;
    checkpoint.model(&Device::flex())?;
    checkpoint.trainer(Box::new(dataset().1), Engine::cpu(), 1)
}

/// The file with another header, or other tensors.
fn changed(
    header: impl Fn(String) -> String,
    tensors: impl Fn(&mut Vec<(String, Dtype, Vec<usize>, Vec<u8>)>),
) -> Vec<u8> {
    let bytes = file();
    let (_, metadata) = SafeTensors::read_metadata(&bytes).unwrap();
    let json = metadata.metadata().as_ref().unwrap()[METADATA_KEY].clone();
    let read = SafeTensors::deserialize(&bytes).unwrap();
    let mut list: Vec<_> = read
        .iter()
        .map(|(name, view)| (name.to_owned(), view.dtype(), view.shape().to_vec(), view.data().to_vec()))
        .collect();
    tensors(&mut list);
    let views: Vec<_> = list
        .iter()
        .map(|(name, dtype, shape, data)| (name, TensorView::new(*dtype, shape.clone(), data).unwrap()))
        .collect();
    let metadata = [(METADATA_KEY.to_owned(), header(json))].into_iter().collect();
    safetensors::serialize(views, Some(metadata)).unwrap()
}

fn refusal(bytes: &[u8]) -> Error {
    open(bytes).err().expect("refused")
}

fn mismatch(what: &str) -> Error {
    Error::CheckpointMismatch { what: what.into() }
}

/// The file whose header has `to` in place of `from`.
fn with_header(from: &str, to: &str) -> Vec<u8> {
    changed(
        |json| {
            assert!(json.contains(from), "{json}");
            json.replacen(from, to, 1)
        },
        |_| {},
    )
}

#[test]
fn an_unchanged_file_is_read() {
    assert_eq!(open(&changed(|json| json, |_| {})).unwrap().step(), 2);
}

#[test]
fn no_truncation_is_taken_for_a_checkpoint() {
    let bytes = file();
    for len in 0..bytes.len() {
        if len < 3000 || len % 97 == 0 || len + 9 > bytes.len() {
            let error = refusal(&bytes[..len]);
            assert!(matches!(error, Error::CheckpointUnreadable { .. }), "{len}: {error:?}");
        }
    }
    let longer = [&bytes[..], &[0; 4]].concat();
    assert!(matches!(refusal(&longer), Error::CheckpointUnreadable { .. }));
    for other in [&b"RIFF and so on, which is a picture"[..], &[0; 100], &[255; 100]] {
        assert!(matches!(refusal(other), Error::CheckpointUnreadable { .. }));
    }
}

#[test]
fn no_flipped_bit_makes_it_panic() {
    let bytes = file();
    let header_end = 8 + u64::from_le_bytes(bytes[..8].try_into().unwrap()) as usize;
    let mut rng = ChaCha8Rng::seed_from_u64(1);
    let (mut refused, mut taken) = (0, 0);
    let in_header = 0..8 * header_end;
    let in_data: Vec<usize> = (0..1500).map(|_| rng.random_range(8 * header_end..8 * bytes.len())).collect();
    for bit in in_header.step_by(3).chain(in_data) {
        let mut flipped = bytes.clone();
        flipped[bit / 8] ^= 1 << (bit % 8);
        // What is taken (another weight, another step) is whole: it can be evaluated.
        match open(&flipped) {
            Err(_) => refused += 1,
            Ok(trainer) => {
                taken += 1;
                let loss = block_on(trainer.evaluate(1));
                assert!(matches!(loss, Ok(Some(_)) | Err(Error::Diverged { .. })), "bit {bit}: {loss:?}");
            }
        }
    }
    assert!(refused > 1000 && taken > 100, "{refused} refused, {taken} taken");
}

#[test]
fn several_bits_at_once_do_not_either() {
    let bytes = file();
    let mut rng = ChaCha8Rng::seed_from_u64(2);
    for _ in 0..1500 {
        let mut spoilt = bytes.clone();
        for _ in 0..rng.random_range(1..8) {
            let at = rng.random_range(0..spoilt.len().min(4000));
            spoilt[at] = rng.random();
        }
        let _ = open(&spoilt);
    }
}

#[test]
fn a_later_format_is_told_from_a_damaged_one() {
    let later = changed(|_| r#"{"format_version":2,"unheard":"of"}"#.into(), |_| {});
    assert_eq!(refusal(&later), Error::CheckpointTooNew { version: 2 });
    let unknown = with_header(r#""format_version":1,"#, r#""format_version":1,"unheard":"of","#);
    assert!(matches!(refusal(&unknown), Error::CheckpointUnreadable { .. }));
    let bytes = file();
    let read = SafeTensors::deserialize(&bytes).unwrap();
    let foreign = safetensors::serialize(read.tensors(), None).unwrap();
    assert_eq!(refusal(&foreign), Error::CheckpointForeign);
    let older = changed(|_| r#"{"format_version":0}"#.into(), |_| {});
    assert_eq!(refusal(&older), Error::CheckpointTooOld { version: 0 });
}

#[test]
fn what_does_not_belong_together_is_named() {
    let learned = with_header(r#""position":"rotary""#, r#""position":"learned""#);
    assert_eq!(refusal(&learned), mismatch("model.embed_positions.weight"));
    let deeper = with_header(r#""n_layer":1"#, r#""n_layer":2"#);
    assert_eq!(refusal(&deeper), mismatch("model.layers.1.input_layernorm.weight"));
    let wider = with_header(r#""n_embd":8"#, r#""n_embd":16"#);
    assert_eq!(refusal(&wider), mismatch("model.embed_tokens.weight"));
    let shorter = with_header(r#""block_size":8"#, r#""block_size":4"#);
    assert_eq!(refusal(&shorter), mismatch("block_size"), "the windows do not fit");
    let adamw = with_header(r#""optimizer":"muon""#, r#""optimizer":"adamw""#);
    assert_eq!(refusal(&adamw), mismatch("optimizer.first_moment"));
    let no_best = with_header(r#","best":{"step":2,"loss":2.0}"#, "");
    assert!(
        matches!(refusal(&no_best), Error::CheckpointMismatch { what } if what.starts_with("best.model."))
    );
    for (from, to, what) in [
        (r#""step":2,"#, r#""step":2000000000,"#, "step"),
        (r#""first_step":0"#, r#""first_step":3"#, "schedule"),
        (
            r#""last_step":2000,"warmup_steps":50"#,
            r#""last_step":2000,"warmup_steps":4294967295"#,
            "schedule",
        ),
        (r#""optimizer_steps":2"#, r#""optimizer_steps":3"#, "optimizer_steps"),
        (r#""best":{"step":2"#, r#""best":{"step":3"#, "best"),
    ] {
        assert_eq!(refusal(&with_header(from, to)), mismatch(what));
    }
    let bad = refusal(&with_header(r#""n_head":1"#, r#""n_head":3"#));
    assert_eq!(bad, Error::HeadsDoNotDivide { n_embd: 8, n_head: 3 });
}

#[test]
fn tensors_that_are_missing_unknown_or_otherwise_are_named() {
    let name = "model.layers.0.mlp.down_proj.weight";
    let missing = changed(|json| json, |tensors| tensors.retain(|tensor| tensor.0 != name));
    assert_eq!(refusal(&missing), mismatch(name));
    let unknown =
        changed(|json| json, |tensors| tensors.push(("lora".into(), Dtype::F32, vec![1], vec![0; 4])));
    assert_eq!(refusal(&unknown), mismatch("lora"));
    let turned = changed(
        |json| json,
        |tensors| tensors.iter_mut().filter(|tensor| tensor.0 == name).for_each(|tensor| tensor.2.reverse()),
    );
    assert_eq!(refusal(&turned), mismatch(name));
    let integers = changed(
        |json| json,
        |tensors| {
            tensors.iter_mut().filter(|tensor| tensor.0 == name).for_each(|tensor| tensor.1 = Dtype::I32)
        },
    );
    assert_eq!(refusal(&integers), mismatch(name));
    for place in [name, "optimizer.momentum", "best.model.norm.weight"] {
        for bad in [f32::NAN, f32::INFINITY] {
            let broken = changed(
                |json| json,
                |tensors| {
                    let tensor = tensors.iter_mut().find(|tensor| tensor.0 == place).unwrap();
                    tensor.3[4..8].copy_from_slice(&bad.to_le_bytes());
                },
            );
            assert_eq!(refusal(&broken), Error::CheckpointNotFinite { what: place.into() });
        }
    }
}

#[test]
fn a_negative_second_moment_is_named() {
    for (tensor, refused) in [("optimizer.second_moment", true), ("optimizer.first_moment", false)] {
        let negative = changed(
            |json| json,
            |tensors| {
                let tensor = tensors.iter_mut().find(|(name, ..)| name == tensor).unwrap();
                tensor.3[4..8].copy_from_slice(&(-1e-30_f32).to_le_bytes());
            },
        );
        assert_eq!(open(&negative).err(), refused.then(|| mismatch(tensor)));
    }
}

#[test]
fn what_is_refused_has_changed_nothing() {
    let mut here = trainer(tiny(Position::Rotary), TrainConfig::default());
    let before = bits(here.model());
    let other = open(&file()).unwrap().model().clone();
    assert_eq!(here.load(other), Err(mismatch("model")));
    assert_eq!((here.step(), bits(here.model())), (0, before));
}
