// The whole conversation with an engine worker: commands go in, events come out. The last part is what the
// worker and its helpers tell each other. This file holds types only.
//
// Every message carries the number of the run that it belongs to. Both sides drop what belongs to another
// run, and ignore what they do not know. Data keep the field's own names (n_layer, block_size,
// learning_rate), as in the Rust types, from which their declarations are generated.

// ---- The engine's own types -------------------------------------------------------------------------------

/**
 * @typedef {Required<import("../../dist/engine_cpu.js").ModelConfig>} ModelConfig
 * @typedef {Required<import("../../dist/engine_cpu.js").TrainConfig>} TrainConfig
 * @typedef {import("../../dist/engine_cpu.js").TokenizerConfig} TokenizerConfig
 * @typedef {import("../../dist/engine_cpu.js").WrittenText} WrittenText
 * @typedef {import("../../dist/engine_cpu.js").TokenizerParts} TokenizerParts
 * @typedef {Required<import("../../dist/engine_cpu.js").SamplingConfig>} SamplingConfig
 * @typedef {import("../../dist/engine_cpu.js").CountingLosses} CountingLosses
 * @typedef {import("../../dist/engine_cpu.js").CountingScore} CountingScore
 * @typedef {import("../../dist/engine_cpu.js").Excerpt} Excerpt
 * @typedef {import("../../dist/engine_cpu.js").NextWord} NextWord
 * @typedef {import("../../dist/engine_cpu.js").FittedText} FittedText
 * @typedef {Awaited<ReturnType<Model["inspect"]>>} Inspection
 * @typedef {import("../../dist/engine_cpu.js").Candidate} Candidate
 * @typedef {import("../../dist/engine_cpu.js").Neighbour} Neighbour
 * @typedef {import("../../dist/engine_cpu.js").Connection} Connection
 * @typedef {ReturnType<Model["writtenTokens"]>[number]} WrittenToken
 * @typedef {import("../../dist/engine_cpu.js").Continuation} Continuation
 * @typedef {import("../../dist/engine_cpu.js").Copies} Copies
 * @typedef {import("../../dist/engine_cpu.js").WordPair} WordPair
 * @typedef {import("../../dist/engine_cpu.js").Interventions} Interventions
 * @typedef {import("../../dist/engine_cpu.js").Causes} Causes
 * @typedef {import("../../dist/engine_cpu.js").Lens} Lens
 * @typedef {import("../../dist/engine_cpu.js").BillEntry} BillEntry
 * @typedef {Awaited<ReturnType<Model["parameter"]>>} ParameterNumbers
 * @typedef {import("../../dist/engine_cpu.js").TrainingInfo} TrainingInfo
 * @typedef {import("../../dist/engine_cpu.js").TrainingOptions} TrainingOptions
 * @typedef {import("../../dist/engine_cpu.js").Model} Model
 */

// ---- What a run is made of --------------------------------------------------------------------------------

/**
 * What a run learns from: texts of the reader's own, or stories that never end. `none`: nothing, since the
 * text of the model is not here; it writes and is looked at, and cannot be trained. `tales`: the language of
 * the stories that it was trained on, if it was on these.
 * @typedef {{kind: "text", documents: string[], validation?: string[]}
 *   | {kind: "contes", language: "fr"|"en"}
 *   | {kind: "none", tales: "fr"|"en"|null}} TextSource
 *
 * A prompt that is continued every so often while the model learns; `length` of a text, in tokens at most.
 * `instead` is continued where the model cannot begin with the prompt: nobody is there to be asked for
 * another.
 * @typedef {{prompt: string, instead?: string, length: number,
 *   sampling: Partial<SamplingConfig>}} SampleSettings
 *
 * @typedef {object} RunSettings
 * @property {"auto"|"webgpu"|"cpu"} engine
 * @property {TextSource} source
 * @property {TokenizerConfig} tokenizer
 * @property {Partial<ModelConfig>} model
 * @property {Partial<TrainConfig>} train
 * @property {SampleSettings} sample
 * @property {number} [workers]  that share each batch on the CPU engine; without it, as many as a trial finds
 *   fastest. The same number gives the same weights for a seed, bit for bit
 * @property {{every?: number, batches?: number, texts?: number}} [evaluation]  after how many steps, over how
 *   many batches; and how many texts a sample has, usually ten; 0: no sample is written
 */

