//! Truncated files and flipped bits: an error with a type, or a folder that is whole; never a panic.

use petit_train_core::error::Error;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use crate::folder::{CONFIG, Folder, Imported, TOKENIZER, WEIGHTS};
use crate::sample;

const FILES: [&str; 3] = [CONFIG, TOKENIZER, WEIGHTS];

/// A folder that is taken can be used: its logits are numbers, or the model says that they are not.
fn assert_whole_or_refused(folder: &Folder) -> bool {
    match folder.import() {
        Err(error) => {
            // A sentence of reasonable length, whatever the file holds.
            assert!(error.to_string().len() < 1_000, "{error}");
            false
        }
        Ok(Imported { model, tokenizer, .. }) => {
            assert_eq!(sample::logits(&model, &[0, 4, 5])[2].len(), tokenizer.vocab_size());
            true
        }
    }
}

#[test]
fn no_truncated_file_is_taken() {
    for mut folder in Folder::samples() {
        for name in FILES {
            let whole = folder.bytes(name).clone();
            // A final line break is no part of what JSON says.
            let end = whole.trim_ascii_end().len();
            for length in (0..end).filter(|length| length % 37 == 0 || *length < 100 || end - length < 20) {
                let error = folder.with(name, &whole[..length]).refusal();
                assert!(
                    matches!(error, Error::FolderUnreadable { file, .. } if file == name),
                    "{length}: {error}"
                );
            }
        }
        let longer = [&folder.bytes(WEIGHTS)[..], &[0; 4]].concat();
        assert!(matches!(
            folder.with(WEIGHTS, longer).refusal(),
            Error::FolderUnreadable { file: WEIGHTS, .. }
        ));
    }
}

#[test]
fn no_flipped_bit_makes_it_panic() {
    let mut rng = ChaCha8Rng::seed_from_u64(1);
    for mut folder in Folder::samples() {
        for name in FILES {
            let whole = folder.bytes(name).clone();
            let (mut taken, mut refused) = (0, 0);
            for _ in 0..600 {
                let mut spoilt = whole.clone();
                // Of the weights mostly the header: a flipped weight is another weight.
                let range = if rng.random_bool(0.8) { spoilt.len().min(3_000) } else { spoilt.len() };
                for _ in 0..rng.random_range(1..4) {
                    spoilt[rng.random_range(0..range as u32) as usize] ^= 1 << rng.random_range(0..8);
                }
                match assert_whole_or_refused(&folder.with(name, spoilt)) {
                    true => taken += 1,
                    false => refused += 1,
                }
            }
            assert!(refused > 300 && taken < 300, "{name}: {refused} refused, {taken} taken");
        }
    }
}

#[test]
fn other_files_are_no_folder() {
    let folder = Folder::samples().swap_remove(0);
    for name in FILES {
        for other in [
            &b""[..],
            b"{}",
            b"[]",
            b"null",
            b"\"x\"",
            b"PK\x03\x04",
            &[0; 64],
            &[255; 64],
            b"{\"model\":{}}",
        ] {
            assert!(!assert_whole_or_refused(&folder.with(name, other)), "{name}: {other:?}");
        }
    }
}
