// An engine worker: one engine, one run. Commands wait in a queue; each turn obeys what has come in, writes a little,
// then trains a little, so that a reader who clicks "stop" is heard within a step.

import { chooseEngine, cpu } from "./probe.js";
import { loadEngine } from "./load.js";
import { measureSpeed, warmUp } from "./measure.js";
import { Run } from "./run.js";
import { openSource } from "./source.js";
import { Team, workersFor } from "./team.js";
import { Watchdog } from "./watchdog.js";

/**
 * @typedef {import("./protocol.js").Command} Command
 * @typedef {import("./protocol.js").Event} Event
 */

/** @type {Command[]} */
const inbox = [];
/** @type {() => void} */
let wake = () => {};
/** @type {Run|null} */
let run = null;
/** After a fatal failure nothing is called or told any more. */
let dead = false;
/** Runs whose programs the GPU has; some depend on whether a size divides by four. @type {Set<string>} */
const warmShapes = new Set();
const shapeOf = (/** @type {import("./protocol.js").ModelConfig} */ model, /** @type {number} */ vocabSize, /** @type {number} */ batchSize) =>
  JSON.stringify([model, vocabSize % 4 === 0, batchSize * model.block_size % 4 === 0]);

self.onmessage = ({ data }) => {
  // Answered at once, past the queue: it asks whether this thread still turns.
  if (data.type === "ping") return self.postMessage({ type: "pong" });
  inbox.push(data);
  wake();
};

/**
 * @param {Event} event
 * @param {Transferable[]} [transfer]
 */
function tell(event, transfer = []) {
  if (!dead) self.postMessage(event, { transfer });
}

/**
 * @param {number} runId
 * @param {number|null} id
 * @param {import("./protocol.js").Failure} failure
 * @param {boolean} fatal  nothing more is to be expected of this worker
 */
function fail(runId, id, failure, fatal) {
  tell({ type: "failure", run: runId, id, failure, fatal });
  if (fatal) dead = true;
}

/**
 * @param {"cpu"|"webgpu"} name
 * @param {number} runId
 */
async function engineFor(name, runId) {
  const { engine } = await loadEngine(name, (code, cause) => fail(runId, null, { code, params: {}, cause }, true));
  return engine;
}

/** @param {Command} command */
async function obey(command) {
  const { run: runId } = command;
  switch (command.type) {
    case "create":
      run = await create(command);
      return;
    case "measure":
      return measure(command);
    case "train":
      return run?.order(command.order);
    case "generate":
      return run?.write(command);
    case "cancel":
      return run?.cancel(command.id);
    case "inspect":
      return run?.inspect(command.id, command.text, command.links);
    case "panic":
      return run?.session.panicOnPurpose();
  }
}

/** @param {Extract<Command, {type: "measure"}>} command */
async function measure({ run: runId, engine: wanted, model, vocab_size, batch_size }) {
  const { engine: name } = await chooseEngine(wanted);
  let tokens_per_s = 0;
  try {
    if (name === "webgpu") {
      tell({ type: "progress", run: runId, phase: "compiling" });
      tokens_per_s = await warmUp(await engineFor(name, runId), model, vocab_size, batch_size, () => inbox.length > 0);
      warmShapes.add(shapeOf(model, vocab_size, batch_size));
    } else {
      tokens_per_s = await measureSpeed(await engineFor(name, runId), model, vocab_size, batch_size);
    }
  } catch (error) {
    // Nobody has asked for this run yet: what refuses it will be told when somebody does.
    if (isFatal(error)) throw error;
  }
  tell({ type: "measured", run: runId, engine: name, tokens_per_s });
}

/** @param {Extract<Command, {type: "create"}>} command */
async function create({ run: runId, settings, gpu_failed, checkpoint }) {
  let choice = gpu_failed ? cpu("gpu-failed") : await chooseEngine(settings.engine);
  const { source, tokenizer, model, train } = settings;
  tell({ type: "progress", run: runId, phase: "loading" });
  const { texts, next } = await openSource(source, train.seed);
  const options = { ...texts, tokenizer, model, train };
  const open = async () => {
    const engine = await engineFor(choice.engine, runId);
    tell({ type: "progress", run: runId, phase: "creating" });
    const session = await engine.Session.create(options);
    // A GPU gets to work only when something is read: one without room for the model should fail now, not later.
    if (choice.engine === "webgpu") await new Watchdog().watch(session.checkpoint(), 1);
    return session;
  };
  let session;
  try {
    session = await open();
  } catch (error) {
    const { code } = /** @type {any} */ (error);
    // Who asked for the GPU by name is told what it lacks.
    if (code === "gpu_too_small" && settings.engine === "auto") choice = cpu("gpu-too-small");
    else if (code === "webgpu_unavailable") choice = cpu("gpu-failed");
    else throw error;
    await loadEngine("webgpu", () => {}); // What becomes of that module is no matter any more.
    session = await open();
  }
  // The weights of a training that goes on are those of one that never stopped only if it is shared as before.
  const parts = settings.workers ?? checkpoint?.workers;
  const workers = choice.engine === "cpu" ? parts || workersFor(train.batch_size) : 1;
  const team = new Team(session, workers, options);
  if (checkpoint) resume(team, checkpoint, next);
  if (!parts) await team.fit();
  const { vocab_size } = session.info();
  const warm = choice.engine === "cpu" || warmShapes.has(shapeOf(model, vocab_size, train.batch_size));
  return new Run({ id: runId, session, team, choice, warm, settings, nextText: next, checkpoint, tell });
}

/**
 * @param {Team} team
 * @param {import("./protocol.js").Checkpoint} checkpoint
 * @param {(() => string)|null} next
 */
function resume(team, { step, texts, values }, next) {
  let text = null;
  for (let read = 0; read < texts && next; read++) text = next();
  if (text !== null) team.replaceTrainingText(text);
  team.resume(step, values);
}

/** Waits until there is something to do; while there is, lets messages in between two turns. */
async function nextTurn() {
  if (run?.busy) {
    await new Promise((resolve) => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = resolve;
      port2.postMessage(null);
    });
  } else if (inbox.length === 0) {
    await new Promise((resolve) => { wake = () => resolve(undefined); });
  }
}

/**
 * @param {unknown} error what an export threw
 * @param {number} runId
 * @param {number|null} id
 */
function report(error, runId, id) {
  const { code = "engine_failed", params = {}, message = String(error) } = /** @type {any} */ (error ?? {});
  fail(runId, id, { code, params, cause: message }, isFatal(error));
}

/**
 * A refusal leaves all as it was; a failed engine, or a trap in its code, does not.
 * @param {unknown} error
 */
function isFatal(error) {
  const { code = "engine_failed" } = /** @type {any} */ (error ?? {});
  return ["engine_failed", "gpu_stalled", "not_found"].includes(code) || error instanceof WebAssembly.RuntimeError;
}

async function live() {
  while (!dead) {
    await nextTurn();
    for (let command = inbox.shift(); command && !dead; command = inbox.shift()) {
      const id = "id" in command ? command.id : null;
      try {
        await obey(command);
      } catch (error) {
        report(error, command.run, id);
      }
    }
    if (!run || dead) continue;
    try {
      await run.turn();
    } catch (error) {
      // After a fatal failure the run stays what it was, for the page to know what was lost.
      report(error, run.id, isFatal(error) ? null : run.halt());
    }
  }
}

live();