/**
 * Told once a run is ready, and again when something of it changes. `workers` share each batch; 1 on a GPU.
 * The schedule ends at `last_step`, which `further` moves.
 * @typedef {TrainingInfo & EngineChoice & {workers: number}} RunInfo
 *
 * @typedef {object} EngineChoice
 * @property {"webgpu"|"cpu"} engine
 * @property {EngineReason} reason  why this engine
 * @property {string} adapter       the GPU's name, empty on the CPU engine
 *
 * `insecure`: the page is not served over https, where browsers hide WebGPU.
 * @typedef {"chosen"|"gpu-found"|"no-webgpu"|"insecure"|"no-adapter"|"software-adapter"|"no-timestamp-query"
 *   |"gpu-failed"|"gpu-too-small"} EngineReason
 *
 * `stopped` by the reader, `finished` at the end of the schedule: `further` goes on from either.
 * @typedef {"paused"|"training"|"stopped"|"finished"} RunState
 *
 * One step done. `ms` excludes samples and evaluations. `compiling` marks a first step on WebGPU, whose time
 * is mostly that of compiling programs and does not count as speed.
 * @typedef {import("../../dist/engine_cpu.js").StepReport & {ms: number, compiling: boolean}} StepReport
 *
 * A failure, told by a stable code; the page's words have a sentence for each, into which `params` go.
 * @typedef {object} Failure
 * @property {string} code
 * @property {Record<string, string|number>} params
 * @property {string} cause   the whole chain, in English, for the console and for reports
 */

// ---- Commands: from the page to the worker ----------------------------------------------------------------

/**
 * @typedef {Load|Create|Train|Further|Use|SetRate|Save|Ask|Write|Cancel|Measure|Visibility|Panic
 *   |Ping} Command
 *
 * Fetches and starts an engine, for a `create` that will come. Not answered; where it fails, `create` tries
 * again and says so.
 * @typedef {{type: "load", run: number, engine: "webgpu"|"cpu"}} Load
 *
 * Makes the worker's run; a worker makes one. With a checkpoint of the same settings it goes on from there.
 * `gpu_failed` says that the CPU engine takes over after a GPU that failed. Answered by `ready`, or a
 * `failure`.
 * @typedef {{type: "create", run: number, settings: RunSettings, checkpoint: Blob|null,
 *   gpu_failed: boolean}} Create
 *
 * `pause` can be followed by `start` or `step` (so many steps, usually one, then paused); after `stop` only
 * `further` trains again.
 * @typedef {{type: "train", run: number, order: "start"|"pause"|"step"|"stop", steps?: number}} Train
 *
 * Lengthens the schedule to so many steps beyond the model in use, and trains on. `busy` while training.
 * @typedef {{type: "further", run: number, steps: number}} Further
 *
 * After the end: which model writes from now on, the best one on the validation part or that of the last
 * step. `busy` before the end.
 * @typedef {{type: "use", run: number, which: "best"|"last"}} Use
 *
 * Another peak of the learning rate for the steps to come; Muon's changes in proportion. Answered by
 * `changed`.
 * @typedef {{type: "set", run: number, learning_rate: number}} SetRate
 *
 * Asks for a checkpoint of the training as it is. Answered by `saved`, or a `failure` with this id.
 * @typedef {{type: "save", run: number, id: number}} Save
 *
 * A question to the model: any method of the engine's `Model` that changes nothing. A new one needs no change
 * here.
 * @typedef {Exclude<Extract<keyof Model, string>, "beginTexts"|"continueTexts"|"writtenTokens"
 *   |"free">} Question
 *
 * Asks it, or the model of a snapshot of this training. Answered by `answer`, or a `failure` with this id; by
 * neither once cancelled.
 * @typedef {{[M in Question]: {type: "ask", run: number, id: number, method: M,
 *   args: Parameters<Model[M]>, snapshot?: import("./snapshots.js").Snapshot}}[Question]} Ask
 *
 * Continues a prompt, which is first fitted to what the model can read; where the model was trained on
 * several documents, it begins one, and may be empty. `length` in tokens; with `stop_at_end` a text ends
 * where the model ends it. With a `continuation` the text goes on after some tokens of an earlier one, and
 * may be explained. Answered by `begun`, then by `piece`s, or by a `failure` with this id.
 * @typedef {{type: "write", run: number, id: number, prompt: string, length: number,
 *   sampling: Partial<SamplingConfig>, stop_at_end: boolean, continuation?: Partial<Continuation>}} Write
 *
 * Ends a text early, or withdraws a question that has not been answered yet.
 * @typedef {{type: "cancel", run: number, id: number}} Cancel
 *
 * Times a few steps of a model of that shape, and compiles what a GPU needs for them. For before `create`,
 * which the same worker may be told afterwards. Answered by `measured`, or by a fatal `failure` of
 * the CPU engine.
 * @typedef {{type: "measure", run: number, engine: RunSettings["engine"], model: ModelConfig,
 *   vocab_size: number, batch_size: number}} Measure
 *
 * Whether the page is hidden. A browser may hold the GPU and the timers of a hidden page, so nothing is given
 * up meanwhile. To be told at each change, and at the start where the page is hidden.
 * @typedef {{type: "visibility", run: number, hidden: boolean}} Visibility
 *
 * Panics on purpose, whatever the run: so recovery is tested with a real panic.
 * @typedef {{type: "panic"}} Panic
 *
 * Whether the worker still turns. Answered by `pong` at once, or after the step at hand.
 * @typedef {{type: "ping", run: number}} Ping
 *
 * There is no command to end a run: whoever opened the worker terminates it.
 */

