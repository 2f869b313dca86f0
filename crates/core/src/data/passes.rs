//! Passes over a text: each reads windows that lie end to end, from a random offset, in a random order.
//!
//! Windows drawn independently would leave out 37 % of the tokens in the time of one pass, and read others
//! twice. A permutation by a small cipher needs no memory, so any step's windows are known at once, to every
//! worker.

use rand::Rng;
use rand_chacha::ChaCha8Rng;

use crate::random::{Purpose, rng};

/// Rounds of a Feistel network: with four, a permutation looks random (Luby and Rackoff, 1988).
const ROUNDS: usize = 4;

/// Passes over windows that are numbered by the token at which they begin.
#[derive(Clone, Copy, Debug)]
pub(super) struct Passes {
    /// Tokens at which a window may begin.
    starts: u32,
    /// From one window of a pass to the next, in tokens.
    window: u32,
    /// Windows of a pass: what is left of a window is read in another pass, since the offset changes.
    windows: u32,
}

/// One pass.
struct Pass {
    number: u64,
    /// Where its first window begins; the last ones go on at the beginning of the text.
    offset: u32,
    /// Bits of half a window's index.
    half: u32,
    keys: [u32; ROUNDS],
}

impl Passes {
    /// At least one token must begin a window.
    pub fn new(starts: usize, window: usize) -> Self {
        let (starts, window) = (starts.max(1) as u32, window.max(1) as u32);
        Self { starts, window, windows: (starts / window).max(1) }
    }

    /// The windows of `count` draws, the first of which comes after `first` others.
    pub fn draw(&self, seed: u64, first: u64, count: usize) -> Vec<usize> {
        let windows = u64::from(self.windows);
        let mut pass = Pass::new(*self, seed, first / windows);
        let draws = (0..count as u64).map(|index| {
            let draw = first.wrapping_add(index);
            if draw / windows != pass.number {
                pass = Pass::new(*self, seed, draw / windows);
            }
            let window = u64::from(pass.permute((draw % windows) as u32, self.windows));
            ((u64::from(pass.offset) + window * u64::from(self.window)) % u64::from(self.starts)) as usize
        });
        draws.collect()
    }
}

impl Pass {
    fn new(passes: Passes, seed: u64, number: u64) -> Self {
        let mut rng: ChaCha8Rng = rng(seed, Purpose::Pass { number });
        // 64 bits for at most ten million starts: none is likelier than another by more than one in 10^12.
        let offset = (rng.next_u64() % u64::from(passes.starts)) as u32;
        let bits = u32::BITS - (passes.windows - 1).leading_zeros();
        Self { number, offset, half: bits.div_ceil(2).max(1), keys: core::array::from_fn(|_| rng.next_u32()) }
    }

    /// The index that comes at this turn, of `count`: the cipher permutes up to four times as many, and is
    /// applied until one of these comes.
    fn permute(&self, turn: u32, count: u32) -> u32 {
        let mut index = self.encrypt(turn);
        while index >= count {
            index = self.encrypt(index);
        }
        index
    }

    /// A permutation of the numbers of `2 * half` bits.
    fn encrypt(&self, number: u32) -> u32 {
        let mask = (1 << self.half) - 1;
        let mut halves = (number >> self.half, number & mask);
        for key in self.keys {
            halves = (halves.1, halves.0 ^ (mix(halves.1 ^ key) & mask));
        }
        (halves.0 << self.half) | halves.1
    }
}

/// Every bit of the result depends on every bit of the number (MurmurHash3's last step).
fn mix(number: u32) -> u32 {
    let number = (number ^ (number >> 16)).wrapping_mul(0x85eb_ca6b);
    let number = (number ^ (number >> 13)).wrapping_mul(0xc2b2_ae35);
    number ^ (number >> 16)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    /// Of every size: no index twice, so none is left out.
    #[test]
    fn a_pass_takes_each_of_its_windows_once() {
        for windows in (1..70).chain([255, 256, 257, 4_095, 4_097, 17_000]) {
            for rest in [0, 3] {
                let passes = Passes::new(8 * windows + rest, 8);
                assert_eq!(passes.windows as usize, windows);
                for pass in 0..3 {
                    let mut starts = passes.draw(7, pass * windows as u64, windows);
                    starts.sort_unstable();
                    assert!(starts.windows(2).all(|pair| pair[1] - pair[0] >= 8), "{windows}: {starts:?}");
                    // The last and the first too, where the pass goes on at the beginning.
                    let around = starts[0] + 8 * windows + rest - starts[windows - 1];
                    assert!(around >= 8 && starts[windows - 1] < 8 * windows + rest);
                }
            }
        }
    }

    #[test]
    fn a_draw_is_the_same_alone_and_among_others() {
        let passes = Passes::new(1_000, 16);
        let all = passes.draw(5, 0, 500);
        for (first, count) in [(0, 12), (12, 12), (60, 5), (100, 300)] {
            assert_eq!(passes.draw(5, first, count), all[first as usize..first as usize + count]);
        }
        assert_ne!(passes.draw(6, 0, 500), all);
        assert!(passes.draw(5, u64::MAX - 2, 9).iter().all(|&start| start < 1_000));
    }

    /// Where windows begin, and which follows which, differs from pass to pass.
    #[test]
    fn passes_differ_in_offset_and_order() {
        let passes = Passes::new(640, 64);
        let order = |pass: u64| passes.draw(3, 10 * pass, 10);
        let offsets: HashSet<usize> = (0..400).map(|pass| order(pass)[0] % 64).collect();
        assert_eq!(offsets.len(), 64);
        let orders: HashSet<Vec<usize>> = (0..400)
            .map(|pass| {
                let starts = order(pass);
                let first = starts.iter().min().copied().unwrap_or_default();
                starts.iter().map(|start| (start - first) / 64).collect()
            })
            .collect();
        assert!(orders.len() > 395, "{}", orders.len());
    }

    /// Each start and each pair of neighbouring turns is as likely as any other.
    #[test]
    fn every_window_is_equally_likely_at_every_turn() {
        let (starts, seeds) = (24, 6_000);
        let passes = Passes::new(starts, 4);
        for turn in 0..6 {
            let mut counts = vec![0u32; starts];
            (0..seeds).for_each(|seed| counts[passes.draw(seed, turn, 1)[0]] += 1);
            let expected = seeds as f64 / starts as f64;
            let squares: f64 = counts.iter().map(|&count| (f64::from(count) - expected).powi(2)).sum();
            // Chi squared with 23 degrees of freedom: 23, standard deviation 6.8.
            assert!(squares / expected < 60.0, "turn {turn}: {counts:?}");
        }
    }

    #[test]
    fn a_text_of_less_than_two_windows_has_one_a_pass() {
        assert_eq!(Passes::new(1, 64).draw(1, 3, 4), [0; 4]);
        let draws: HashSet<usize> = Passes::new(5, 64).draw(1, 0, 200).into_iter().collect();
        assert_eq!(draws.len(), 5);
    }
}
