// The whole conversation between the page and an engine worker: commands go in, events come out.
// Every message carries the number of the run that it belongs to; both sides drop what is stale.
// Data fields keep the field's own names (n_layer, block_size, learning_rate), as in the Rust structs.
// This file holds types only, and the list of steps at which the page shows a sample.

/**
 * The sizes of a model. `hidden` and the number of parameters follow from them.
 * @typedef {object} ModelConfig
 * @property {number} n_layer     blocks
 * @property {number} n_head      attention heads a block
 * @property {number} n_embd      width of the residual stream; a multiple of `2 * n_head`
 * @property {number} block_size  context: how many tokens the model sees at most
 * @property {"rotary"|"learned"|"sinusoidal"|"none"} position
 */

/**
 * How it is trained.
 * @typedef {object} TrainConfig
 * @property {number} batch_size     windows of `block_size` tokens a step
 * @property {number} steps          length of the schedule
 * @property {number} learning_rate  the peak of AdamW's, reached after `warmup_steps`
 * @property {number} [muon_learning_rate]  the peak of Muon's
 * @property {"muon"|"adamw"} [optimizer]  of the blocks' matrices; Muon where it is not said
 * @property {number} warmup_steps
 * @property {number} [dropout]      share of what a block adds that is left out of a step; none where it is not said
 * @property {number} seed           of the weights and of the order of the windows
 */

/** @typedef {{kind: "chars"} | {kind: "bpe", vocab_size: number}} TokenizerConfig */

/**
 * How tokens are drawn.
 * @typedef {object} SamplingConfig
 * @property {number} temperature  0 always takes the likeliest token
 * @property {number} top_k        0 keeps all
 * @property {number} top_p        1 keeps all
 * @property {number} seed
 */

/**
 * What a run learns from: a text, or the page's own stories, which never end.
 * @typedef {{kind: "text", text: string} | {kind: "contes", language: "fr"|"en"}} TextSource
 */

/**
 * What a run is made of.
 * @typedef {object} RunSettings
 * @property {"auto"|"webgpu"|"cpu"} engine
 * @property {TextSource} source
 * @property {TokenizerConfig} tokenizer
 * @property {ModelConfig} model
 * @property {TrainConfig} train
 * @property {{prompt: string, length: number, sampling: SamplingConfig}} sample  the text continued every so often
 * @property {number} [workers]  that share each batch on the CPU engine; else as many as a trial finds fastest
 * @property {{every: number, batches: number}} [evaluation]  after how many steps, and over how many batches
 */

/**
 * What a run leaves now and then, so that another can go on from it when its worker is lost.
 * @typedef {object} Checkpoint
 * @property {number} step           steps done
 * @property {"paused"|"stopped"|"finished"} state  paused also where it was training
 * @property {number|null} kept      as in the `kept` event
 * @property {number} milestone      the last step whose evaluation and sample are done
 * @property {number} workers        that the CPU engine shared each batch between; 0 on a GPU
 * @property {number} texts          training texts read before the one at hand, where others follow
 * @property {number} text_ends      the step at which the next one follows
 * @property {Float32Array} values   weights and optimizer state
 */

/**
 * @typedef {{type: "create", run: number, settings: RunSettings, gpu_failed: boolean, checkpoint: Checkpoint|null}
 *   | {type: "train", run: number, order: "start"|"pause"|"step"|"stop"}
 *   | {type: "generate", run: number, id: number, prompt: string, length: number, sampling: SamplingConfig}
 *   | {type: "cancel", run: number, id: number}
 *   | {type: "inspect", run: number, id: number, text: string, links: Link[]}
 *   | {type: "measure", run: number, engine: RunSettings["engine"], model: ModelConfig, vocab_size: number, batch_size: number}
 *   | {type: "panic", run: number}} Command
 *
 * `train stop` ends the run for good (the model stays and can still write); `pause` can be followed by `start`
 * or `step`. `gpu_failed` says that the CPU engine takes over after the GPU failed. A run made with a checkpoint of the same
 * settings goes on from there. `panic` panics on purpose, for the
 * tests of recovery. There is no command to dispose: the page terminates the worker. `measure` times a few
 * steps of a model of that shape without a run, and compiles what the GPU needs for them; a run may be made by the same
 * worker afterwards.
 */