// ---- Events: from the worker to the page ------------------------------------------------------------------

/**
 * @typedef {Progress|Ready|Changed|State|Steps|Evaluation|Best|Used|Checkpoint|Snapshot|Sample|Begun
 *   |Piece|Answer|Saved|Measured|FailureEvent|Pong} Event
 *
 * What takes a moment: fetching the engine; learning byte pairs and making the model; compiling a GPU's
 * programs. `engine` is the one that is loaded and does it; not known while it is fetched.
 * @typedef {{type: "progress", run: number, phase: "loading"|"creating"|"compiling",
 *   engine?: "webgpu"|"cpu"}} Progress
 *
 * `step`, `state` and `used` (as in that event) are those of the checkpoint; without one 0, `paused` and
 * `last`.
 * @typedef {{type: "ready", run: number, info: RunInfo, step: number, state: RunState,
 *   used: "best"|"last"}} Ready
 *
 * The run's info after `further` and `set`, and when a helper is gone.
 * @typedef {{type: "changed", run: number, info: RunInfo}} Changed
 *
 * @typedef {{type: "state", run: number, state: RunState}} State
 *
 * `tokens_per_s` is a mean over the last seconds of training alone.
 * @typedef {{type: "steps", run: number, reports: StepReport[], tokens_per_s: number}} Steps
 *
 * In nats a token, over so many examples (windows) of the validation part; none comes where there is no such
 * part. `final`: the model in use once the training has ended, and again after `use`, on the whole part or as
 * much of it as some five seconds allow. The best model is the best of many evaluations on few examples, and
 * not as good as these say: the two figures are not to be compared. Given up where the training goes further.
 * @typedef {{type: "evaluation", run: number, step: number, validation_loss: number, examples: number,
 *   ms: number, final: boolean}} Evaluation
 *
 * The model of this step is the best so far, and remembered.
 * @typedef {{type: "best", run: number, step: number, loss: number}} Best
 *
 * Which model writes and is looked at from now on, and of which step it is. Told at the end of a training
 * that has become clearly worse on the validation part than it once was, after `use`, and before a training
 * goes further.
 * @typedef {{type: "used", run: number, which: "best"|"last", step: number}} Used
 *
 * All that another worker needs to go on from here: at every evaluation, at least every two minutes, and
 * whenever training pauses or ends, or the page is hidden. Never of numbers that are not finite. A `Blob` is
 * handed around, stored and downloaded without a copy in the page. The `steps` until then have been told.
 * @typedef {{type: "checkpoint", run: number, step: number, blob: Blob}} Checkpoint
 *
 * The weights after this step in a byte a number, some 1 MB for a million: at every evaluation and sample,
 * the first before any step. The engine keeps none; whoever wants to ask it hands it back with the question.
 * @typedef {{type: "snapshot", run: number, step: number, blob: Blob}} Snapshot
 *
 * Continuations of the settings' prompt, as the model of this step writes them, all at once; `prompt` as it
 * was read. The first draws from the settings' seed, the next from the next one. A text has `ended` where the
 * model ends it, with `<|endoftext|>`, and else has its length. `ms` is what writing them has taken. A sample
 * that is cut short, by a stop or another model, is not told. `unreadable` is null, or, where `instead` was
 * continued, the characters of the prompt that the model does not know: none where it is empty, and the model
 * cannot begin with nothing.
 * @typedef {{type: "sample", run: number, step: number, prompt: string,
 *   unreadable: string[]|null, texts: WrittenText[], ms: number}} Sample
 *
 * A text begins. `step` is that of the model; `prompt` is what the model reads, and what was replaced in it.
 * @typedef {{type: "begun", run: number, id: number, step: number, prompt: FittedText}} Begun
 *
 * More of a text. `done` says why it ends with this piece: it has its length, the model has ended it, or the
 * page. `tokens` are those that it consists of, where they are explained.
 * @typedef {{type: "piece", run: number, id: number, text: string, tokens: WrittenToken[],
 *   done: null|"length"|"end"|"cancelled"}} Piece
 *
 * `step` is that of the model that was asked.
 * @typedef {{type: "answer", run: number, id: number, step: number,
 *   answer: Awaited<ReturnType<Model[Question]>>}} Answer
 *
 * A checkpoint that was asked for.
 * @typedef {{type: "saved", run: number, id: number, step: number, blob: Blob}} Saved
 *
 * `engine` is the one that was really timed; `tokens_per_s` is 0 where such a run is refused. `gpu_failed`: a
 * GPU failed at it, and the CPU engine was timed; this worker does not use the GPU any more, and no other
 * should.
 * @typedef {{type: "measured", run: number, engine: "webgpu"|"cpu", tokens_per_s: number,
 *   gpu_failed: boolean}} Measured
 *
 * `id` is that of the text or question, or null. `fatal`: the worker must not be used any more; whoever
 * opened it terminates it, and may go on from the last checkpoint in another. Otherwise what was there before
 * the command is intact, with one exception: after `diverged` (`params`: `step`, `back_to`) the run has gone
 * back by itself to its last good state, that of step `back_to`, and is paused; what was told of later steps
 * is void.
 * @typedef {{type: "failure", run: number, id: number|null, failure: Failure, fatal: boolean}} FailureEvent
 *
 * @typedef {{type: "pong", run: number}} Pong
 */

