//! Looking inside, and writing, through a real tokenizer.

mod common;

use burn::tensor::activation::log_softmax;
use burn::tensor::{Device, Tensor, TensorData};
use common::{dataset, tiny, tokenizer, tokens, trainer, values};
use petit_train_core::config::{Position, SamplingConfig, TrainConfig};
use petit_train_core::data::{Corpus, Texts};
use petit_train_core::error::Error;
use petit_train_core::generate::{Generator, MAX_TEXTS, Piece, WritingConfig};
use petit_train_core::inspect::{
    inspect, logits, neighbours, positions, score, score_whole, validation_passage,
};
use petit_train_core::model::ParameterKind;
use petit_train_core::tokenizer::{SpecialToken, TokenizerConfig};
use pollster::block_on;

fn trained() -> petit_train_core::train::Trainer {
    let train = TrainConfig { batch_size: 8, steps: 200, learning_rate: 1e-2, ..TrainConfig::default() };
    let mut trainer = trainer(tiny(Position::Rotary), train);
    block_on(trainer.train_steps(200)).unwrap();
    trainer
}

#[test]
fn an_inspection_describes_the_last_window_of_the_text() {
    let (trainer, (tokenizer, _)) = (trained(), dataset());
    for (text, shown) in [("Le cha", "Le cha"), ("Le petit train", "it train")] {
        let seen = block_on(inspect(trainer.model(), &tokenizer, text)).unwrap();
        let time = shown.len();
        assert_eq!(seen.tokens.concat(), shown);
        assert_eq!((seen.n_layer, seen.n_head), (2, 2));
        assert_eq!(seen.attention.len(), 2 * 2 * time * time);
        for (i, row) in seen.attention.chunks(time).enumerate() {
            assert!((row.iter().sum::<f32>() - 1.0).abs() < 1e-5);
            assert!(row[i % time + 1..].iter().all(|&weight| weight == 0.0));
        }
        assert_eq!(seen.candidates.len(), time);
        for candidates in &seen.candidates {
            assert!(candidates.windows(2).all(|pair| pair[0].probability >= pair[1].probability));
            assert!(candidates.iter().map(|c| c.probability).sum::<f32>() <= 1.0001);
        }
    }
    let seen = block_on(inspect(trainer.model(), &tokenizer, "Le cha")).unwrap();
    assert_eq!(seen.candidates[5][0].token, "t", "it has learnt what comes after « Le cha »");
}

#[test]
fn positions_are_those_of_the_model() {
    for position in [Position::Rotary, Position::Learned, Position::Sinusoidal, Position::None] {
        let trainer = trainer(tiny(position), TrainConfig::default());
        let model = trainer.model();
        let seen = block_on(positions(model)).unwrap();
        let config = model.config();
        let (time, pairs) = (config.block_size, config.head_dim() / 2);
        assert_eq!((seen.position, seen.block_size), (position, time));
        assert_eq!(seen.rotary.len(), time * pairs);
        assert!(seen.rotary[..pairs].iter().all(|&cosine| cosine == 1.0), "at no distance nothing is turned");
        assert!((seen.rotary[3 * pairs] - 3f32.cos()).abs() < 1e-6, "the first pair turns by 1 a token");
        assert_eq!(seen.sinusoidal.len(), time * config.n_embd);
        let is_learned = position == Position::Learned;
        let learned = if is_learned { values(model.parameters()[1].clone()) } else { vec![] };
        assert_eq!(seen.learned, learned);
    }
}

#[test]
fn the_likeliest_text_is_the_one_learnt() {
    let (trainer, (tokenizer, _)) = (trained(), dataset());
    let greedy = SamplingConfig { temperature: 0.0, ..SamplingConfig::default() };
    let config = WritingConfig { sampling: greedy, ..WritingConfig::default() };
    let mut generator = Generator::new(&tokenizer, &["Le chat noir ma"], &config).unwrap();
    let next = |_| block_on(generator.next(trainer.model(), &tokenizer)).unwrap().remove(0).text;
    let text: String = (0..15).map(next).collect();
    assert_eq!(text, "nge le poisson.");
}

