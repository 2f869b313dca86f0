//! A model in training, as JavaScript sees it.

use std::cell::RefCell;
use std::rc::Rc;

use js_sys::{Array, Float32Array, Object, Uint8Array};
use petit_train_core::checkpoint::{Best, Checkpoint, Writer, snapshot, snapshot_model};
use petit_train_core::config::{ModelConfig, TrainConfig};
use petit_train_core::data::{Dataset, NoText};
use petit_train_core::train::{Trainer, VALIDATION_BATCHES, Which};
use petit_train_js_values::{from_js, set, thrown, to_js};
use serde::Serialize;
use tsify::Tsify;
use wasm_bindgen::prelude::*;

use crate::convert::{joined, write};
use crate::device;
use crate::model::Model;
use crate::options::{TrainingOptions, borrowed};
use crate::state::{ModelState, TrainingState, enter};

/// A text, its tokenizer, a model and its optimizer.
///
/// Every method may be called once the one before has ended; a call in between, on this or on its model,
/// throws `busy` and changes nothing.
#[wasm_bindgen]
pub struct Training {
    state: Rc<RefCell<TrainingState>>,
}

/// How a training is, and what it is made of.
#[derive(Serialize, Tsify)]
struct TrainingInfo<'a> {
    /// Trainable numbers.
    parameters: u64,
    /// Those of them that Muon updates.
    muon_parameters: usize,
    /// V: a model that knows nothing has a loss of ln V.
    vocab_size: usize,
    train_tokens: usize,
    /// 0 where there is no validation part.
    validation_tokens: usize,
    /// Of the validation part, where there is one: bits a character = loss / ln 2 / characters_per_token.
    characters_per_token: f64,
    /// Tokens a window: fewer than `block_size` where the text is short.
    window: usize,
    /// Steps done.
    step: usize,
    /// The step at which the schedule ends.
    last_step: usize,
    /// The model with the lowest validation loss, where one was remembered.
    #[tsify(type = "Best | null")]
    best: Option<Best>,
    /// Which model answers and is evaluated.
    used: Which,
    /// Batches that an evaluation usually takes.
    validation_batches: usize,
    #[tsify(type = "Required<ModelConfig>")]
    model: &'a ModelConfig,
    #[tsify(type = "Required<TrainConfig>")]
    train: &'a TrainConfig,
}

#[allow(clippy::await_holding_refcell_ref, reason = "see `state::enter`")]
#[wasm_bindgen]
impl Training {
    /// Draws fresh weights, and learns the tokenizer from the text where its parts are not given.
    pub async fn create(
        #[wasm_bindgen(unchecked_param_type = "TrainingOptions")] options: JsValue,
    ) -> Result<Training, JsValue> {
        let options = TrainingOptions::read(&options)?;
        let (tokenizer, corpus) = options.corpus().map_err(|e| thrown(&e))?;
        let TrainingOptions { model, train, workers, .. } = options;
        let model = model.for_window(corpus.window());
        model.validate().and_then(|()| train.validate()).map_err(|e| thrown(&e))?;
        let engine = device::open().await?;
        let vocab_size = tokenizer.vocab_size();
        device::check(train.largest_tensor(&model, vocab_size))?;
        let trainer = Trainer::new(Box::new(corpus), vocab_size, &model, train, engine, workers);
        let trainer = trainer.map_err(|e| thrown(&e))?;
        Ok(Self { state: Rc::new(RefCell::new(TrainingState { tokenizer, trainer })) })
    }

    /// Goes on from a checkpoint, on either engine. Of the options, the texts and the number of workers
    /// count; the rest is in the checkpoint. How a model is trained that has no training in its file is said
    /// by the options too.
    pub async fn open(
        checkpoint: &[u8],
        #[wasm_bindgen(unchecked_param_type = "TrainingOptions")] options: JsValue,
    ) -> Result<Training, JsValue> {
        let state = read(checkpoint, &TrainingOptions::read(&options)?).await?;
        Ok(Self { state: Rc::new(RefCell::new(state)) })
    }

    /// As `open`, in place of what was here before. Refused, that stays.
    pub async fn restore(
        &self,
        checkpoint: &[u8],
        #[wasm_bindgen(unchecked_param_type = "TrainingOptions")] options: JsValue,
    ) -> Result<(), JsValue> {
        let mut state = enter(&self.state)?;
        *state = read(checkpoint, &TrainingOptions::read(&options)?).await?;
        Ok(())
    }