// ---- Between the engine worker and its helpers ------------------------------------------------------------

/**
 * What a helper is told. Orders are obeyed one after the other.
 * @typedef {Learn|CreateReplica|OpenReplica|ComputeGradients|SumSlice|BeginStep|EndStep|Forget|EvaluatePart
 *   |WriteTexts|ReplaceTexts|SetReplicaRate} HelperOrder
 *
 * Learns the tokenizer that these options ask for; answered with its parts. Byte pairs of a large text take
 * minutes on a telephone, in which the engine worker still answers pings.
 * @typedef {{type: "learn", options: TrainingOptions}} Learn
 *
 * Makes the same training as the engine worker's.
 * @typedef {{type: "create", options: TrainingOptions}} CreateReplica
 *
 * The same, from a checkpoint; in place of the one of before, if there was one.
 * @typedef {{type: "open", checkpoint: Uint8Array, options: TrainingOptions}} OpenReplica
 *
 * A list of numbers for each part of a batch (shares.js); their memory is handed over.
 * @typedef {Float32Array<ArrayBuffer>[]} Exchanged
 *
 * Computes the gradients of one part of the next step's batch; answered with its loss, and their slices.
 * `updates` are those of the step before where it has not been taken yet: as `end`, in the same message.
 * @typedef {{type: "gradients", part: number, parts: number, updates: Exchanged|null}} ComputeGradients
 *
 * Sums one slice of the gradients over all parts; answered with the sum, once for each part.
 * @typedef {{type: "sum", values: Exchanged}} SumSlice
 *
 * Begins the step with the sums of all slices, and computes one part of Muon's updates; answered with these,
 * once for each part, or without where the step diverges.
 * @typedef {{type: "begin", loss: number, part: number, parts: number, values: Exchanged}} BeginStep
 *
 * Takes the step with the updates of all parts.
 * @typedef {{type: "end", values: Exchanged}} EndStep
 *
 * The step begun is not taken.
 * @typedef {{type: "forget", values: Exchanged}} Forget
 *
 * Evaluates the last model on one part of so many validation examples; answered with its summed loss.
 * @typedef {{type: "evaluate", examples: number, part: number}} EvaluatePart
 *
 * Texts that begin with the same prompt, of at most `length` tokens. The first draws from the seed, the next
 * from the next one.
 * @typedef {{prompt: string, sampling: Partial<SamplingConfig>, stop_at_end: boolean, length: number,
 *   count: number, continuation?: Partial<Continuation>}} TextsToWrite
 *
 * Writes these texts for about so long, or goes on with those that it has begun; answered with all of them as
 * far as they are written, and why no more comes of any of them, once none does. They are given up where
 * training goes on.
 * @typedef {{type: "write", begin: TextsToWrite|null, ms: number}} WriteTexts
 *
 * Trains on other texts from the next step on.
 * @typedef {{type: "texts", documents: string[], position: string}} ReplaceTexts
 * @typedef {{type: "set", learning_rate: number}} SetReplicaRate
 *
 * The answer to `learn`, `create`, `open`, `gradients`, `sum`, `begin`, `evaluate` and `write`. A helper
 * that fails says so and ends.
 * @typedef {{result: unknown, values: Exchanged|null} | {failure: Failure}} HelperAnswer
 */

export {};
