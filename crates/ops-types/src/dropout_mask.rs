//! Which entries dropout sets to 0: a function of the seed and the entry's index, the same on every engine.

/// The mask of a tensor. The entry with index i is dropped where `scrambled(start + i) < limit`.
#[derive(Clone, Copy, Debug)]
pub struct DropoutMask {
    /// What the entries that stay are multiplied by: 1 / (1 - rate).
    pub scale: f32,
    /// The rate as a share of all 32-bit numbers.
    pub limit: u32,
    /// The number of the first entry; each further entry's number is one more.
    pub start: u32,
}

impl DropoutMask {
    /// The mask of a tensor whose first entry is the `first`-th of the whole batch.
    pub fn new(rate: f32, seed: u32, first: u32) -> Self {
        Self {
            scale: (1.0 - rate).recip(),
            limit: (f64::from(rate) * f64::from(u32::MAX)) as u32,
            start: scrambled(seed).wrapping_add(first),
        }
    }

    /// Whether the entry with this index is dropped.
    #[inline(always)]
    pub fn drops(&self, index: u32) -> bool {
        scrambled(self.start.wrapping_add(index)) < self.limit
    }
}

/// A well-mixed number for each number (Mueller's and Wellons' hash,
/// <https://nullprogram.com/blog/2018/07/31/>).
#[inline(always)]
fn scrambled(x: u32) -> u32 {
    let x = (x ^ (x >> 16)).wrapping_mul(0x7feb_352d);
    let x = (x ^ (x >> 15)).wrapping_mul(0x846c_a68b);
    x ^ (x >> 16)
}
