//! A file that a reader takes along, and models that are opened without a training or without a text.

mod common;

use burn::tensor::Device;
use common::{POSITIONS, bits, dataset, tiny, tiny_model, trainer};
use petit_train_core::checkpoint::{Checkpoint, Writer, compare, halved, with_page};
use petit_train_core::config::{MatrixOptimizer, Position, TrainConfig};
use petit_train_core::data::NoText;
use petit_train_core::engine::Engine;
use petit_train_core::error::Error;
use petit_train_core::hugging_face::{CardLanguage, Facts, export};
use petit_train_core::model::parameter_table;
use petit_train_core::train::{Trainer, Which};
use pollster::block_on;
use safetensors::SafeTensors;

fn config(optimizer: MatrixOptimizer) -> TrainConfig {
    TrainConfig { batch_size: 4, steps: 20, optimizer, ..TrainConfig::default() }
}

fn file(trainer: &Trainer) -> Vec<u8> {
    block_on(Writer::of_training(trainer, &dataset().0, "of the run").unwrap().into_bytes()).unwrap()
}

/// A training with a best model beside the last one.
fn training(position: Position, optimizer: MatrixOptimizer) -> Trainer {
    let mut trainer = trainer(tiny(position), config(optimizer));
    block_on(trainer.train_steps(2)).unwrap();
    trainer.save_best(1.5).unwrap();
    block_on(trainer.train_steps(2)).unwrap();
    trainer
}

#[test]
fn the_list_of_parameters_is_that_of_the_model() {
    for position in POSITIONS {
        let config = tiny(position);
        let model = tiny_model(&config);
        assert_eq!(parameter_table(&config, model.vocab_size()), model.parameter_table());
        let numbers: usize =
            model.parameter_table().iter().map(|info| info.shape.iter().product::<usize>()).sum();
        assert_eq!(config.n_parameters(model.vocab_size()), numbers as u64);
    }
}

#[test]
fn a_look_at_everything_takes_what_a_training_takes() {
    for optimizer in [MatrixOptimizer::Muon, MatrixOptimizer::Adamw] {
        let mut trainer = training(Position::Learned, optimizer);
        for used in [Which::Last, Which::Best] {
            trainer.use_model(used);
            let bytes = file(&trainer);
            let checkpoint = Checkpoint::read(&bytes).unwrap();
            assert_eq!(checkpoint.check(), Ok(()));
            let weights = checkpoint.weights().unwrap();
            let numbers = weights.parameters.iter().flat_map(|(_, numbers)| numbers.iter());
            let numbers: Vec<u32> = numbers.map(|number| u32::from_le_bytes(*number)).collect();
            assert_eq!(numbers, bits(trainer.model()), "the weights are those of the model in use");
        }
    }
}

#[test]
fn a_text_of_the_pages_goes_along_and_changes_nothing_else() {
    let bytes = file(&training(Position::Rotary, MatrixOptimizer::Muon));
    assert_eq!(Checkpoint::read(&bytes).unwrap().page(), Ok(None));
    let long = "Il était « une fois ».\n".repeat(10_000);
    for page in ["", "{}", long.as_str()] {
        let kept = with_page(&bytes, page).unwrap();
        let checkpoint = Checkpoint::read(&kept).unwrap();
        assert_eq!(checkpoint.page(), Ok(Some(page)));
        assert_eq!(checkpoint.check(), Ok(()));
        assert_eq!(checkpoint.header().page, "of the run");
        let again = checkpoint.trainer(Box::new(dataset().1), Engine::cpu(), 1).unwrap();
        assert_eq!(file(&again), bytes, "an engine goes on as from the checkpoint");
        // In place of the text of before.
        assert_eq!(with_page(&kept, "other").unwrap(), with_page(&bytes, "other").unwrap());
    }
    // Any program that reads `safetensors` sees the weights.
    let kept = with_page(&bytes, &long).unwrap();
    assert!(SafeTensors::deserialize(&kept).unwrap().tensor("model.embed_tokens.weight").is_ok());
    for length in [0, 7, 100, bytes.len() - 1] {
        assert!(matches!(with_page(&bytes[..length], ""), Err(Error::CheckpointUnreadable { .. })));
    }
}