    /// What it needs to go on elsewhere, with what the page wants to find again. Never of numbers that are
    /// not finite.
    pub async fn checkpoint(&self, page: &str) -> Result<Uint8Array, JsValue> {
        let TrainingState { tokenizer, trainer } = &*enter(&self.state)?;
        let writer = Writer::of_training(trainer, tokenizer, page).map_err(|e| thrown(&e))?;
        let bytes = Uint8Array::new_with_length(writer.len() as u32);
        let mut offset = 0;
        let take = |piece: &[u8]| {
            let end = offset + piece.len() as u32;
            bytes.subarray(offset, end).copy_from(piece);
            offset = end;
        };
        writer.write(take).await.map_err(|e| thrown(&e))?;
        Ok(bytes)
    }

    /// Its model: a handle on the weights that are trained here.
    pub fn model(&self) -> Model {
        Model::of(Rc::clone(&self.state))
    }

    /// The weights of the last model in a byte a number; [`Training::model_of`] reads them. Changes nothing.
    pub async fn snapshot(&self) -> Result<Uint8Array, JsValue> {
        let state = enter(&self.state)?;
        let bytes = snapshot(state.trainer.last_model()).await.map_err(|e| thrown(&e))?;
        Ok(Uint8Array::from(&bytes[..]))
    }

    /// The model of a snapshot of this training, with weights of its own.
    #[wasm_bindgen(js_name = modelOf)]
    pub fn model_of(&self, snapshot: &[u8]) -> Result<Model, JsValue> {
        let TrainingState { tokenizer, trainer } = &*enter(&self.state)?;
        let model = trainer.last_model();
        let model = snapshot_model(snapshot, model.config(), model.vocab_size(), &model.device());
        let dataset = NoText { is_of_documents: trainer.dataset().is_of_documents() };
        let model = model.map_err(|e| thrown(&e))?;
        Ok(Model::alone(ModelState { tokenizer: tokenizer.clone(), model, dataset }))
    }

    /// How it is, and what it is made of.
    #[wasm_bindgen(unchecked_return_type = "TrainingInfo")]
    pub fn info(&self) -> Result<JsValue, JsValue> {
        let TrainingState { tokenizer, trainer } = &*enter(&self.state)?;
        let (size, vocab_size) = (trainer.dataset().size(), tokenizer.vocab_size());
        let model = trainer.model().config();
        Ok(to_js(&TrainingInfo {
            parameters: model.n_parameters(vocab_size),
            muon_parameters: trainer.muon_parameters(),
            vocab_size,
            train_tokens: size.training_tokens,
            validation_tokens: size.validation_tokens,
            characters_per_token: size.characters_per_token,
            window: trainer.dataset().window(),
            step: trainer.step(),
            last_step: trainer.schedule().last_step,
            best: trainer.best().map(|best| Best { step: best.step, loss: best.loss }),
            used: trainer.used(),
            validation_batches: VALIDATION_BATCHES,
            model,
            train: trainer.config(),
        })?)
    }

    /// Rough bytes that the training takes when so many workers share it, all of them together.
    #[wasm_bindgen(js_name = memoryOf)]
    pub fn memory_of(&self, workers: usize) -> Result<f64, JsValue> {
        let TrainingState { tokenizer, trainer } = &*enter(&self.state)?;
        let model = trainer.model().config();
        Ok(trainer.config().memory(model, tokenizer.vocab_size(), trainer.engine(), workers) as f64)
    }

    /// Takes `steps` optimizer steps and waits for the engine once, at their end.
    #[wasm_bindgen(unchecked_return_type = "StepReport[]")]
    pub async fn train(&self, steps: usize) -> Result<JsValue, JsValue> {
        let mut state = enter(&self.state)?;
        let reports = state.trainer.train_steps(steps).await.map_err(|e| thrown(&e))?;
        Ok(to_js(&reports)?)
    }

