//! Taking a model apart: what is watched is the ordinary pass, each way of switching a part off gives the
//! same, and a training never notices.

mod common;

use burn::tensor::{Device, Tensor};
use common::{POSITIONS, awake, awake_model, bits, dataset, furthest, tiny, tokens, trainer, values};
use petit_train_core::checkpoint::Writer;
use petit_train_core::config::{ModelConfig, Position, TrainConfig};
use petit_train_core::error::Error;
use petit_train_core::inspect::{
    BillPart, bill, causes, consequences, direction, lens, logits, parameter, score,
};
use petit_train_core::model::{ChangedNumber, Gpt, HeadOff, Interventions, KvCache, Part, Steering};
use petit_train_core::tokenizer::Tokenizer;
use pollster::block_on;

const WINDOW: [i32; 8] = [3, 1, 4, 1, 5, 9, 2, 6];
/// As long as the window of a tiny model.
const TEXT: &str = "Le chat ";

fn model() -> (Gpt, Tokenizer) {
    let (tokenizer, _) = dataset();
    (awake(&tiny(Position::Rotary), tokenizer.vocab_size()), tokenizer)
}

fn scores(model: &Gpt) -> Vec<f32> {
    values(model.logits(model.forward(tokens(&[&WINDOW])).hidden_state))
}

fn off(part: Part) -> Interventions {
    match part {
        Part { layer, head: Some(head) } => {
            Interventions { heads: vec![HeadOff { layer, head }], ..Interventions::default() }
        }
        Part { layer, head: None } => Interventions { mlps: vec![layer], ..Interventions::default() },
    }
}

#[test]
fn a_watched_pass_is_the_ordinary_one_to_the_last_bit() {
    for position in POSITIONS {
        let model = awake_model(&tiny(position));
        let forward = model.forward(tokens(&[&WINDOW]));
        let trace = model.forward_traced(tokens(&[&WINDOW]), &Interventions::default()).unwrap();
        let exact = |tensor: Tensor<2>| values(tensor).into_iter().map(f32::to_bits).collect::<Vec<_>>();
        assert_eq!(exact(trace.hidden_state), exact(forward.hidden_state.clone()));
        assert_eq!((trace.residuals.len(), trace.attention.len(), trace.mlp_outputs.len()), (3, 2, 2));
        for (ours, theirs) in trace.attention.into_iter().zip(forward.attention) {
            assert_eq!(values(ours), values(theirs));
        }
        let last = trace.residuals.last().unwrap().clone();
        assert_eq!(exact(model.final_norm(last)), exact(forward.hidden_state));
        // Without its heads, all that a layer adds is what its MLP does.
        let heads = (0..2).map(|head| HeadOff { layer: 1, head }).collect();
        let without = Interventions { heads, ..Interventions::default() };
        let trace = model.forward_traced(tokens(&[&WINDOW]), &without).unwrap();
        let added = trace.residuals[2].clone() - trace.residuals[1].clone();
        assert!(furthest(&values(added), &values(trace.mlp_outputs[1].clone())) < 1e-5);
    }
}

#[test]
fn what_is_off_adds_nothing() {
    let model = awake_model(&tiny(Position::Rotary));
    let layer = Interventions { layers: vec![0], ..Interventions::default() };
    let trace = model.forward_traced(tokens(&[&WINDOW]), &layer).unwrap();
    assert_eq!(values(trace.residuals[0].clone()), values(trace.residuals[1].clone()));
    assert_ne!(values(trace.residuals[1].clone()), values(trace.residuals[2].clone()));
    // A layer is its heads and its MLP.
    let heads = (0..2).map(|head| HeadOff { layer: 0, head }).collect();
    let parts = Interventions { heads, mlps: vec![0], ..Interventions::default() };
    let [one, other] =
        [layer, parts].map(|interventions| scores(&model.with_interventions(&interventions).unwrap()));
    assert_eq!(one, other);
    assert!(furthest(&one, &scores(&model)) > 1e-3);
}

#[test]
fn a_model_without_positions_is_that_of_a_configuration_without_them() {
    for position in POSITIONS {
        let model = awake_model(&tiny(position));
        let without = Interventions { without_positions: true, ..Interventions::default() };
        let blind = scores(&model.with_interventions(&without).unwrap());
        let config = ModelConfig { position: Position::None, ..tiny(position) };
        let given = model.parameter_table().iter().zip(model.parameters());
        let mut given = given.filter(|(info, _)| !info.name.contains("positions"));
        let other = Gpt::from_parameters(&config, model.vocab_size(), &Device::flex(), |_| {
            Ok(given.next().unwrap().1.clone())
        });
        assert_eq!(blind, scores(&other.unwrap()), "{position:?}");
        assert_eq!(blind == scores(&model), position == Position::None, "{position:?}");
    }
}

