// An engine worker: one engine, one run. Commands wait in a queue; each turn obeys what has come in, writes a little,
// then trains a little, so that a reader who clicks "stop" is heard within a step.

import { chooseEngine, cpu } from "./probe.js";
import { loadEngine } from "./load.js";
import { measureSpeed } from "./measure.js";
import { Run } from "./run.js";
import { openSource } from "./source.js";
import { Team, workersFor } from "./team.js";

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
/** A panicked module must not be called again. */
let dead = false;

self.onmessage = ({ data }) => {
  // Answered at once, past the queue: it asks whether this thread still turns.
  if (data.type === "ping") return self.postMessage({ type: "pong" });
  inbox.push(data);
  wake();
};

/** @param {Event} event */
function tell(event) {
  if (!dead) self.postMessage(event);
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
    case "measure": {
      const tokens_per_s = await measureSpeed(await engineFor("cpu", runId), command.model, command.vocab_size, command.batch_size);
      return tell({ type: "measured", run: runId, tokens_per_s });
    }
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

/** @param {Extract<Command, {type: "create"}>} command */
async function create({ run: runId, settings, gpu_failed }) {
  let choice = gpu_failed ? cpu("gpu-failed") : await chooseEngine(settings.engine);
  const { source, tokenizer, model, train } = settings;
  tell({ type: "progress", run: runId, phase: "loading" });
  const { texts, next } = await openSource(source, train.seed);
  const options = { ...texts, tokenizer, model, train };
  const open = async () => {
    const engine = await engineFor(choice.engine, runId);
    tell({ type: "progress", run: runId, phase: "creating" });
    return engine.Session.create(options);
  };
  let session;
  try {
    session = await open();
  } catch (error) {
    if (/** @type {any} */ (error).code !== "webgpu_unavailable") throw error;
    choice = cpu("gpu-failed");
    session = await open();
  }
  const workers = choice.engine === "cpu" ? settings.workers ?? workersFor(train.batch_size) : 1;
  const team = new Team(session, workers, options);
  if (!settings.workers) await team.fit();
  return new Run(runId, session, team, choice, settings, next, tell);
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
  // A refusal leaves all as it was; a failed engine, or a trap in its code, does not.
  const fatal = ["engine_failed", "not_found"].includes(code) || error instanceof WebAssembly.RuntimeError;
  fail(runId, id, { code, params, cause: message }, fatal);
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
      report(error, run.id, run.halt());
    }
  }
}

live();