    /// What several workers that train together do: the loss and, written to `gradients`, which together have
    /// room for every parameter, the gradients of the `part`-th of `parts` shares of the next step's batch.
    /// The sums over all shares are what `beginStep` asks for. Changes nothing else.
    #[wasm_bindgen(js_name = partialGradients)]
    pub async fn partial_gradients(
        &self,
        part: usize,
        parts: usize,
        gradients: Vec<Float32Array>,
    ) -> Result<f32, JsValue> {
        let state = enter(&self.state)?;
        let (loss, values) = state.trainer.partial_gradients(part, parts).await.map_err(|e| thrown(&e))?;
        write(&values, &gradients)?;
        Ok(loss)
    }

    /// Begins the step whose shares have been summed to this loss and these gradients, which are one vector
    /// in so many pieces; moves nothing yet.
    #[wasm_bindgen(js_name = beginStep)]
    pub fn begin_step(&self, loss: f32, gradients: Vec<Float32Array>) -> Result<(), JsValue> {
        enter(&self.state)?.trainer.begin_step(loss, &joined(&gradients)).map_err(|e| thrown(&e))
    }

    /// The `part`-th of `parts` shares of the updates that Muon makes in the step begun. `endStep` asks for
    /// all of them. Changes nothing.
    #[wasm_bindgen(js_name = partialUpdates)]
    pub async fn partial_updates(&self, part: usize, parts: usize) -> Result<Float32Array, JsValue> {
        let state = enter(&self.state)?;
        let (_, updates) = state.trainer.partial_updates(part, parts).await.map_err(|e| thrown(&e))?;
        Ok(Float32Array::from(&updates[..]))
    }

    /// Takes the step begun, with the updates of all shares in order.
    #[wasm_bindgen(js_name = endStep, unchecked_return_type = "StepReport")]
    pub fn end_step(&self, updates: Vec<Float32Array>) -> Result<JsValue, JsValue> {
        let report = enter(&self.state)?.trainer.end_step(&joined(&updates)).map_err(|e| thrown(&e))?;
        Ok(to_js(&report)?)
    }

    /// Trains on other documents from now on, which begin at `position` of their source: the next of endless
    /// stories, in place of the same ones again. Refused, those of before stay.
    #[wasm_bindgen(js_name = replaceTraining)]
    pub fn replace_training(&self, documents: Vec<String>, position: &str) -> Result<(), JsValue> {
        let TrainingState { tokenizer, trainer } = &mut *enter(&self.state)?;
        trainer.replace_training(&borrowed(&documents), tokenizer, position).map_err(|e| thrown(&e))
    }

    /// In how many parts an evaluation on at most `examples` validation examples is computed; 0 where there
    /// is no validation part.
    #[wasm_bindgen(js_name = evaluationParts)]
    pub fn evaluation_parts(&self, examples: usize) -> Result<usize, JsValue> {
        Ok(enter(&self.state)?.trainer.evaluation_parts(examples))
    }

    /// The summed loss of one of these parts, counted from 0: the same of every worker that has the same
    /// model in use. Changes nothing.
    #[wasm_bindgen(js_name = partialEvaluation)]
    pub async fn partial_evaluation(&self, examples: usize, part: usize) -> Result<f32, JsValue> {
        let state = enter(&self.state)?;
        state.trainer.partial_evaluation(examples, part).await.map_err(|e| thrown(&e))
    }

    /// The evaluation whose parts have these losses: the mean loss over fixed validation windows, in nats a
    /// token; null where there is no validation part.
    #[wasm_bindgen(js_name = joinEvaluation, unchecked_return_type = "Evaluation | null")]
    pub fn join_evaluation(&self, examples: usize, losses: &[f32]) -> Result<JsValue, JsValue> {
        let state = enter(&self.state)?;
        let evaluation = state.trainer.join_evaluation(examples, losses).map_err(|e| thrown(&e))?;
        Ok(to_js(&evaluation)?)
    }

    /// Remembers the model as it is now, whose validation loss is `loss`, as the best one.
    #[wasm_bindgen(js_name = saveBest)]
    pub fn save_best(&self, loss: f32) -> Result<(), JsValue> {
        enter(&self.state)?.trainer.save_best(loss).map_err(|e| thrown(&e))
    }

    /// Which model answers and is evaluated from now on. Nothing is lost by it; a step is always the last
    /// model's, which is in use afterwards.
    #[wasm_bindgen(js_name = useModel)]
    pub fn use_model(
        &self,
        #[wasm_bindgen(unchecked_param_type = "Which")] which: JsValue,
    ) -> Result<(), JsValue> {
        let which = from_js(&which)?;
        enter(&self.state)?.trainer.use_model(which);
        Ok(())
    }

