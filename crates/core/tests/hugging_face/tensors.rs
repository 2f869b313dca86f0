//! Weights that this program cannot hold, and headers that lie, are refused by name.

use petit_train_core::error::Error;
use safetensors::tensor::{Dtype, TensorView};
use safetensors::{SafeTensors, serialize};

use crate::folder::{Folder, WEIGHTS, characters, mismatch, unreadable, unsupported};
use crate::round_trip::bits;
use crate::sample;

type Tensors = Vec<(String, Dtype, Vec<usize>, Vec<u8>)>;

/// The folder with other tensors in a file that is whole.
fn with_tensors(change: impl FnOnce(&mut Tensors)) -> Folder {
    let mut folder = characters();
    let bytes = folder.bytes(WEIGHTS).clone();
    let read = SafeTensors::deserialize(&bytes).unwrap();
    let mut tensors: Tensors = read
        .iter()
        .map(|(name, view)| (name.to_owned(), view.dtype(), view.shape().to_vec(), view.data().to_vec()))
        .collect();
    change(&mut tensors);
    let views = tensors.iter().map(|(name, dtype, shape, bytes)| {
        (name.clone(), TensorView::new(*dtype, shape.clone(), bytes).unwrap())
    });
    folder.with(WEIGHTS, serialize(views, None).unwrap())
}

const GATE: &str = "model.layers.0.mlp.gate_proj.weight";

#[test]
fn tensors_that_are_missing_unknown_or_otherwise_are_named() {
    assert!(with_tensors(|_| {}).import().is_ok(), "with no metadata, too");
    let missing = with_tensors(|tensors| tensors.retain(|tensor| tensor.0 != GATE));
    assert_eq!(missing.refusal(), mismatch(GATE));
    let unknown =
        with_tensors(|tensors| tensors.push(("lm_head.weight".into(), Dtype::F32, vec![1], vec![0; 4])));
    assert_eq!(unknown.refusal(), mismatch("lm_head.weight"));
    let turned = with_tensors(|tensors| {
        tensors.iter_mut().filter(|tensor| tensor.0 == GATE).for_each(|tensor| tensor.2.reverse());
    });
    assert_eq!(turned.refusal(), mismatch(GATE));
    let flat = with_tensors(|tensors| {
        tensors
            .iter_mut()
            .filter(|tensor| tensor.0 == GATE)
            .for_each(|tensor| tensor.2 = vec![tensor.3.len() / 4]);
    });
    assert_eq!(flat.refusal(), mismatch(GATE));
}

/// One tensor of another type, its bytes made from each number of before.
fn with_type<const N: usize>(dtype: Dtype, from_f32: impl Fn(f32) -> [u8; N]) -> Folder {
    with_tensors(|tensors| {
        let tensor = tensors.iter_mut().find(|tensor| tensor.0 == GATE).unwrap();
        tensor.1 = dtype;
        let numbers = tensor.3.as_chunks().0.iter().map(|bytes| f32::from_le_bytes(*bytes));
        tensor.3 = numbers.flat_map(from_f32).collect();
    })
}

#[test]
fn half_precision_is_widened() {
    let read = |folder: Folder| bits(&folder.import().unwrap().model);
    assert_eq!(read(with_type(Dtype::F32, f32::to_le_bytes)), read(characters()));
    // The upper half of an f32.
    let bf16 = |number: f32| [number.to_le_bytes()[2], number.to_le_bytes()[3]];
    let upper = |number: f32| f32::from_bits(number.to_bits() & 0xffff_0000).to_le_bytes();
    assert_eq!(read(with_type(Dtype::BF16, bf16)), read(with_type(Dtype::F32, upper)));
    // 1.5 and -0.25, whose bits are told by hand.
    let f16 = |number: f32| if number < 0.0 { 0xb400_u16 } else { 0x3e00 }.to_le_bytes();
    let told = |number: f32| if number < 0.0 { -0.25_f32 } else { 1.5 }.to_le_bytes();
    assert_eq!(read(with_type(Dtype::F16, f16)), read(with_type(Dtype::F32, told)));
}

