// From a run's settings to the run: which engine, which texts, which tokenizer, how many workers.

import { bytesOf } from "./bytes_of.js";
import { codeOf } from "./failures.js";
import { HelperWire, answers } from "./helper_wire.js";
import { chooseEngine, cpu } from "./probe.js";
import { Run } from "./run.js";
import { openSource } from "./source.js";
import { Team } from "./team.js";
import { Watchdog } from "./watchdog.js";
import { MOST_WORKERS, workersFor } from "./workers.js";

/**
 * @typedef {import("../api/messages.js").Command} Command
 * @typedef {import("../api/messages.js").EngineChoice} EngineChoice
 * @typedef {import("../api/messages.js").TokenizerParts} TokenizerParts
 * @typedef {import("../api/messages.js").TrainingOptions} TrainingOptions
 * @typedef {import("../../dist/engine_cpu.js").Header} CheckpointHeader
 * @typedef {import("./run.js").Position} Position
 */

/**
 * What the worker gives to those who work for it.
 * @typedef {object} Host
 * @property {import("./engines.js").Engines} engines
 * @property {(event: import("../api/messages.js").Event, transfer?: Transferable[]) => void} tell
 * @property {(error: unknown) => void} onDeath  told when the run's engine must not be called again
 * @property {boolean} gpuFailed  whether a GPU has failed here before
 * @property {Set<string>} warm   shapes whose programs the GPU has (`shapeOf`)
 */

/** What a run may have been in when it left a checkpoint. */
const STATES = ["paused", "stopped", "finished"];
/** Learning byte pairs from a large text takes a telephone minutes. */
const LEARNING_PATIENCE_MS = 1_200_000;

/**
 * @param {Extract<Command, {type: "create"}>} command
 * @param {Host} host
 * @returns {Promise<Run>}
 */
export async function createRun(command, host) {
  const { settings, gpu_failed } = command;
  const choice = gpu_failed || host.gpuFailed ? cpu("gpu-failed") : await chooseEngine(settings.engine);
  try {
    return await createOn(choice, command, host);
  } catch (error) {
    const other = choiceInstead(error, settings.engine);
    if (!other) throw error;
    host.engines.leave("webgpu");
    return createOn(other, command, host);
  }
}

/**
 * @param {unknown} error  that a GPU refused a run with
 * @param {"auto"|"webgpu"|"cpu"} wanted
 * @returns {EngineChoice|null} what does it in its place: who asked for the GPU by name is told what it lacks
 */
export function choiceInstead(error, wanted) {
  const code = codeOf(error);
  if (code === "gpu_too_small" && wanted === "auto") return cpu("gpu-too-small");
  return code === "webgpu_unavailable" ? cpu("gpu-failed") : null;
}

/**
 * Names runs that need the same programs of a GPU; some depend on whether a size divides by four.
 * @param {import("../api/messages.js").ModelConfig} model
 * @param {number} vocabSize
 * @param {number} batchSize
 */
export function shapeOf(model, vocabSize, batchSize) {
  const { n_layer, n_head, n_embd, block_size, position } = model;
  const divides = [vocabSize, batchSize * block_size].map((size) => size % 4 === 0);
  return JSON.stringify([n_layer, n_head, n_embd, block_size, position, divides]);
}

/**
 * @param {EngineChoice} choice
 * @param {Extract<Command, {type: "create"}>} command
 * @param {Host} host
 */
async function createOn(choice, { run: id, settings, checkpoint: blob }, host) {
  const { tell } = host;
  tell({ type: "progress", run: id, phase: "loading" });
  const { engine } = await host.engines.load(choice.engine, host.onDeath);
  const checkpoint = blob && await bytesOf(blob, "checkpoint_unreadable");
  tell({ type: "progress", run: id, phase: "creating", engine: choice.engine });
  const header = checkpoint && engine.readCheckpointHeader(checkpoint);
  const position = header && positionOf(header);
  const seed = settings.train.seed ?? 1;
  const source = await openSource(settings.source, seed, header?.train?.position);
  const { tokenizer, model, train, workers } = settings;
  /** @type {TrainingOptions} */
  const options = { ...source.texts, position: source.position, tokenizer, model, train, workers };
  options.tokenizer_parts = header?.tokenizer ?? await learnTokenizer(options);

  const { Training } = engine;
  const training = checkpoint ? await Training.open(checkpoint, options) : await Training.create(options);
  /** @type {Team|undefined} */
  let team;
  try {
    // For a training to go back to. And a GPU gets to work only when something is read: one without room for
    // the model should fail now, not later.
    const read = training.checkpoint("");
    const bytes = await (choice.engine === "webgpu" ? new Watchdog().watch(read, 1) : read);
    const saved = checkpoint ?? bytes;
    team = await assemble(training, choice, settings, options, checkpoint, position);
    const info = training.info();
    const shape = shapeOf(info.model, info.vocab_size, info.train.batch_size);
    const warm = choice.engine === "cpu" || host.warm.has(shape);
    return new Run({ id, training, team, choice, warm, settings, source, tell }, saved, position);
  } catch (error) {
    team?.end();
    training.free();
    throw error;
  }
}

/**
 * What a run has left in a checkpoint, where it is from one.
 * @param {CheckpointHeader} header
 * @returns {Position|null}
 */
function positionOf({ page = "" }) {
  try {
    const position = JSON.parse(page);
    return isPosition(position) ? position : null;
  } catch {
    return null;
  }
}

/**
 * A file may come from anywhere.
 * @param {any} position
 * @returns {position is Position}
 */
function isPosition(position) {
  const orNull = (/** @type {unknown} */ value) => value === null || Number.isFinite(value);
  return STATES.includes(position?.state) && Number.isInteger(position.milestone)
    && Number.isInteger(position.workers) && position.workers >= 0 && position.workers <= MOST_WORKERS
    && orNull(position.validation_loss) && orNull(position.story_ends);
}

/**
 * Byte pairs are learned in a worker of their own, which ends with them: meanwhile this one answers, and does
 * not keep the memory that it takes.
 * @param {TrainingOptions} options
 * @returns {Promise<TokenizerParts|undefined>} none where they are to be learned here
 */
async function learnTokenizer(options) {
  if (options.tokenizer.kind !== "bpe") return undefined;
  const helper = new HelperWire();
  const asked = helper.ask({ type: "learn", options });
  const [answer] = await answers([helper], [asked], LEARNING_PATIENCE_MS);
  helper.end();
  return /** @type {TokenizerParts|undefined} */ (answer?.result);
}

/**
 * @param {import("../../dist/engine_cpu.js").Training} training
 * @param {EngineChoice} choice
 * @param {import("../api/messages.js").RunSettings} settings
 * @param {TrainingOptions} options
 * @param {Uint8Array|null} checkpoint
 * @param {Position|null} position
 */
async function assemble(training, choice, settings, options, checkpoint, position) {
  // Where there is nothing to learn, there is nothing to share.
  if (choice.engine === "webgpu" || settings.source.kind === "none") return new Team(training, 1, options);
  const { train } = training.info();
  // The weights of a training that goes on are those of one that never stopped only if it is shared as
  // before.
  const given = settings.workers || position?.workers;
  const workers = given || workersFor(train.batch_size, (workers) => training.memoryOf(workers));
  const team = new Team(training, workers, options);
  // One that has ended needs helpers only if it goes further.
  if (position && position.state !== "paused") return team;
  await team.start(checkpoint);
  if (given) return team;
  team.shrink();
  await team.fit();
  return team;
}