/**
 * Told once a run is ready.
 * @typedef {object} RunInfo
 * @property {"webgpu"|"cpu"} engine
 * @property {EngineReason} reason      why this engine; the page has a sentence for each
 * @property {string} adapter           the GPU's name, empty on the CPU engine
 * @property {number} workers           that share each batch
 * @property {number} parameters
 * @property {number} vocab_size        V: chance is a loss of ln V
 * @property {number} train_tokens
 * @property {number} validation_tokens
 * @property {number} characters_per_token  over the whole text: turns nats a token into bits a character
 * @property {ModelConfig} model
 * @property {TrainConfig} train
 *
 * @typedef {"chosen"|"gpu-found"|"no-webgpu"|"no-adapter"|"software-adapter"|"no-timestamp-query"|"gpu-failed"|"gpu-too-small"} EngineReason
 */

/**
 * One optimiser step done. `ms` excludes sampling and evaluation. `compiling` marks the first step on WebGPU,
 * whose time is mostly that of compiling kernels and does not count as speed.
 * @typedef {object} StepReport
 * @property {number} step           1 after the first
 * @property {number} loss           mean cross-entropy over the batch, in nats a token
 * @property {number} learning_rate
 * @property {number} tokens         tokens seen so far
 * @property {number} ms             of this step
 * @property {boolean} compiling
 */

/**
 * @typedef {object} Inspection
 * @property {string[]} tokens        the text's tokens as shown (at most block_size, the last ones)
 * @property {number} n_layer
 * @property {number} n_head
 * @property {Float32Array} attention [n_layer, n_head, query, key], row-major; a row sums to 1, 0 above the diagonal
 * @property {Candidate[][]} candidates for each position the likeliest next tokens, likeliest first
 * @property {(Connection|null)[]} connections  one for each link asked for; null where a word is outside the window
 *
 * @typedef {{token: string, probability: number}} Candidate
 *
 * Two words of a text that belong together, as ranges of UTF-16 units.
 * @typedef {{from: {start: number, end: number}, to: {start: number, end: number}}} Link
 *
 * The head in which the later of the two words looks most at the earlier: its token `query` at the token `key`; all
 * tokens of the earlier word together get `share`.
 * @typedef {{layer: number, head: number, query: number, key: number, share: number}} Connection
 */

/**
 * A failure, told by a stable code. `words/*.json` has a sentence for each under `errors`, into which `params` go.
 * @typedef {object} Failure
 * @property {string} code
 * @property {Record<string, string|number>} params
 * @property {string} cause   the whole chain, in English, for the console and for reports
 */

/**
 * @typedef {{type: "progress", run: number, phase: "loading"|"creating"|"compiling"}
 *   | {type: "ready", run: number, info: RunInfo}
 *   | {type: "state", run: number, state: "paused"|"training"|"stopped"|"finished"}
 *   | {type: "steps", run: number, reports: StepReport[], tokens_per_s: number}
 *   | {type: "evaluation", run: number, step: number, validation_loss: number, ms: number}
 *   | {type: "kept", run: number, step: number}
 *   | {type: "checkpoint", run: number, checkpoint: Checkpoint}
 *   | {type: "sample", run: number, step: number, prompt: string, text: string}
 *   | {type: "text", run: number, id: number, chunk: string, done: boolean}
 *   | {type: "inspection", run: number, id: number, step: number, inspection: Inspection}
 *   | {type: "measured", run: number, engine: "webgpu"|"cpu", tokens_per_s: number}
 *   | {type: "failure", run: number, id: number|null, failure: Failure, fatal: boolean}} Event
 *
 * `fatal`: the worker must not be used again; the page ends it and offers to go on from the last checkpoint. Otherwise what was there
 * before the command is intact. `kept` says, when a training ends or is stopped, that the model of an earlier step is used from now
 * on, since it was better on the validation part. `tokens_per_s` is a mean over the last seconds of training alone;
 * as `measured` 0 where such a run is refused.
 */

/**
 * Steps at which the worker continues the same prompt: 0, 10, 30, 100, 300, 1000 … and every 500 beyond.
 * @param {number} step
 * @returns {boolean}
 */
export function isSampleStep(step) {
  if (step >= 500 && step % 500 === 0) return true;
  return [0, 10, 30, 100, 300].includes(step);
}