#[test]
fn prompts_that_cannot_be_read_are_refused() {
    let (trainer, (tokenizer, _)) = (trained(), dataset());
    let config = WritingConfig { stop_at_end: true, ..WritingConfig::default() };
    let refused = |prompts: &[&str]| Generator::new(&tokenizer, prompts, &config).err();
    assert_eq!(refused(&["Le", ""]), Some(Error::PromptEmpty));
    for count in [0, MAX_TEXTS + 1] {
        assert!(matches!(refused(&vec!["Le"; count]), Some(Error::SettingOutOfRange { name: "texts", .. })));
    }
    let unknown = Error::UnknownCharacters { characters: vec!['Ω'] };
    assert_eq!(refused(&["Le Ω"]), Some(unknown.clone()));
    assert_eq!(block_on(inspect(trainer.model(), &tokenizer, "Ω")).err(), Some(unknown));
    assert_eq!(block_on(inspect(trainer.model(), &tokenizer, "")).err(), Some(Error::PromptEmpty));
    assert_eq!(block_on(score(trainer.model(), &tokenizer, "")).err(), Some(Error::PromptEmpty));
}

#[test]
fn connections_are_found_from_the_later_word_to_the_earlier() {
    let (trainer, (tokenizer, _)) = (trained(), dataset());
    // The window of 8 shows « noir man »: bytes 8 to 16.
    let seen = block_on(inspect(trainer.model(), &tokenizer, "Le chat noir man")).unwrap();
    assert_eq!(seen.bounds, (8..=16).collect::<Vec<usize>>());
    assert_eq!(seen.tokens_of(&(8..12)), Some(0..4));
    assert_eq!(seen.tokens_of(&(7..12)), None, "it begins before the window");
    assert_eq!(seen.tokens_of(&(13..17)), None, "it ends behind the text");
    assert_eq!(seen.tokens_of(&(9..9)), None, "it is empty");

    let found = seen.strongest_connection(&(13..16), &(8..12)).unwrap();
    assert_eq!(seen.strongest_connection(&(8..12), &(13..16)), Some(found), "the order does not matter");
    let weight = |layer: usize, head: usize, query: usize, key: usize| {
        seen.attention[((layer * 2 + head) * 8 + query) * 8 + key]
    };
    // By hand: of every head and every token from the one before « man », what « noir » gets.
    let mut strongest = 0.0_f32;
    for (layer, head, query) in (0..2).flat_map(|l| (0..2).flat_map(move |h| (4..8).map(move |q| (l, h, q))))
    {
        strongest = strongest.max((0..4).map(|key| weight(layer, head, query, key)).sum());
    }
    assert!((found.share - strongest).abs() < 1e-6, "{found:?}, {strongest}");
    let row: f32 = (0..4).map(|key| weight(found.layer, found.head, found.query, key)).sum();
    assert!((found.share - row).abs() < 1e-6);
    let key = weight(found.layer, found.head, found.query, found.key);
    assert!((0..4).all(|other| weight(found.layer, found.head, found.query, other) <= key));
}

