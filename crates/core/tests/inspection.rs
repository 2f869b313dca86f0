//! Looking inside, and writing, through a real tokenizer.

mod common;

use common::{corpus, tiny, trainer};
use petit_train_core::config::{Position, SamplingConfig, TrainConfig};
use petit_train_core::error::Error;
use petit_train_core::generate::Generator;
use petit_train_core::inspect::inspect;
use pollster::block_on;

fn trained() -> petit_train_core::train::Trainer {
    let train = TrainConfig { batch_size: 8, steps: 200, learning_rate: 1e-2, ..TrainConfig::default() };
    let mut trainer = trainer(tiny(Position::Rotary), train);
    block_on(trainer.train_steps(200)).unwrap();
    trainer
}

#[test]
fn an_inspection_describes_the_last_window_of_the_text() {
    let (trainer, (tokenizer, _)) = (trained(), corpus());
    for (text, shown) in [("Le cha", "Le cha"), ("Le petit train", "it train")] {
        let seen = block_on(inspect(trainer.model(), &tokenizer, 8, text)).unwrap();
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
    let seen = block_on(inspect(trainer.model(), &tokenizer, 8, "Le cha")).unwrap();
    assert_eq!(seen.candidates[5][0].token, "t", "it has learnt what comes after « Le cha »");
}

#[test]
fn the_likeliest_text_is_the_one_learnt() {
    let (trainer, (tokenizer, _)) = (trained(), corpus());
    let greedy = SamplingConfig { temperature: 0.0, ..SamplingConfig::default() };
    let mut generator = Generator::new(&tokenizer, "Le chat noir ma", greedy).unwrap();
    let text: String =
        (0..15).map(|_| block_on(generator.next(trainer.model(), 8, &tokenizer)).unwrap()).collect();
    assert_eq!(text, "nge le poisson.");
}

#[test]
fn prompts_that_cannot_be_read_are_refused() {
    let (trainer, (tokenizer, _)) = (trained(), corpus());
    let config = SamplingConfig::default();
    assert_eq!(Generator::new(&tokenizer, "", config.clone()).err(), Some(Error::PromptEmpty));
    let unknown = Error::UnknownCharacters { characters: "Ω".into() };
    assert_eq!(Generator::new(&tokenizer, "Le Ω", config).err(), Some(unknown.clone()));
    assert_eq!(block_on(inspect(trainer.model(), &tokenizer, 8, "Ω")).err(), Some(unknown));
    assert_eq!(block_on(inspect(trainer.model(), &tokenizer, 8, "")).err(), Some(Error::PromptEmpty));
}

#[test]
fn connections_are_found_from_the_later_word_to_the_earlier() {
    let (trainer, (tokenizer, _)) = (trained(), corpus());
    // The window of 8 shows « noir man »: bytes 8 to 16.
    let seen = block_on(inspect(trainer.model(), &tokenizer, 8, "Le chat noir man")).unwrap();
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
