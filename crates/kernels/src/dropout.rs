//! Dropout (Srivastava and others, 2014): during training some entries are set to 0 at random.

use petit_train_ops_types::DropoutMask;

/// Sets each entry of `x` to 0 with probability `rate`, and divides the others by `1 - rate`, so that the
/// mean stays. Which entries are dropped depends on `seed` and on their index alone, counted from `first` on.
/// So the gradient is the same operation on the gradient, nothing is stored, and a part of a batch drops what
/// the whole would.
pub fn dropout(x: &[f32], rate: f32, seed: u32, first: u32) -> Vec<f32> {
    let mask = DropoutMask::new(rate, seed, first);
    (0..).zip(x).map(|(index, x)| if mask.drops(index) { 0.0 } else { x * mask.scale }).collect()
}