    /// Goes on for so many steps from the model in use, with a schedule of their own.
    pub fn further(&self, steps: usize) -> Result<(), JsValue> {
        enter(&self.state)?.trainer.further(steps).map_err(|e| thrown(&e))
    }

    /// Another peak of the learning rate for the steps to come; Muon's changes in proportion.
    #[wasm_bindgen(js_name = setLearningRate)]
    pub fn set_learning_rate(&self, learning_rate: f64) -> Result<(), JsValue> {
        let trainer = &mut enter(&self.state)?.trainer;
        let ratio = trainer.config().muon_learning_rate / trainer.config().learning_rate;
        trainer.set_learning_rates(learning_rate, learning_rate * ratio).map_err(|e| thrown(&e))
    }

    /// Loss and gradients of the batch that the next step will take, in nats a token; the gradients of each
    /// parameter, row-major. Changes nothing. This is how two engines are compared.
    #[wasm_bindgen(
        unchecked_return_type = "{ loss: number, gradients: { name: string, values: Float32Array }[] }"
    )]
    pub async fn gradients(&self) -> Result<JsValue, JsValue> {
        let state = enter(&self.state)?;
        let (loss, gradients) = state.trainer.peek_gradients().await.map_err(|e| thrown(&e))?;
        let list = Array::new();
        for (name, values) in gradients {
            let entry = Object::new();
            set(&entry, "name", &name.into())?;
            set(&entry, "values", &Float32Array::from(&values[..]))?;
            list.push(&entry);
        }
        let result = Object::new();
        set(&result, "loss", &loss.into())?;
        set(&result, "gradients", &list)?;
        Ok(result.into())
    }
}

/// A training as a checkpoint left it, on these texts; of a file of a model alone, one that has taken no
/// step. Without any text it only writes and is looked at.
async fn read(checkpoint: &[u8], options: &TrainingOptions) -> Result<TrainingState, JsValue> {
    let checkpoint = Checkpoint::read(checkpoint).map_err(|e| thrown(&e))?;
    let header = checkpoint.header();
    let tokenizer = checkpoint.tokenizer().clone();
    let dataset: Box<dyn Dataset> = if options.has_no_text() {
        Box::new(NoText { is_of_documents: header.is_of_documents })
    } else {
        let block_size = header.model.block_size;
        Box::new(options.corpus_with(&tokenizer, block_size).map_err(|e| thrown(&e))?)
    };
    let engine = device::open().await?;
    let config = header.train.as_ref().map_or(&options.train, |train| &train.config);
    device::check(config.largest_tensor(&header.model, tokenizer.vocab_size()))?;
    let trainer = match header.train {
        Some(_) => checkpoint.trainer(dataset, engine, options.workers),
        None => checkpoint.fresh_trainer(dataset, config.clone(), engine, options.workers),
    };
    Ok(TrainingState { tokenizer, trainer: trainer.map_err(|e| thrown(&e))? })
}

/// What a checkpoint says of itself.
#[wasm_bindgen(js_name = readCheckpointHeader, unchecked_return_type = "Header")]
pub fn read_checkpoint_header(checkpoint: &[u8]) -> Result<JsValue, JsValue> {
    let checkpoint = Checkpoint::read(checkpoint).map_err(|e| thrown(&e))?;
    Ok(to_js(checkpoint.header())?)
}

/// Learns the tokenizer that the options ask for, as `Training.create` would.
#[wasm_bindgen(js_name = learnTokenizer, unchecked_return_type = "TokenizerParts")]
pub fn learn_tokenizer(
    #[wasm_bindgen(unchecked_param_type = "TrainingOptions")] options: JsValue,
) -> Result<JsValue, JsValue> {
    let (tokenizer, _) = TrainingOptions::read(&options)?.corpus().map_err(|e| thrown(&e))?;
    Ok(to_js(&tokenizer.parts())?)
}

/// Panics on purpose: so recovery is tested with a real panic, in the page as it is served.
#[allow(clippy::panic, reason = "this is what it is for")]
#[wasm_bindgen(js_name = panicOnPurpose)]
pub fn panic_on_purpose() {
    panic!("a panic on purpose");
}