#[test]
fn a_model_in_half_precision_is_read_as_its_rounded_weights() {
    let mut trainer = training(Position::Rotary, MatrixOptimizer::Muon);
    trainer.use_model(Which::Best);
    let bytes = file(&trainer);
    let half = halved(&Checkpoint::read(&bytes).unwrap(), "of the page").unwrap();
    let checkpoint = Checkpoint::read(&half).unwrap();
    assert_eq!(checkpoint.check(), Ok(()));
    let header = checkpoint.header();
    assert_eq!((header.train.is_none(), header.page.as_str()), (true, "of the page"));
    let (model, device) = (checkpoint.model(&Device::flex()).unwrap(), Device::flex());
    let whole = Checkpoint::read(&bytes).unwrap().model(&device).unwrap();
    let weights = bits(&whole);
    assert_eq!(bits(&model).len(), weights.len());
    for (half, whole) in bits(&model).into_iter().zip(weights) {
        let [half, whole] = [half, whole].map(f32::from_bits);
        // Eleven binary digits; below 2^-14 the last one has a fixed size.
        assert!((half - whole).abs() <= (whole.abs() / 2048.0).max(3e-8), "{half} {whole}");
        assert_eq!(half.to_bits() & 0x1fff, 0, "it needs no more digits");
    }
    // Once more, and nothing is lost any more.
    assert_eq!(halved(&checkpoint, "of the page").unwrap(), half);
    let parameters = checkpoint.weights().unwrap().parameters;
    let numbers: usize = parameters.iter().map(|(_, numbers)| numbers.len()).sum();
    assert!(half.len() < 2 * numbers + bytes.len() / 4, "two bytes a weight");
}

#[test]
fn a_page_that_is_no_text_is_refused() {
    let kept = with_page(&file(&training(Position::Rotary, MatrixOptimizer::Muon)), "abc").unwrap();
    let mut torn = kept.clone();
    *torn.last_mut().unwrap() = 0xFF;
    let mismatch = Error::CheckpointMismatch { what: "page".into() };
    assert_eq!(Checkpoint::read(&torn).unwrap().check(), Err(mismatch));
}

#[test]
fn a_model_alone_is_trained_from_its_weights() {
    let model = training(Position::Rotary, MatrixOptimizer::Muon).model().clone();
    let writer = Writer::of_model(&model, &dataset().0, false, "").unwrap();
    let bytes = block_on(writer.into_bytes()).unwrap();
    let checkpoint = Checkpoint::read(&bytes).unwrap();
    assert_eq!(checkpoint.check(), Ok(()));
    let config = config(MatrixOptimizer::Muon);
    let mut fresh =
        checkpoint.fresh_trainer(Box::new(dataset().1), config.clone(), Engine::cpu(), 1).unwrap();
    assert_eq!((fresh.step(), fresh.schedule().last_step, bits(fresh.model())), (0, 20, bits(&model)));
    block_on(fresh.train_steps(1)).unwrap();
    assert_ne!(bits(fresh.model()), bits(&model));
    let bad = TrainConfig { batch_size: 0, ..config };
    let refused = checkpoint.fresh_trainer(Box::new(dataset().1), bad, Engine::cpu(), 1).err();
    assert!(matches!(refused, Some(Error::SettingOutOfRange { name: "batch_size", .. })));
}

#[test]
fn without_a_text_a_model_is_there_and_cannot_be_trained() {
    let before = training(Position::Rotary, MatrixOptimizer::Muon);
    let bytes = file(&before);
    let checkpoint = Checkpoint::read(&bytes).unwrap();
    let none = Box::new(NoText { is_of_documents: true });
    let mut trainer = checkpoint.trainer(none, Engine::cpu(), 2).unwrap();
    assert_eq!(bits(trainer.model()), bits(before.model()));
    assert_eq!(block_on(trainer.train_steps(1)), Err(Error::TextEmpty));
    assert_eq!(block_on(trainer.partial_gradients(0, 2)).err(), Some(Error::TextEmpty));
    assert_eq!(block_on(trainer.evaluate(4)), Ok(None));
    assert_eq!((trainer.step(), bits(trainer.model())), (4, bits(before.model())));
    assert!(trainer.dataset().is_of_documents());
}