#[test]
fn one_number_can_be_changed_and_put_back() {
    let model = awake_model(&tiny(Position::Learned));
    for (index, info) in model.parameter_table().iter().enumerate() {
        let [row, column] = info.shape.map(|extent| extent - 1);
        let numbers = block_on(parameter(&model, index)).unwrap();
        assert_eq!(numbers.shape, info.shape);
        let before = numbers.values[row * info.shape[1] + column];
        let with = |value| {
            let numbers = vec![ChangedNumber { parameter: index, row, column, value }];
            model.with_interventions(&Interventions { numbers, ..Interventions::default() }).unwrap()
        };
        let changed = with(before + 3.0);
        let differ = bits(&model).iter().zip(bits(&changed)).filter(|(a, b)| *a != b).count();
        assert_eq!(differ, 1, "{}", info.name);
        assert_eq!(bits(&with(before)), bits(&model), "{}", info.name);
        assert_eq!(scores(&with(before)), scores(&model), "{}", info.name);
    }
}

#[test]
fn a_direction_is_added_in_a_whole_window_and_token_by_token() {
    let model = awake_model(&tiny(Position::Rotary));
    let direction: Vec<f32> = (0..16).map(|index| index as f32 / 8.0 - 1.0).collect();
    let steering = |strength| {
        let steering = vec![Steering { layer: 0, direction: direction.clone(), strength }];
        Interventions { steering, ..Interventions::default() }
    };
    let steered = model.with_interventions(&steering(2.0)).unwrap();
    let [before, after] = [&model, &steered].map(|model| {
        let trace = model.forward_traced(tokens(&[&WINDOW]), &Interventions::default()).unwrap();
        trace.residuals[1].clone()
    });
    let twice = direction.iter().map(|number| number * 2.0).cycle().take(8 * 16).collect::<Vec<_>>();
    assert!(furthest(&values(after - before), &twice) < 1e-5);
    assert_eq!(scores(&model.with_interventions(&steering(0.0)).unwrap()), scores(&model));
    let whole = scores(&steered);
    let mut cache = KvCache::new(&steered, 1);
    for (index, &token) in WINDOW.iter().enumerate() {
        let newest = values(steered.forward_newest(&[token as u32], &mut cache));
        let row = &whole[index * model.vocab_size()..(index + 1) * model.vocab_size()];
        assert!(furthest(&newest, row) < 1e-4);
    }
}

#[test]
fn the_direction_from_some_sentences_to_others_leads_there() {
    let (model, tokenizer) = model();
    let sentences = |texts: &[&str]| texts.iter().map(|&text| text.to_owned()).collect::<Vec<_>>();
    let (toward, away) = (sentences(&["Le chat", "noir"]), sentences(&["loin."]));
    let found = block_on(direction(&model, &tokenizer, [&toward, &away], 1)).unwrap();
    let mean = |text: &str| {
        let ids: Vec<i32> = tokenizer.encode(text).unwrap().into_iter().map(|id| id as i32).collect();
        let trace = model.forward_traced(tokens(&[&ids]), &Interventions::default()).unwrap();
        values(trace.residuals[2].clone().mean_dim(0))
    };
    let [one, two, three] = ["Le chat", "noir", "loin."].map(mean);
    let expected: Vec<f32> = (0..16).map(|i| (one[i] + two[i]) / 2.0 - three[i]).collect();
    assert!(furthest(&found, &expected) < 1e-5);
    let none = block_on(direction(&model, &tokenizer, [&toward, &[]], 1)).err();
    assert_eq!(none, Some(Error::PromptEmpty));
}

#[test]
fn each_cause_is_what_a_model_without_that_part_says() {
    for position in POSITIONS {
        let (tokenizer, _) = dataset();
        let model = awake(&tiny(position), tokenizer.vocab_size());
        for predicted in [1, 4, 7] {
            let found = block_on(causes(&model, &tokenizer, TEXT, predicted, true)).unwrap();
            let of = |model: &Gpt| block_on(score(model, &tokenizer, TEXT)).unwrap().log_probs[predicted - 1];
            assert!((found.log_prob - of(&model)).abs() < 1e-5);
            assert_eq!((found.parts.len(), found.pairs.len()), (6, 15));
            let mut different = 0;
            for cause in &found.parts {
                let without = of(&model.with_interventions(&off(cause.part)).unwrap());
                assert!((cause.log_prob - without).abs() < 1e-5, "{cause:?}, {without}");
                different += usize::from((without - found.log_prob).abs() > 1e-3);
            }
            assert!(different > 3, "hardly a part matters");
            for pair in &found.pairs {
                let [one, other] = pair.parts.map(|place| off(found.parts[place].part));
                let without =
                    of(&model.with_interventions(&one).unwrap().with_interventions(&other).unwrap());
                assert!((pair.log_prob - without).abs() < 1e-5, "{pair:?}, {without}");
            }
            let singles = block_on(causes(&model, &tokenizer, TEXT, predicted, false)).unwrap();
            assert_eq!((singles.parts, singles.pairs.len()), (found.parts, 0));
        }
    }
}

