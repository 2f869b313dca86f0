//! Reading token by token gives what reading the whole window gives, and a text does not depend on what was
//! remembered.

mod common;

use burn::tensor::{Device, Tensor};
use common::{POSITIONS, VOCAB_SIZE, awake, awake_model, constant, dataset, tiny, tokens, values};
use petit_train_core::config::{MatrixOptimizer, ModelConfig, Position, SamplingConfig, TrainConfig};
use petit_train_core::data::{Corpus, Dataset, Texts};
use petit_train_core::engine::Engine;
use petit_train_core::generate::{Generator, Piece, WritingConfig};
use petit_train_core::model::{Gpt, KvCache, ParameterKind};
use petit_train_core::tokenizer::{SpecialToken, TokenizerConfig};
use petit_train_core::train::Trainer;
use pollster::block_on;

const BLOCK_SIZE: usize = 8;

#[test]
fn one_token_more_gives_what_the_whole_window_gives() {
    let window = [3, 1, 4, 1, 5, 9, 2, 6];
    for position in POSITIONS {
        let model = awake_model(&tiny(position));
        let whole = values(model.logits(model.forward(tokens(&[&window])).hidden_state));
        for len in 0..BLOCK_SIZE {
            // The second text of two; what follows the tokens that count is not looked at.
            let mut cache = KvCache::new(&model, 2);
            let mut padded = [0; BLOCK_SIZE];
            padded[..len].copy_from_slice(&window[..len]);
            if len > 0 {
                model.prefill(tokens(&[&padded]), len, &[1], &mut cache);
            }
            for (index, &token) in window.iter().enumerate().skip(len) {
                let logits = values(model.forward_newest(&[7, token as u32], &mut cache));
                let apart = whole[index * VOCAB_SIZE..].iter().zip(&logits[VOCAB_SIZE..]);
                let most = apart.map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
                assert!(most < 1e-5, "{position:?}, {len} at once: {most}");
            }
            assert_eq!(cache.lens(), [BLOCK_SIZE - len, BLOCK_SIZE]);
        }
    }
}

/// A model that never ends a text: the special tokens score 0, others more.
fn endless(vocab_size: usize) -> Gpt {
    let mut model = awake(&tiny(Position::Rotary), vocab_size);
    model.map_parameters(|info, tensor| match info.kind {
        ParameterKind::Embedding => {
            let special = SpecialToken::ALL.len();
            tensor.clone().slice_assign([0..special, 0..16], Tensor::zeros([special, 16], &Device::flex()))
        }
        _ => tensor,
    });
    model
}

/// Five windows of text: by one generator, or each token by one that has read nothing before. `change`
/// changes the model after each.
fn write(prompt: &str, remember: bool, change: impl Fn(&mut Gpt)) -> String {
    let (tokenizer, _) = dataset();
    let mut model = endless(tokenizer.vocab_size());
    let sampling = SamplingConfig { temperature: 0.0, ..SamplingConfig::default() };
    let config = WritingConfig { sampling, ..WritingConfig::default() };
    let begin = |text: &str| Generator::new(&tokenizer, &[text], &config).unwrap();
    let mut generator = begin(prompt);
    let mut text = String::from(prompt);
    for _ in 0..5 * BLOCK_SIZE {
        text += &block_on(generator.next(&model, &tokenizer)).unwrap()[0].text;
        change(&mut model);
        if !remember {
            generator = begin(&text);
        }
    }
    text
}

#[test]
fn a_text_is_the_same_whatever_was_remembered() {
    for prompt in ["L", "Le petit train va loin."] {
        assert_eq!(write(prompt, true, |_| {}), write(prompt, false, |_| {}));
    }
}

#[test]
fn what_an_earlier_model_read_is_read_again() {
    let learn = |model: &mut Gpt| {
        model.map_parameters(|info, tensor| if info.name.contains("qkv") { tensor * -1.3 } else { tensor });
    };
    let text = write("Le", true, learn);
    assert_eq!(text, write("Le", false, learn));
    assert_ne!(text, write("Le", true, |_| {}), "the change changes nothing");
}

