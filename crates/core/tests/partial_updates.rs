//! How workers that train together share out a step's updates.

mod common;

use common::{tiny, trainer};
use petit_train_core::config::{Position, TrainConfig};
use pollster::block_on;

#[test]
fn shares_are_disjoint_and_complete_however_many_there_are() {
    let config = TrainConfig { batch_size: 2, ..TrainConfig::default() };
    let mut trainer = trainer(tiny(Position::Rotary), config);
    let (loss, gradient) = block_on(trainer.partial_gradients(0, 1)).unwrap();
    trainer.begin_step(loss, &gradient).unwrap();
    let (_, whole) = block_on(trainer.partial_updates(0, 1)).unwrap();
    assert_eq!(whole.len(), trainer.muon_parameters());
    // The model has fourteen matrices: three, one, two and one in each of two blocks.
    for parts in [2, 3, 13, 14, 15, 40] {
        let mut updates = vec![];
        for part in 0..parts {
            let (start, share) = block_on(trainer.partial_updates(part, parts)).unwrap();
            assert_eq!(start, updates.len(), "part {part} of {parts}");
            updates.extend(share);
        }
        assert_eq!(updates, whole, "{parts} parts");
    }
}
