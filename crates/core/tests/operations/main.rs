//! The CPU engine's operations against burn's own.

mod checks;

use burn::tensor::Device;

/// A test of each check's name.
macro_rules! tests {
    ($($check:ident)*) => {
        $(
            #[test]
            fn $check() {
                pollster::block_on(checks::$check(&Device::flex()));
            }
        )*
    };
}

tests!(products packed_products layers embedding norm_and_gate rotation attention long_attention);
tests!(dropout log_probs flattened adamw muon);