#[test]
fn scores_are_the_log_probabilities_of_what_comes_next() {
    let (trainer, (tokenizer, _)) = (trained(), dataset());
    for (text, shown) in [("L", "L"), ("Le cha", "Le cha"), ("Le petit train", "it train")] {
        let seen = block_on(score(trainer.model(), &tokenizer, text)).unwrap();
        assert_eq!(seen.tokens.concat(), shown);
        let ids: Vec<i32> = tokenizer.encode(shown).unwrap().into_iter().map(|id| id as i32).collect();
        let model = trainer.model();
        let scores = model.logits(model.forward(tokens(&[&ids])).hidden_state);
        assert_eq!(
            common::furthest(&block_on(logits(model, &tokenizer, text)).unwrap(), &values(scores.clone())),
            0.0
        );
        let log_probs = values(log_softmax(scores, 1));
        let expected: Vec<f32> = ids
            .iter()
            .skip(1)
            .enumerate()
            .map(|(row, &id)| log_probs[row * tokenizer.vocab_size() + id as usize])
            .collect();
        assert!(common::furthest(&seen.log_probs, &expected) < 1e-4, "{seen:?}");
    }
    let likely = block_on(score(trainer.model(), &tokenizer, "Le chat")).unwrap();
    let unlikely = block_on(score(trainer.model(), &tokenizer, "Le tahc")).unwrap();
    let sum = |log_probs: &[f32]| log_probs.iter().sum::<f32>();
    assert!(sum(&likely.log_probs) > sum(&unlikely.log_probs) + 3.0);
}

#[test]
fn the_nearest_tokens_are_those_of_the_largest_cosines() {
    let (trainer, (tokenizer, _)) = (trained(), dataset());
    let (model, vocab_size) = (trainer.model(), tokenizer.vocab_size());
    let embedding = values(model.parameters()[0].clone());
    let row = |id: u32| &embedding[id as usize * 16..][..16];
    let dot = |a: &[f32], b: &[f32]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f32>();
    for token in 0..vocab_size as u32 {
        let cosine =
            |id: u32| dot(row(token), row(id)) / (dot(row(token), row(token)) * dot(row(id), row(id))).sqrt();
        let near = block_on(neighbours(model, &tokenizer, token, 5)).unwrap();
        assert_eq!(near.len(), 5);
        for neighbour in &near {
            assert!((neighbour.cosine - cosine(neighbour.id)).abs() < 1e-5);
            assert_eq!(neighbour.token, tokenizer.label(neighbour.id));
            assert_ne!(neighbour.id, token);
        }
        assert!(near.is_sorted_by(|a, b| a.cosine >= b.cosine));
        let others = (0..vocab_size as u32).filter(|&id| id != token && near.iter().all(|one| one.id != id));
        let farthest = near[4].cosine;
        others.for_each(|id| assert!(cosine(id) <= farthest + 1e-5));
    }
    assert_eq!(block_on(neighbours(model, &tokenizer, 5, usize::MAX)).unwrap().len(), vocab_size - 1);
    let unknown = block_on(neighbours(model, &tokenizer, vocab_size as u32, 5)).err();
    assert!(matches!(unknown, Some(Error::SettingOutOfRange { name: "token", .. })));
}

#[test]
fn a_text_ends_where_the_model_ends_it_if_that_is_asked() {
    // A model that always writes `<|endoftext|>`: of all embeddings only its own is long, and all are alike
    // but for that.
    let tokenizer = tokenizer("abc");
    let end = SpecialToken::EndOfText.id();
    let mut model = common::awake(&tiny(Position::None), tokenizer.vocab_size());
    model.map_parameters(|info, tensor| match info.kind {
        ParameterKind::Embedding => {
            let rows = 0..info.shape[0];
            let values: Vec<f32> =
                rows.flat_map(|row| vec![if row as u32 == end { 2.0 } else { 1.0 }; info.shape[1]]).collect();
            Tensor::from_data(TensorData::new(values, info.shape), &Device::flex())
        }
        ParameterKind::Matrix { .. } => tensor.zeros_like(),
        ParameterKind::Gain => tensor,
    });
    let greedy = SamplingConfig { temperature: 0.0, ..SamplingConfig::default() };
    for stop_at_end in [true, false] {
        let config = WritingConfig { sampling: greedy.clone(), stop_at_end, ..WritingConfig::default() };
        let mut generator = Generator::new(&tokenizer, &["abc"], &config).unwrap();
        // Beyond the window; what has ended stays so.
        for _ in 0..12 {
            let pieces = block_on(generator.next(&model, &tokenizer)).unwrap();
            assert_eq!(pieces, [Piece { id: end, text: String::new(), ended: stop_at_end, written: None }]);
        }
    }
}