/// Every token of texts that are written side by side, to five windows each.
fn write_together(prompts: &[&str], config: &WritingConfig, model: &Gpt) -> Vec<Vec<Piece>> {
    let (tokenizer, _) = dataset();
    let mut generator = Generator::new(&tokenizer, prompts, config).unwrap();
    let steps: Vec<Vec<Piece>> =
        (0..5 * BLOCK_SIZE).map(|_| block_on(generator.next(model, &tokenizer)).unwrap()).collect();
    (0..prompts.len()).map(|text| steps.iter().map(|pieces| pieces[text].clone()).collect()).collect()
}

#[test]
fn a_text_is_the_same_beside_others_as_alone() {
    let (tokenizer, _) = dataset();
    let prompts = ["Le petit", "L", "Le petit", "Le petit train va loin.", "Le petit", "ch"];
    for (begins_document, stop_at_end, model) in
        [(false, false, endless(tokenizer.vocab_size())), (true, true, awake(&tiny(Position::Learned), 24))]
    {
        let config = |seed| WritingConfig {
            sampling: SamplingConfig { seed, ..SamplingConfig::default() },
            begins_document,
            stop_at_end,
            ..WritingConfig::default()
        };
        let together = write_together(&prompts, &config(5), &model);
        for ((text, prompt), seed) in together.iter().zip(prompts).zip(5..) {
            assert_eq!(
                std::slice::from_ref(text),
                write_together(&[prompt], &config(seed), &model),
                "{prompt}"
            );
        }
        assert_ne!(together[0], together[2], "each draws from a seed of its own");
        let ended = together.iter().filter(|text| text.last().is_some_and(|piece| piece.ended)).count();
        assert_eq!(ended > 0, stop_at_end, "{ended} texts have ended");
    }
}

/// Logits depend on the tokens alone, to the last bit: what is drawn would hide small differences.
#[test]
fn the_scores_of_a_text_are_the_same_bits_beside_any_number_of_others() {
    let model = awake_model(&ModelConfig { n_embd: 24, block_size: 12, ..tiny(Position::Rotary) });
    let scores = |texts: usize| {
        let mut cache = KvCache::new(&model, texts);
        let step = |token: u32| {
            let others = (0..texts as u32).map(|text| if text == 0 { token } else { (token + text) % 11 });
            let logits = values(model.forward_newest(&others.collect::<Vec<_>>(), &mut cache));
            logits[..VOCAB_SIZE].iter().map(|x| x.to_bits()).collect::<Vec<_>>()
        };
        (0..11).map(step).collect::<Vec<_>>()
    };
    let alone = scores(1);
    for texts in [2, 3, 4, 5, 10, 17, 33, 70] {
        assert_eq!(scores(texts), alone, "{texts} texts");
    }
}

#[test]
fn where_prompts_begin_documents_an_empty_one_begins_a_document_from_nothing() {
    let text = "Le chat dort. ";
    let documents = [text; 30];
    let texts = Texts { training: &documents, validation: Some(&[]), alphabet: "" };
    let (tokenizer, corpus) = Corpus::tokenize(texts, &TokenizerConfig::Chars, BLOCK_SIZE).unwrap();
    assert!(corpus.is_of_documents());
    let mut trainer = Trainer::new(
        Box::new(corpus),
        tokenizer.vocab_size(),
        &tiny(Position::Rotary),
        TrainConfig { batch_size: 8, ..constant(MatrixOptimizer::Muon, 0.01) },
        Engine::cpu(),
        1,
    )
    .unwrap();
    block_on(trainer.train_steps(150)).unwrap();
    let sampling = SamplingConfig { temperature: 0.0, ..SamplingConfig::default() };
    let config =
        WritingConfig { sampling, begins_document: true, stop_at_end: true, ..WritingConfig::default() };
    let mut generator = Generator::new(&tokenizer, &["", "Le ch"], &config).unwrap();
    let mut written = vec![String::new(); 2];
    for _ in 0..20 {
        let pieces = block_on(generator.next(trainer.model(), &tokenizer)).unwrap();
        written.iter_mut().zip(pieces).for_each(|(text, piece)| *text += &piece.text);
    }
    assert_eq!(written, [text, &text[5..]]);
}
