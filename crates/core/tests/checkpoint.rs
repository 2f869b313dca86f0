//! A training that goes on from a checkpoint is the one that was never interrupted.

mod common;

use burn::tensor::Device;
use common::{bits, dataset, tiny, trainer};
use petit_train_core::checkpoint::{Checkpoint, Writer};
use petit_train_core::config::{MatrixOptimizer, Position, TrainConfig};
use petit_train_core::data::{Corpus, Dataset, Texts};
use petit_train_core::engine::Engine;
use petit_train_core::error::Error;
use petit_train_core::model::Gpt;
use petit_train_core::tokenizer::TokenizerConfig;
use petit_train_core::train::{Trainer, Which};
use pollster::block_on;

fn config(optimizer: MatrixOptimizer) -> TrainConfig {
    TrainConfig { batch_size: 4, steps: 20, dropout: 0.1, optimizer, ..TrainConfig::default() }
}

fn file(trainer: &Trainer) -> Vec<u8> {
    let writer = Writer::of_training(trainer, &dataset().0, r#"{"a":["é\n"]}"#).unwrap();
    let len = writer.len();
    let bytes = block_on(writer.into_bytes()).unwrap();
    assert_eq!(bytes.len(), len);
    bytes
}

fn resumed(bytes: &[u8]) -> Trainer {
    let checkpoint = Checkpoint::read(bytes).unwrap();
    checkpoint.trainer(Box::new(dataset().1), Engine::cpu(), 1).unwrap()
}

/// Both do the same from here on, to the last bit.
fn assert_alike(one: &mut Trainer, other: &mut Trainer) {
    assert_eq!(file(one), file(other));
    assert_eq!(block_on(one.evaluate(2)), block_on(other.evaluate(2)));
    let reports = block_on(one.train_steps(6)).unwrap();
    assert_eq!(block_on(other.train_steps(6)).unwrap(), reports);
    assert_eq!(file(one), file(other));
}

#[test]
fn a_resumed_training_is_bit_for_bit_the_uninterrupted_one() {
    for optimizer in [MatrixOptimizer::Muon, MatrixOptimizer::Adamw] {
        let mut first = trainer(tiny(Position::Learned), config(optimizer));
        block_on(first.train_steps(3)).unwrap();
        first.save_best(1.25).unwrap();
        block_on(first.train_steps(4)).unwrap();
        let bytes = file(&first);
        let mut other = resumed(&bytes);
        assert_eq!((other.step(), other.tokens(), other.schedule()), (7, 7 * 4 * 8, first.schedule()));
        let (ours, theirs) = (other.best().unwrap(), first.best().unwrap());
        assert_eq!((ours.step, ours.loss, bits(&ours.model)), (3, 1.25, bits(&theirs.model)));
        assert_alike(&mut first, &mut other);
        assert_ne!(file(&first), bytes);
    }
}

#[test]
fn a_training_that_goes_back_or_further_resumes_as_well() {
    let mut first = trainer(tiny(Position::Rotary), config(MatrixOptimizer::Muon));
    block_on(first.train_steps(3)).unwrap();
    first.save_best(1.25).unwrap();
    block_on(first.train_steps(17)).unwrap();
    // Finished, with its best model in use.
    first.use_model(Which::Best);
    let mut other = resumed(&file(&first));
    assert_eq!((other.used(), other.model_step(), other.step()), (Which::Best, 3, 20));
    assert_eq!(bits(other.model()), bits(first.model()));
    let opened = Checkpoint::read(&file(&first)).unwrap().model(&Device::flex()).unwrap();
    assert_eq!(bits(&opened), bits(first.model()), "a model is opened as it was in use");

    // Either can still be used after it was resumed, and go further.
    other.use_model(Which::Last);
    first.use_model(Which::Last);
    assert_alike(&mut first, &mut resumed(&file(&other)));
    let mut first = resumed(&file(&other));
    for trainer in [&mut first, &mut other] {
        trainer.use_model(Which::Best);
        trainer.further(30).unwrap();
    }
    assert_alike(&mut first, &mut other);
    block_on(first.train_steps(5)).unwrap();
    assert_alike(&mut resumed(&file(&first)), &mut first);
}

#[test]
fn what_was_read_last_is_read_on() {
    let text = "Le poisson va loin. Le chat mange le train. ".repeat(9);
    let (tokenizer, _) = dataset();
    let mut first = trainer(tiny(Position::Rotary), config(MatrixOptimizer::Muon));
    block_on(first.train_steps(2)).unwrap();
    first.replace_training(&[&text], &tokenizer, "story 12").unwrap();
    block_on(first.train_steps(2)).unwrap();
    let bytes = file(&first);
    let checkpoint = Checkpoint::read(&bytes).unwrap();
    let train = checkpoint.header().train.clone().unwrap();
    assert_eq!(train.position, "story 12");
    let mut windows = dataset().1;
    windows.replace_training(&[&text], &tokenizer, &train.position).unwrap();
    let mut other = checkpoint.trainer(Box::new(windows), Engine::cpu(), 1).unwrap();
    assert_alike(&mut first, &mut other);
}

#[test]
fn a_text_is_read_on_with_the_tokenizer_of_the_file() {
    let text = "Le petit train va loin, et le chat noir mange le poisson rouge.\n".repeat(30);
    let texts = Texts { training: &[&text], ..Texts::default() };
    for tokenizer in [TokenizerConfig::Chars, TokenizerConfig::Bpe { vocab_size: 270 }] {
        let (tokenizer, corpus) = Corpus::tokenize(texts, &tokenizer, 8).unwrap();
        let model = tiny(Position::Rotary);
        let config = config(MatrixOptimizer::Muon);
        let vocab_size = tokenizer.vocab_size();
        let mut first = Trainer::new(Box::new(corpus), vocab_size, &model, config, Engine::cpu(), 1).unwrap();
        block_on(first.train_steps(3)).unwrap();
        let bytes = block_on(Writer::of_training(&first, &tokenizer, "").unwrap().into_bytes()).unwrap();
        let checkpoint = Checkpoint::read(&bytes).unwrap();
        let corpus = Corpus::with_tokenizer(texts, checkpoint.tokenizer(), 8).unwrap();
        let mut other = checkpoint.trainer(Box::new(corpus), Engine::cpu(), 1).unwrap();
        assert_eq!(block_on(first.evaluate_fully()), block_on(other.evaluate_fully()));
        assert!(block_on(other.evaluate_fully()).unwrap().is_some());
        assert_eq!(block_on(first.train_steps(3)).unwrap(), block_on(other.train_steps(3)).unwrap());
        assert_eq!(bits(first.model()), bits(other.model()));
    }
}

#[test]
fn a_checkpoint_says_what_it_is() {
    let mut first = trainer(tiny(Position::Sinusoidal), config(MatrixOptimizer::Muon));
    block_on(first.train_steps(2)).unwrap();
    let bytes = file(&first);
    let checkpoint = Checkpoint::read(&bytes).unwrap();
    let header = checkpoint.header();
    assert_eq!((header.format_version, &header.model), (1, &tiny(Position::Sinusoidal)));
    assert_eq!(header.page, r#"{"a":["é\n"]}"#);
    assert_eq!(header.train.as_ref().unwrap().config, config(MatrixOptimizer::Muon));
    assert_eq!(checkpoint.tokenizer().encode("Le chat").unwrap(), dataset().0.encode("Le chat").unwrap());
    // Other programs see an ordinary file of tensors.
    let tensors = safetensors::SafeTensors::deserialize(&bytes).unwrap();
    let embedding = tensors.tensor("model.embed_tokens.weight").unwrap();
    assert_eq!(embedding.shape(), [dataset().0.vocab_size(), 16]);
    assert_eq!(embedding.data()[..4], common::weights(first.model())[0].to_le_bytes());
}

#[test]
fn a_model_alone_has_a_file_too() {
    let (tokenizer, _) = dataset();
    for position in common::POSITIONS {
        let model: Gpt = common::awake(&tiny(position), tokenizer.vocab_size());
        let bytes = block_on(Writer::of_model(&model, &tokenizer, true, "").unwrap().into_bytes()).unwrap();
        let checkpoint = Checkpoint::read(&bytes).unwrap();
        let read = checkpoint.model(&Device::flex()).unwrap();
        assert_eq!((bits(&read), read.config()), (bits(&model), model.config()));
        let refused = checkpoint.trainer(Box::new(dataset().1), Engine::cpu(), 1).err();
        assert_eq!(refused, Some(Error::CheckpointMismatch { what: "train".into() }));
    }
}