#[test]
fn a_model_whose_numbers_are_none_answers_nothing() {
    let (tokenizer, _) = dataset();
    let mut model = common::awake(&tiny(Position::Rotary), tokenizer.vocab_size());
    model.map_parameters(|_, tensor| tensor * f32::NAN);
    let diverged = Some(Error::Diverged { step: None });
    assert_eq!(block_on(inspect(&model, &tokenizer, "Le")).err(), diverged);
    assert_eq!(block_on(score(&model, &tokenizer, "Le")).err(), diverged);
    assert_eq!(block_on(neighbours(&model, &tokenizer, 4, 3)).err(), diverged);
    let mut generator = Generator::new(&tokenizer, &["Le"], &WritingConfig::default()).unwrap();
    assert_eq!(block_on(generator.next(&model, &tokenizer)).err(), diverged);
}

#[test]
fn a_whole_text_is_scored_as_its_windows_are() {
    let (trainer, (tokenizer, _)) = (trained(), dataset());
    // The context has eight letters.
    let text = "Le chat noir mange.";
    let whole = block_on(score_whole(trainer.model(), &tokenizer, text)).unwrap();
    assert_eq!(whole.tokens.concat(), text);
    assert_eq!(whole.log_probs.len(), text.len() - 1);
    let short = block_on(score(trainer.model(), &tokenizer, &text[..8])).unwrap();
    assert_eq!(whole.log_probs[..7], short.log_probs);
    // The second window begins at the fifth letter, and is the first to tell of the ninth.
    let second = block_on(score(trainer.model(), &tokenizer, &text[4..12])).unwrap();
    assert_eq!(whole.log_probs[7..11], second.log_probs[3..]);
    let one = block_on(score_whole(trainer.model(), &tokenizer, &text[..5])).unwrap();
    assert_eq!(one, block_on(score(trainer.model(), &tokenizer, &text[..5])).unwrap());
    assert_eq!(block_on(score_whole(trainer.model(), &tokenizer, "")).unwrap_err(), Error::PromptEmpty);
}

#[test]
fn passages_are_of_the_validation_part_and_begin_with_a_word() {
    let told =
        (0..60).map(|n| format!("Conte {n}. Le chat numéro {n} dort bien, et le train va loin. ").repeat(6));
    let told: Vec<String> = told.collect();
    let told: Vec<&str> = told.iter().map(String::as_str).collect();
    let (training, validation) = told.split_at(40);
    for config in [TokenizerConfig::Chars, TokenizerConfig::Bpe { vocab_size: 400 }] {
        let texts = Texts { training, validation: Some(validation), alphabet: "" };
        let (tokenizer, corpus) = Corpus::tokenize(texts, &config, 16).unwrap();
        let passages = (0..8).map(|number| validation_passage(&corpus, &tokenizer, number).unwrap());
        let passages: Vec<String> = passages.collect();
        for passage in &passages {
            assert!(validation.iter().any(|text| text.contains(passage.trim_end())), "{passage}");
            assert!((100..400).contains(&passage.chars().count()), "{passage}");
            let at = validation.iter().find_map(|text| text.find(passage).map(|at| &text[..at])).unwrap();
            assert!(at.is_empty() || at.ends_with(char::is_whitespace), "{passage}");
        }
        assert!(passages.iter().collect::<std::collections::BTreeSet<_>>().len() > 3);
        let none = Texts { validation: Some(&[]), ..texts };
        let (tokenizer, corpus) = Corpus::tokenize(none, &config, 16).unwrap();
        assert_eq!(validation_passage(&corpus, &tokenizer, 0), None);
    }
}
