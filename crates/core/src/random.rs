//! Random numbers: one independent stream for each purpose and each seed.

use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

/// What random numbers are drawn for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// The weights that a training begins with.
    Weights,
    /// The order in which a pass over the training examples takes them.
    Pass {
        /// Passes before it.
        number: u64,
    },
    /// The entries that a step's dropout leaves out.
    Dropout {
        /// Steps taken before it.
        step: u64,
    },
    /// The tokens that a text is continued with.
    Sampling,
}

impl Purpose {
    /// Its part of the key, and the number of the stream.
    fn domain(self) -> (&'static [u8], u64) {
        match self {
            Self::Weights => (b"weights", 0),
            Self::Pass { number } => (b"pass", number),
            Self::Dropout { step } => (b"dropout", step),
            Self::Sampling => (b"sampling", 0),
        }
    }
}

/// The random numbers of `purpose` under `seed`, the same on every machine.
///
/// The key of the cipher holds the seed and the purpose, and a step or a pass is a stream of that key. So no
/// two pairs of a seed and a purpose share numbers: neither neighbouring seeds, nor neighbouring steps, nor
/// the weights and a pass. (`crates/contes` makes the keys of its stories in the same way, with names of its
/// own.)
pub fn rng(seed: u64, purpose: Purpose) -> ChaCha8Rng {
    let (name, stream) = purpose.domain();
    let mut key = [0; 32];
    key[..8].copy_from_slice(&seed.to_le_bytes());
    key[8..8 + name.len()].copy_from_slice(name);
    let mut rng = ChaCha8Rng::from_seed(key);
    rng.set_stream(stream);
    rng
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use rand::Rng;

    use super::*;

    #[test]
    fn no_seed_and_purpose_share_numbers_with_another() {
        let mut seen = HashSet::new();
        let mut streams = 0;
        for seed in [0, 1, 2, 3, 255, 256, u64::from(u32::MAX), u64::MAX] {
            let numbered =
                (0..40).flat_map(|number| [Purpose::Pass { number }, Purpose::Dropout { step: number }]);
            for purpose in numbered.chain([Purpose::Weights, Purpose::Sampling]) {
                let mut rng = rng(seed, purpose);
                seen.extend((0..50).map(|_| rng.next_u64()));
                streams += 1;
            }
        }
        assert_eq!(seen.len(), 50 * streams);
    }

    #[test]
    fn the_numbers_are_the_same_on_every_machine() {
        let first = |purpose| rng(42, purpose).next_u32();
        let numbers = [
            first(Purpose::Weights),
            first(Purpose::Pass { number: 7 }),
            first(Purpose::Dropout { step: 7 }),
            first(Purpose::Sampling),
        ];
        assert_eq!(numbers, [2_428_461_732, 822_734_985, 528_280_269, 895_204_619]);
    }
}