#[test]
fn a_training_begins_with_the_weights_of_its_seed() {
    for position in POSITIONS {
        let mut trainer = trainer(tiny(position), config(MatrixOptimizer::Muon));
        let first = bits(trainer.model());
        block_on(trainer.train_steps(3)).unwrap();
        let beginning = Checkpoint::read(&file(&trainer)).unwrap().beginning().unwrap().unwrap();
        let beginning = Checkpoint::read(&beginning).unwrap();
        assert_eq!(bits(&beginning.model(&Device::flex()).unwrap()), first);
        // One that began with the weights of a file is known by its own file, too.
        assert_eq!(beginning.beginning(), Ok(None));
        // A model alone does not say its seed: where that is known from elsewhere, so is its beginning.
        let seed = trainer.config().seed;
        let again = beginning.beginning_from(seed).unwrap();
        assert_eq!(bits(&Checkpoint::read(&again).unwrap().model(&Device::flex()).unwrap()), first);
        let dataset = || Box::new(dataset().1);
        let from_file = beginning.fresh_trainer(dataset(), config(MatrixOptimizer::Muon), Engine::cpu(), 1);
        let bytes = file(&from_file.unwrap());
        let again = Checkpoint::read(&bytes).unwrap();
        assert_eq!(again.beginning(), Ok(None));
        let resumed = again.trainer(dataset(), Engine::cpu(), 1).unwrap();
        assert_eq!(file(&resumed), bytes);
    }
}

#[test]
fn the_card_says_where_the_weights_came_from() {
    let training = training(Position::Rotary, MatrixOptimizer::Muon);
    let card = |bytes: &[u8]| {
        let facts = Facts { language: CardLanguage::English, ..Facts::default() };
        let files = export(&Checkpoint::read(bytes).unwrap(), &facts).unwrap();
        let card = files.into_iter().find(|file| file.name == "README.md").unwrap();
        String::from_utf8(card.bytes).unwrap()
    };
    assert!(card(&file(&training)).contains("trained from nothing"));
    let alone = Writer::of_model(training.model(), &dataset().0, false, "").unwrap();
    let continued = card(&block_on(alone.into_bytes()).unwrap());
    assert!(continued.contains("from the weights of a file") && !continued.contains("from nothing"));
}

#[test]
fn a_comparison_counts_what_moved() {
    let mut moving = training(Position::Learned, MatrixOptimizer::Muon);
    let before = file(&moving);
    block_on(moving.train_steps(3)).unwrap();
    let after = file(&moving);
    let [before, after] = [&before, &after].map(|bytes| Checkpoint::read(bytes).unwrap());
    let same = compare(&before, &before).unwrap();
    assert_eq!((same.different_bytes, same.layers.iter().map(|layer| layer.change).sum::<f64>()), (0, 0.0));
    let moved = compare(&before, &after).unwrap();
    let names: Vec<&str> = moved.layers.iter().map(|layer| layer.name.as_str()).collect();
    assert_eq!(names, ["embed_tokens", "embed_positions", "layers.0", "layers.1", "norm"]);
    let model = before.model(&Device::flex()).unwrap();
    assert_eq!(moved.bytes, 4 * model.config().n_parameters(model.vocab_size()));
    assert_eq!(moved.bytes, 4 * moved.layers.iter().map(|layer| layer.numbers).sum::<u64>());
    assert!(moved.different_bytes > 0 && moved.different_bytes <= moved.bytes);
    // Of the last layer by hand.
    let gains = |checkpoint: &Checkpoint<'_>| {
        let weights = checkpoint.weights().unwrap();
        let (_, numbers) = weights.parameters.last().unwrap();
        numbers.iter().map(|number| f64::from(f32::from_le_bytes(*number))).collect::<Vec<_>>()
    };
    let (ours, theirs) = (gains(&before), gains(&after));
    let sum: f64 = ours.iter().zip(&theirs).map(|(a, b)| (a - b) * (a - b)).sum();
    let norm = moved.layers.last().unwrap();
    assert!((norm.change - (sum / 16.0).sqrt()).abs() < 1e-12 && norm.change > 0.0);
    assert!((norm.size - 1.0).abs() < 0.1, "gains begin at one");
}

#[test]
fn models_of_other_sizes_or_texts_are_not_compared() {
    let bytes = file(&training(Position::Rotary, MatrixOptimizer::Muon));
    let other = file(&training(Position::Learned, MatrixOptimizer::Muon));
    let [one, other] = [&bytes, &other].map(|bytes| Checkpoint::read(bytes).unwrap());
    assert_eq!(compare(&one, &other).err(), Some(Error::CheckpointMismatch { what: "model".into() }));
}