#[test]
fn other_numbers_are_named() {
    let doubles = with_type(Dtype::F64, |number| f64::from(number).to_le_bytes());
    assert_eq!(unsupported(&doubles, WEIGHTS), GATE);
    let infinite = with_type(Dtype::F16, |_| 0x7c00_u16.to_le_bytes());
    assert_eq!(infinite.refusal(), Error::CheckpointNotFinite { what: GATE.into() });
    for bad in [f32::NAN, f32::INFINITY] {
        for name in [GATE, "model.norm.weight", "model.embed_tokens.weight"] {
            let broken = with_tensors(|tensors| {
                let tensor = tensors.iter_mut().find(|tensor| tensor.0 == name).unwrap();
                tensor.3[8..12].copy_from_slice(&bad.to_le_bytes());
            });
            assert_eq!(broken.refusal(), Error::CheckpointNotFinite { what: name.into() });
        }
    }
}

/// The sample's weights with a header of the test's own before them.
fn with_header(change: impl FnOnce(String) -> String) -> Folder {
    let mut folder = characters();
    let bytes = folder.bytes(WEIGHTS).clone();
    let length = u64::from_le_bytes(bytes[..8].try_into().unwrap()) as usize;
    let header = change(String::from_utf8(bytes[8..8 + length].to_vec()).unwrap());
    let file = [&(header.len() as u64).to_le_bytes()[..], header.as_bytes(), &bytes[8 + length..]].concat();
    folder.with(WEIGHTS, file)
}

#[test]
fn a_header_that_lies_is_refused() {
    assert!(with_header(|header| header).import().is_ok());
    let vocab_size = sample::tokenizers()[0].1.vocab_size();
    let shape = format!("\"shape\":[{vocab_size},16]");
    let embedding = vocab_size * 16 * 4;
    for (from, to) in [
        // Shapes that the bytes do not hold.
        (shape.clone(), format!("\"shape\":[{vocab_size},17]")),
        (shape.clone(), "\"shape\":[4294967296,4294967296]".into()),
        (shape.clone(), "\"shape\":[18446744073709551615,18446744073709551615]".into()),
        (shape, "\"shape\":[-1,16]".into()),
        // Offsets beyond the end, backwards, over one another, with a hole.
        (format!("[0,{embedding}]"), format!("[0,{}]", 1u64 << 60)),
        (format!("[0,{embedding}]"), format!("[{embedding},0]")),
        (format!("[{embedding},"), "[0,".into()),
        (format!("[{embedding},"), format!("[{},", embedding + 4)),
    ] {
        let lying = with_header(|header| {
            assert!(header.contains(&from), "{from} in {header}");
            header.replacen(&from, &to, 1)
        });
        unreadable(&lying, WEIGHTS);
    }
    // One tensor under the name of another: one of the two is missing, or lies where the other is.
    let double =
        with_header(|header| header.replacen("layers.1.self_attn.q_proj", "layers.1.self_attn.k_proj", 1));
    unreadable(&double, WEIGHTS);
}

#[test]
fn a_header_that_is_too_long_is_not_read() {
    let mut folder = characters();
    for length in [u64::MAX, 1 << 32, (1 << 18) + 1] {
        let mut bytes = folder.bytes(WEIGHTS).clone();
        bytes[..8].copy_from_slice(&length.to_le_bytes());
        assert_eq!(unreadable(&folder.with(WEIGHTS, bytes), WEIGHTS), "its header is too long");
    }
    // Even where the file is as long.
    let padded = with_header(|header| header + &" ".repeat(1 << 18));
    assert_eq!(unreadable(&padded, WEIGHTS), "its header is too long");
}

#[test]
fn a_tensor_that_is_there_twice_is_refused() {
    // As it was, or with other offsets.
    for offsets in [[0, 0], [0, 64]] {
        let entry = format!(
            "\"model.norm.weight\":{{\"dtype\":\"F32\",\"shape\":[16],\"data_offsets\":{offsets:?}}},"
        );
        let twice = with_header(|header| header.replacen('{', &format!("{{{entry}"), 1));
        assert!(unreadable(&twice, WEIGHTS).starts_with("a key is there twice"));
    }
}