#[test]
fn many_states_are_computed_in_parts_as_at_once() {
    let (tokenizer, _) = dataset();
    let config = ModelConfig { n_layer: 3, n_head: 2, n_embd: 16, block_size: 256, ..tiny(Position::Rotary) };
    let model = awake(&config, tokenizer.vocab_size());
    let text = "Le chat noir mange le poisson. ".repeat(8);
    let found = block_on(causes(&model, &tokenizer, &text, 200, true)).unwrap();
    for cause in &found.parts {
        let without = model.with_interventions(&off(cause.part)).unwrap();
        let without = block_on(score(&without, &tokenizer, &text)).unwrap().log_probs[199];
        assert!((cause.log_prob - without).abs() < 1e-5, "{cause:?}, {without}");
    }
}

#[test]
fn the_last_layer_of_the_lens_is_what_the_model_says() {
    let (model, tokenizer) = model();
    for position in 1..=TEXT.len() {
        let found = block_on(lens(&model, &tokenizer, TEXT, position)).unwrap();
        assert_eq!(found.layers.len(), 3);
        let seen = block_on(petit_train_core::inspect::inspect(&model, &tokenizer, TEXT)).unwrap();
        assert_eq!(found.layers[2].candidates, seen.candidates[position - 1]);
        let log_probs = block_on(score(&model, &tokenizer, TEXT)).unwrap().log_probs;
        let expected = log_probs.get(position - 1).map(|log_prob| log_prob.exp());
        match (found.layers[2].probability, expected) {
            (Some(found), Some(expected)) => assert!((found - expected).abs() < 1e-5),
            (found, expected) => assert_eq!(found, expected),
        }
    }
}

#[test]
fn the_bill_lists_every_parameter_once() {
    for position in POSITIONS {
        let model = awake_model(&tiny(position));
        let bill = bill(&model);
        let sum: usize = bill.iter().map(|entry| entry.shape[0] * entry.shape[1]).sum();
        assert_eq!(sum as u64, model.config().n_parameters(model.vocab_size()));
        let positions = bill.iter().any(|entry| entry.part == BillPart::Positions);
        assert_eq!(positions, position == Position::Learned);
        let of_layers = bill.iter().filter(|entry| entry.layer.is_some());
        assert!(of_layers.clone().all(|entry| entry.layer < Some(2)) && of_layers.count() == 2 * 7);
    }
}

#[test]
fn consequences_are_what_the_altered_model_says_and_writes() {
    let (model, tokenizer) = model();
    let (nothing, without) = (Interventions::default(), off(Part { layer: 0, head: None }));
    let asked = [nothing.clone(), without.clone(), nothing];
    let found = block_on(consequences(&model, &tokenizer, TEXT, &asked, 20)).unwrap();
    let [whole, changed, again] = &found[..] else { panic!("{found:?}") };
    assert_eq!(whole.score, block_on(score(&model, &tokenizer, TEXT)).unwrap());
    let altered = model.with_interventions(&without).unwrap();
    assert_eq!(changed.score, block_on(score(&altered, &tokenizer, TEXT)).unwrap());
    assert_ne!(changed.score, whole.score);
    assert_eq!(again, whole, "it is not the same model any more");
    // The first token that is written is the likeliest.
    let first = whole.candidates[0].token.as_str();
    assert!(whole.continuation.starts_with(first) || first.starts_with("<|"), "{whole:?}");
}

