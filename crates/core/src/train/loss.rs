//! Cross-entropy: how surprised the model is by what really comes next, in nats a token.

use burn::tensor::{Int, Tensor};

use crate::ops;

/// A loss to report and a scalar to differentiate.
pub struct CrossEntropy {
    /// Mean over the tokens, in nats: `[1]`, outside the graph.
    pub value: Tensor<1>,
    /// Its gradient is the loss's gradient; its value means nothing: `[1]`, inside the graph.
    pub objective: Tensor<1>,
}

/// The loss of `logits` `[tokens, vocab_size]` against `targets` `[tokens]`.
///
/// The gradient of cross-entropy with respect to the logits is known, `(softmax - one_hot) / tokens`, so it is written
/// down rather than derived: the graph is shorter by the log-softmax, whose backward pass reads the logits five times,
/// and by a gather, whose backward pass is a serial loop on a GPU. A test compares it with finite differences.
pub fn cross_entropy(logits: Tensor<2>, targets: Tensor<1, Int>) -> CrossEntropy {
    let (value, gradient) = ops::cross_entropy(logits.clone().inner(), targets);
    CrossEntropy { value, objective: (logits * gradient.autodiff()).sum() }
}

/// The loss alone, `[1]`, for an evaluation.
pub fn mean_cross_entropy(logits: Tensor<2>, targets: Tensor<1, Int>) -> Tensor<1> {
    ops::cross_entropy(logits, targets).0
}
