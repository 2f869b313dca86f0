//! Cross-entropy: how surprised the model is by what really comes next, in nats a token.

use burn::tensor::{Int, Tensor, activation::log_softmax};

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
    let [tokens, _] = logits.dims();
    let (log_p, one_hot) = log_probabilities(logits.clone().inner(), targets);
    let gradient = (log_p.clone().exp() - one_hot.clone()) / tokens as f64;
    CrossEntropy { value: mean_surprise(log_p, one_hot), objective: (logits * gradient.autodiff()).sum() }
}

/// The loss alone, `[1]`, for an evaluation.
pub fn mean_cross_entropy(logits: Tensor<2>, targets: Tensor<1, Int>) -> Tensor<1> {
    let (log_p, one_hot) = log_probabilities(logits, targets);
    mean_surprise(log_p, one_hot)
}

/// Log-probabilities, and a 1 at each target: both `[tokens, vocab_size]`.
fn log_probabilities(logits: Tensor<2>, targets: Tensor<1, Int>) -> (Tensor<2>, Tensor<2>) {
    let [_, vocab_size] = logits.dims();
    // Not `one_hot`: burn's checks its input on the host, with a wait that a browser forbids.
    let vocabulary = Tensor::<1, Int>::arange(0..vocab_size as i64, &logits.device());
    let one_hot = targets.unsqueeze_dim::<2>(1).equal(vocabulary.unsqueeze::<2>()).float();
    (log_softmax(logits, 1), one_hot)
}

fn mean_surprise(log_p: Tensor<2>, one_hot: Tensor<2>) -> Tensor<1> {
    let [tokens, _] = log_p.dims();
    -(log_p * one_hot).sum() / tokens as f64
}