#[test]
fn what_a_model_does_not_have_is_refused() {
    let (model, tokenizer) = model();
    let nothing = Interventions::default;
    let refused = |interventions: Interventions| model.with_interventions(&interventions).err();
    let out_of_range = |error: Option<Error>, of: &str| {
        assert!(matches!(error, Some(Error::SettingOutOfRange { name, .. }) if name == of), "{of}");
    };
    let heads = |layer, head| Interventions { heads: vec![HeadOff { layer, head }], ..nothing() };
    out_of_range(refused(heads(2, 0)), "layer");
    out_of_range(refused(heads(0, 2)), "head");
    out_of_range(refused(Interventions { mlps: vec![7], ..nothing() }), "layer");
    out_of_range(refused(Interventions { layers: vec![usize::MAX], ..nothing() }), "layer");
    let number = |parameter, row, column, value| {
        let numbers = vec![ChangedNumber { parameter, row, column, value }];
        refused(Interventions { numbers, ..nothing() })
    };
    out_of_range(number(99, 0, 0, 0.0), "parameter");
    out_of_range(number(0, 10_000, 0, 0.0), "row");
    out_of_range(number(0, 0, 16, 0.0), "column");
    out_of_range(number(0, 0, 0, f32::NAN), "value");
    let steering = |layer, width| {
        let steering = vec![Steering { layer, direction: vec![0.0; width], strength: 1.0 }];
        refused(Interventions { steering, ..nothing() })
    };
    out_of_range(steering(2, 16), "layer");
    assert_eq!(steering(0, 15), Some(Error::SizeMismatch { given: 15, needed: 16 }));
    for position in [0, 8] {
        out_of_range(block_on(causes(&model, &tokenizer, TEXT, position, false)).err(), "position");
    }
    out_of_range(block_on(lens(&model, &tokenizer, TEXT, 9)).err(), "position");
    out_of_range(block_on(causes(&model, &tokenizer, "L", 1, false)).err(), "position");
    out_of_range(block_on(parameter(&model, 99)).err(), "parameter");
    out_of_range(block_on(consequences(&model, &tokenizer, TEXT, &[], 301)).err(), "length");
    let empty = block_on(consequences(&model, &tokenizer, "", &[nothing()], 5)).err();
    assert_eq!(empty, Some(Error::PromptEmpty));
}

#[test]
fn numbers_that_are_none_are_told() {
    let (mut model, tokenizer) = model();
    model.map_parameters(|_, tensor| tensor * f32::NAN);
    let diverged = Some(Error::Diverged { step: None });
    let nothing = Interventions::default();
    assert_eq!(block_on(causes(&model, &tokenizer, TEXT, 2, false)).err(), diverged);
    assert_eq!(block_on(lens(&model, &tokenizer, TEXT, 2)).err(), diverged);
    assert_eq!(block_on(consequences(&model, &tokenizer, TEXT, &[nothing], 2)).err(), diverged);
    let one = ["Le".to_owned()];
    assert_eq!(block_on(direction(&model, &tokenizer, [&one, &one], 0)).err(), diverged);
}

#[test]
fn a_training_never_notices_what_is_asked() {
    let (tokenizer, _) = dataset();
    let file = |asked: bool| {
        let config = TrainConfig { batch_size: 4, steps: 20, ..TrainConfig::default() };
        let mut trainer = trainer(tiny(Position::Rotary), config);
        for _ in 0..3 {
            block_on(trainer.train_steps(3)).unwrap();
            if asked {
                take_apart(trainer.model(), &tokenizer);
            }
        }
        block_on(Writer::of_training(&trainer, &tokenizer, "{}").unwrap().into_bytes()).unwrap()
    };
    assert_eq!(file(true), file(false));
}

/// Asks all there is to ask, and changes all there is to change.
fn take_apart(model: &Gpt, tokenizer: &Tokenizer) {
    let before = block_on(logits(model, tokenizer, TEXT)).unwrap();
    let toward = ["Le chat".to_owned()];
    let found = block_on(direction(model, tokenizer, [&toward, &["noir".to_owned()]], 0)).unwrap();
    let numbers = (0..model.parameter_table().len())
        .map(|parameter| ChangedNumber { parameter, row: 0, column: 1, value: 9.0 })
        .collect();
    let all = Interventions {
        heads: vec![HeadOff { layer: 0, head: 1 }],
        mlps: vec![1],
        layers: vec![0],
        without_positions: true,
        numbers,
        steering: vec![Steering { layer: 1, direction: found, strength: 3.0 }],
    };
    block_on(consequences(model, tokenizer, TEXT, &[all], 12)).unwrap();
    block_on(causes(model, tokenizer, TEXT, 5, true)).unwrap();
    block_on(lens(model, tokenizer, TEXT, 5)).unwrap();
    block_on(parameter(model, 0)).unwrap();
    assert_eq!(block_on(logits(model, tokenizer, TEXT)).unwrap(), before);
}

#[test]
fn a_fresh_model_misses_no_part() {
    // Its residual matrices are zero.
    let model = common::tiny_model(&tiny(Position::Rotary));
    let heads = vec![HeadOff { layer: 1, head: 1 }];
    let without = Interventions { heads, mlps: vec![0], ..Interventions::default() };
    assert_eq!(scores(&model.with_interventions(&without).unwrap()), scores(&model));
}
