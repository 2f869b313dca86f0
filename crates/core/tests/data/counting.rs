//! Counting models against a count that anybody would write down.

use std::collections::HashMap;

use petit_train_core::data::{Dataset, NgramModel, NoText, ORDERS, Part};
use petit_train_core::random::{Purpose, rng};
use rand::RngExt;

use super::{CHARS, tokenize};

/// Witten and Bell's formula, with everything counted anew for each question.
fn naive(stretches: &[&[u32]], vocab_size: usize, order: usize, history: &[u32], token: u32) -> f64 {
    if order == 0 {
        return 1.0 / vocab_size as f64;
    }
    let shorter = naive(stretches, vocab_size, order - 1, history, token);
    if history.len() + 1 < order {
        return shorter;
    }
    let history = &history[history.len() + 1 - order..];
    let mut followers: HashMap<u32, usize> = HashMap::new();
    for ngram in stretches.iter().flat_map(|stretch| stretch.windows(order)) {
        if ngram.starts_with(history) {
            *followers.entry(ngram[order - 1]).or_default() += 1;
        }
    }
    let (all, different) = (followers.values().sum::<usize>() as f64, followers.len() as f64);
    if all == 0.0 {
        return shorter;
    }
    let count = followers.get(&token).copied().unwrap_or_default() as f64;
    (count + different * shorter) / (all + different)
}

#[test]
fn counts_are_those_of_a_naive_count_and_do_not_cross_stretches() {
    let stretches: [&[u32]; 4] = [&[1, 2, 3, 1, 2, 4], &[5, 1, 2], &[5], &[]];
    let model = NgramModel::count(&stretches, 7);
    assert_eq!(model.tokens(), 10);
    for order in 1..=ORDERS {
        let histories: [&[u32]; 7] = [&[], &[2], &[5], &[6], &[1, 2], &[4, 5], &[3, 1, 2]];
        for history in histories {
            let probability = |token| model.probability(order, history, token);
            for token in 0..7 {
                let expected = naive(&stretches, 7, order, history, token);
                assert!((probability(token) - expected).abs() < 1e-12, "{order}: {token} after {history:?}");
            }
            assert!(((0..7).map(probability).sum::<f64>() - 1.0).abs() < 1e-12);
        }
    }
    assert_eq!(model.log_probs(2, &[1, 2, 4])[1], model.probability(2, &[1, 2], 4).ln() as f32);
    assert_eq!(model.log_probs(2, &[1, 2, 4]).len(), 2);
    assert!(model.log_probs(2, &[1]).is_empty() && model.log_probs(2, &[]).is_empty());
}

#[test]
fn a_text_that_is_counted_in_several_goes_is_counted_whole() {
    // More triples than are noted at once, of a vocabulary as large as tokens can be.
    let large = (1 << 20) - 100;
    let mut random = rng(1, Purpose::Sampling);
    let tokens: Vec<u32> = (0..300_000).map(|_| large + random.random_range(0..90)).collect();
    let (vocab_size, stretches) = (1 << 20, [&tokens[..]]);
    let model = NgramModel::count(&stretches, vocab_size);
    assert_eq!(model.tokens(), tokens.len());
    for at in [2, 100_000, 290_000] {
        let (history, token) = (&tokens[at - 2..at], tokens[at]);
        let expected = naive(&stretches, vocab_size, 3, history, token);
        assert!((model.probability(3, history, token) - expected).abs() < 1e-12);
    }
}

#[test]
fn losses_are_those_of_the_predictions_that_an_evaluation_makes() {
    let text = "Le petit train va loin. Le chat noir mange le poisson. ".repeat(80);
    let (tokenizer, corpus) = tokenize(&[&text], &CHARS, 16).unwrap();
    let model = NgramModel::of(&corpus, tokenizer.vocab_size()).unwrap();
    assert_eq!(model.tokens(), corpus.size().training_tokens);
    let rows = corpus.rows(Part::Validation, &corpus.validation(5));
    let losses = model.validation_losses(&corpus, 5).unwrap();
    for (order, loss) in (1..).zip(losses) {
        let mut sum = 0.0;
        for (at, (&target, &weight)) in rows.targets.iter().zip(&rows.weights).enumerate() {
            let row = at - at % rows.time;
            sum -= model.probability(order, &rows.inputs[row..=at], target).ln() * f64::from(weight);
        }
        assert!((f64::from(loss) - sum / rows.total_weight()).abs() < 1e-5);
    }
    assert!(losses[0] > losses[1] && losses[1] > losses[2], "the more is seen, the better: {losses:?}");
    assert!(losses[0] < (tokenizer.vocab_size() as f32).ln());
    let documents = ["Le chat va.", "Le train va."];
    let counted = NgramModel::of_documents(&documents, &tokenizer).unwrap();
    assert_eq!(counted.tokens(), documents.concat().len() + 2, "each ends with a token of its own");
    assert!(NgramModel::of_documents(&["ζ"], &tokenizer).is_err());
    assert!(NgramModel::of(&NoText { is_of_documents: false }, 7).is_none());
    let (tokenizer, tiny) = tokenize(&["Le chat"], &CHARS, 16).unwrap();
    let model = NgramModel::of(&tiny, tokenizer.vocab_size()).unwrap();
    assert_eq!(model.validation_losses(&tiny, 5), None, "there is no validation part");
}
