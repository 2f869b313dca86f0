// An engine worker: one engine, one run. Commands wait in a queue; each turn obeys what has come in, writes a little,
// then trains a little, so that a reader who clicks "stop" is heard within a step.

import { chooseEngine, cpu } from "./probe.js";
import { loadEngine } from "./load.js";
import { Run } from "./run.js";
import { measureSpeed } from "./measure.js";

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
 * @param {string} code
 * @param {string} cause
 */
function die(runId, code, cause) {
  tell({ type: "failure", run: runId, id: null, failure: { code, params: {}, cause }, fatal: true });
  dead = true;
}

/** @param {Command} command */
async function obey(command) {
  const { run: runId } = command;
  switch (command.type) {
    case "create":
      run = await create(command);
      return;
    case "measure": {
      const { engine } = await loadEngine("cpu", (code, cause) => die(runId, code, cause));
      const tokens_per_s = await measureSpeed(engine, command.model, command.vocab_size);
      return tell({ type: "measured", run: runId, tokens_per_s });
    }
    case "train":
      return run?.order(command.order);
    case "generate":
      return run?.write(command);
    case "cancel":
      return run?.cancel(command.id);
    case "inspect":
      return run?.inspect(command.id, command.text);
    case "panic":
      return run?.session.panicOnPurpose();
  }
}

/** @param {Extract<Command, {type: "create"}>} command */
async function create({ run: runId, settings, gpu_failed }) {
  let choice = gpu_failed ? cpu("gpu-failed") : await chooseEngine(settings.engine);
  const open = async () => {
    tell({ type: "progress", run: runId, phase: "loading" });
    const { engine } = await loadEngine(choice.engine, (code, cause) => die(runId, code, cause));
    tell({ type: "progress", run: runId, phase: "creating" });
    const { text, tokenizer, model, train } = settings;
    return engine.Session.create({ text, tokenizer, model, train });
  };
  let session;
  try {
    session = await open();
  } catch (error) {
    if (/** @type {any} */ (error).code !== "webgpu_unavailable") throw error;
    choice = cpu("gpu-failed");
    session = await open();
  }
  return new Run(runId, session, choice, settings, tell);
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
  tell({ type: "failure", run: runId, id, failure: { code, params, cause: message }, fatal });
  if (fatal) dead = true;
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
