//! Stories without end from a seed.

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::annotation::Annotations;
use super::derivation::{Derivation, Options, Progress};
use super::grammar::Grammar;
use super::sink::Sink;

/// One story in so many is kept for validation.
const VALIDATION_ONE_IN: u64 = 16;

/// A story with the links between its words.
#[derive(Clone, Debug, PartialEq)]
pub struct Story {
    /// The title, and below it the tale in one or several lines; none is blank.
    pub text: String,
    /// Which of [`Grammar::skeletons`] it tells.
    pub skeleton: usize,
    /// Which word looks at which.
    pub annotations: Annotations,
    /// Minus the logarithm (base 2) of the probability of the choices that were made. The text costs at most
    /// that: see [`Grammar::score`].
    pub bits_of_choices: f64,
}

/// Which stories a reader may see.
///
/// A hash of its title assigns every possible story to one part, for ever and whatever the seed: neither a
/// story that judges a model nor its title can have trained it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// Fifteen stories in sixteen.
    Training,
    /// The others.
    Validation,
    /// All of them: what the floor is measured on.
    All,
}

impl Story {
    /// The first line.
    pub fn title(&self) -> &str {
        self.text.lines().next().unwrap_or_default()
    }
}

impl Part {
    /// Whether the story of this text, or of this title, belongs to this part.
    pub fn holds(self, text: &str) -> bool {
        let title = text.lines().next().unwrap_or_default();
        let validates = fnv1a(title.as_bytes()).is_multiple_of(VALIDATION_ONE_IN);
        match self {
            Self::Training => !validates,
            Self::Validation => validates,
            Self::All => true,
        }
    }
}

/// Fowler–Noll–Vo 1a, 64 bits, then its high half folded in: its low bits alone follow the last letters.
fn fnv1a(bytes: &[u8]) -> u64 {
    let hash = bytes.iter().fold(0xcbf2_9ce4_8422_2325_u64, |hash, &byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    });
    hash ^ (hash >> 32)
}

/// An endless stream of stories. The same seed gives the same stories on every machine.
#[derive(Clone, Debug)]
pub struct Stories<'g> {
    grammar: &'g Grammar,
    part: Part,
    rng: ChaCha8Rng,
    options: Options,
}

impl<'g> Stories<'g> {
    /// The stories of a part. No two pairs of a seed and a part share random numbers.
    pub fn new(grammar: &'g Grammar, seed: u64, part: Part) -> Self {
        // The key of the cipher names what the numbers are for, as everywhere in Petit Train: so they are not
        // those of a training that has the same seed.
        let name: &[u8] = match part {
            Part::Training => b"contes training",
            Part::Validation => b"contes validation",
            Part::All => b"contes all",
        };
        let mut key = [0; 32];
        key[..8].copy_from_slice(&seed.to_le_bytes());
        key[8..8 + name.len()].copy_from_slice(name);
        Self { grammar, part, rng: ChaCha8Rng::from_seed(key), options: Options::new() }
    }

    /// The next stories, one a document: at least `bytes` bytes of them.
    pub fn documents(&mut self, bytes: usize) -> Vec<String> {
        let mut missing = bytes;
        let mut documents = Vec::new();
        while missing > 0 {
            let Some(story) = self.next() else { break };
            missing = missing.saturating_sub(story.text.len());
            documents.push(story.text);
        }
        documents
    }

    /// How many random numbers were drawn for the stories told so far: where the next story begins in the
    /// stream.
    pub fn position(&self) -> u64 {
        // 2^64 random numbers would be more than a billion years of stories.
        self.rng.get_word_pos() as u64
    }

    /// Goes on at a position that [`Self::position`] gave, in constant time.
    pub fn set_position(&mut self, position: u64) {
        self.rng.set_word_pos(u128::from(position));
    }

    fn tell(&mut self) -> Story {
        let mut sink = Sink::writer();
        let mut derivation = Derivation::new(self.grammar, self.grammar.starts.told);
        let mut bits = 0.0;
        let mut skeleton = None;
        while derivation.advance(&mut sink, &mut self.options) == Progress::Choose {
            let total: u32 = self.options.iter().map(|(weight, _)| weight).sum();
            let choice = pick(&self.options, below(&mut self.rng, total));
            let (weight, effect) = self.options[choice];
            // The first choice is between the skeletons.
            skeleton.get_or_insert(choice);
            bits += (f64::from(total) / f64::from(weight)).log2();
            derivation.choose(effect);
        }
        let Sink::Write { text, mut annotations } = sink else { unreachable!("a sink stays what it is") };
        annotations.resolve();
        Story { text, skeleton: skeleton.unwrap_or_default(), annotations, bits_of_choices: bits }
    }
}

impl Iterator for Stories<'_> {
    type Item = Story;

    fn next(&mut self) -> Option<Story> {
        loop {
            let story = self.tell();
            if self.part.holds(&story.text) {
                return Some(story);
            }
        }
    }
}

/// The option into whose share of the weights `number` falls.
fn pick(options: &Options, mut number: u32) -> usize {
    for (choice, &(weight, _)) in options.iter().enumerate() {
        if number < weight {
            return choice;
        }
        number -= weight;
    }
    unreachable!("`number` is below the sum of the weights")
}

/// A whole number below `bound`, each equally likely: what would favour the small ones is drawn again.
fn below(rng: &mut ChaCha8Rng, bound: u32) -> u32 {
    // Largest multiple of `bound` that 32 bits hold, less one.
    let last = u32::MAX - (u32::MAX % bound + 1) % bound;
    loop {
        let number = rng.next_u32();
        if number <= last {
            return number % bound;
        }
    }
}
