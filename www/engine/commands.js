// What a command looks like. Anybody may post to a worker: what is no command is ignored, and ends nothing.

/**
 * The type of each field, or the values that it may have.
 * @type {Record<string, Record<string, string|string[]>>}
 */
const FIELDS = {
  load: { run: "number", engine: ["webgpu", "cpu"] },
  create: { run: "number", settings: "object", checkpoint: "object", gpu_failed: "boolean" },
  train: { run: "number", order: ["start", "pause", "step", "stop"] },
  further: { run: "number", steps: "number" },
  use: { run: "number", which: ["best", "last"] },
  set: { run: "number", learning_rate: "number" },
  save: { run: "number", id: "number" },
  ask: { run: "number", id: "number", method: "string", args: "object" },
  write: {
    run: "number", id: "number",
    prompt: "string", length: "number", sampling: "object", stop_at_end: "boolean",
  },
  cancel: { run: "number", id: "number" },
  measure: { run: "number", engine: "string", model: "object", vocab_size: "number", batch_size: "number" },
  visibility: { run: "number", hidden: "boolean" },
  panic: {},
  ping: { run: "number" },
};

/**
 * @param {any} message
 * @returns {message is import("../api/messages.js").Command}
 */
export function isCommand(message) {
  const type = message?.type;
  if (typeof type !== "string" || !Object.hasOwn(FIELDS, type)) return false;
  return Object.entries(FIELDS[type]).every(([field, expected]) => {
    const value = message[field];
    return Array.isArray(expected) ? expected.includes(value) : typeof value === expected;
  });
}
