// An engine worker: one engine, one run. Commands wait in a queue; each turn obeys what has come in, writes a
// little, then trains a little, so that a reader who clicks "stop" is heard within a step.

import { isCommand } from "./commands.js";
import { createRun } from "./create.js";
import { Engines } from "./engines.js";
import { failureOf, isFatal } from "./failures.js";
import { measure } from "./measure.js";
import { setHidden } from "./patience.js";

/**
 * @typedef {import("../api/messages.js").Command} Command
 * @typedef {import("../api/messages.js").Event} Event
 * @typedef {import("./run.js").Run} Run
 */

/** @type {Command[]} */
const inbox = [];
let wake = () => {};
/** @type {Run|null} */
let run = null;
/** The run that commands belong to: the one that was asked for last. */
let current = 0;
/** After a fatal failure nothing is called or told any more. */
let dead = false;

/** @type {import("./create.js").Host} */
const host = {
  engines: new Engines(),
  tell,
  onDeath: (error) => report(error, current, null, true),
  gpuFailed: false,
  warm: new Set(),
};

self.onmessage = ({ data }) => {
  if (isCommand(data)) hear(data);
  else console.info(`petit-train: ignored, since it is no command: ${String(data?.type)}`);
};

/** @param {Command} command */
function hear(command) {
  switch (command.type) {
    // At once, past the queue.
    case "ping":
      return self.postMessage({ type: "pong", run: command.run });
    case "visibility":
      // A browser may end a hidden page without another word.
      if (command.hidden) run?.saveSoon();
      return setHidden(command.hidden);
    case "cancel":
      if (withdraw(command)) return;
      break;
    case "create":
      current = command.run;
      break;
    case "load":
      // At once: what it fetches is on its way while this waits for orders.
      return void host.engines.load(command.engine, host.onDeath).catch(() => {});
    case "measure":
      if (!run) current = command.run;
      break;
  }
  inbox.push(command);
  wake();
}

/**
 * A question or a text that has not been begun.
 * @param {Extract<Command, {type: "cancel"}>} command
 * @returns {boolean} whether it was still waiting
 */
function withdraw({ run, id }) {
  const index = inbox.findIndex((command) => "id" in command && command.id === id && command.run === run);
  if (index < 0) return false;
  const [{ type }] = inbox.splice(index, 1);
  if (type === "write") tell({ type: "piece", run, id, text: "", tokens: [], done: "cancelled" });
  return true;
}

/**
 * @param {Event} event
 * @param {Transferable[]} [transfer]
 */
function tell(event, transfer = []) {
  if (!dead) self.postMessage(event, { transfer });
}

/** @param {Command} command */
async function obey(command) {
  if (command.type === "panic") return host.engines.panic();
  if (command.run !== current) return console.info(`petit-train: dropped, of another run: ${command.type}`);
  switch (command.type) {
    case "create":
      run?.end();
      run = null;
      run = await createRun(command, host);
      return;
    case "measure":
      return measure(command, host, () => inbox.length > 0);
    case "train":
      return run?.order(command.order, command.steps);
    case "further":
      return run?.further(command.steps);
    case "use":
      return run?.use(command.which);
    case "set":
      return run?.setLearningRate(command.learning_rate);
    case "write":
      return run?.write(command);
    case "save":
      return run?.save(command.id);
    case "ask":
      return run?.ask(command);
    case "cancel":
      return run?.cancel(command.id);
  }
}

/** Waits until there is something to do; while there is, lets messages in between two turns. */
async function nextTurn() {
  if (run?.busy) return tick();
  if (inbox.length === 0) await new Promise((resolve) => { wake = () => resolve(undefined); });
}

const { port1, port2 } = new MessageChannel();

/** Lets the messages in that have come. @returns {Promise<void>} */
function tick() {
  return new Promise((resolve) => {
    port1.onmessage = () => resolve();
    port2.postMessage(null);
  });
}

/**
 * @param {unknown} error
 * @param {number} runId
 * @param {number|null} id  of the question or text
 * @param {boolean} fatal
 */
function report(error, runId, id, fatal) {
  tell({ type: "failure", run: runId, id, failure: failureOf(error), fatal });
  if (fatal) dead = true;
}

async function live() {
  while (!dead) {
    await nextTurn();
    for (let command = inbox.shift(); command !== undefined && !dead; command = inbox.shift()) {
      try {
        await obey(command);
      } catch (error) {
        report(error, current, "id" in command ? command.id : null, isFatal(error));
      }
    }
    if (!run || dead) continue;
    try {
      await run.turn();
    } catch (error) {
      // After a fatal failure the run stays what it was, for the page to know what was lost.
      const fatal = isFatal(error);
      report(error, run.id, fatal ? null : run.halt(), fatal);
    }
  }
}

live();
