//! Dropout (Srivastava and others, 2014): while a model learns, some of what it computes is left out.

/// Each entry of `x` with probability `rate` 0, else divided by what is kept on average. Which ones are left out depends
/// on `seed` and their place alone, counted from `first` on: so the gradient is the same operation on the gradient, nothing
/// is remembered, and a part of a batch leaves out what the whole would.
pub fn dropout(x: &[f32], rate: f32, seed: u32, first: u32) -> Vec<f32> {
    let Mask { scale, limit, start } = Mask::new(rate, seed, first);
    let kept = |(place, x): (u32, &f32)| {
        if scrambled(start.wrapping_add(place)) < limit { 0.0 } else { x * scale }
    };
    (0..).zip(x).map(kept).collect()
}

/// What decides about each entry, on every engine.
#[derive(Clone, Copy, Debug)]
pub struct Mask {
    /// What an entry that is kept is multiplied by.
    pub scale: f32,
    /// An entry is left out whose number, scrambled, is below this.
    pub limit: u32,
    /// The first entry's number; each other's is one more.
    pub start: u32,
}

impl Mask {
    /// As [`dropout`] is told.
    pub fn new(rate: f32, seed: u32, first: u32) -> Self {
        Self {
            scale: (1.0 - rate).recip(),
            limit: (f64::from(rate) * f64::from(u32::MAX)) as u32,
            start: scrambled(seed).wrapping_add(first),
        }
    }
}

/// A well-mixed number for each number (Mueller's and Wellons' hash, <https://nullprogram.com/blog/2018/07/31/>).
#[inline(always)]
fn scrambled(x: u32) -> u32 {
    let x = (x ^ (x >> 16)).wrapping_mul(0x7feb_352d);
    let x = (x ^ (x >> 15)).wrapping_mul(0x846c_a68b);
    x ^ (x >> 16)
}
