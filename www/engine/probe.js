// Which engine this browser can run, and why. Asked in the worker, where the engine will live.

/**
 * @typedef {import("../api/messages.js").EngineReason} EngineReason
 * @typedef {{engine: "webgpu"|"cpu", reason: EngineReason, adapter: string}} Choice
 */

/** Names under which browsers offer a GPU that is really the processor: slower there than the CPU engine. */
const SOFTWARE = /swiftshader|llvmpipe|lavapipe|softpipe|basic render|warp/i;

/**
 * @param {"auto"|"webgpu"|"cpu"} wanted
 * @returns {Promise<Choice>} the CPU engine wherever WebGPU would fail; a software adapter only if asked for
 *   by name
 */
export async function chooseEngine(wanted) {
  if (wanted === "cpu") return cpu("chosen");
  // Over http, other than on this very machine, browsers hide it.
  if (!navigator.gpu) return cpu(self.isSecureContext ? "no-webgpu" : "insecure");
  const wish = /** @type {const} */ ({ powerPreference: "high-performance" });
  const adapter = await navigator.gpu.requestAdapter(wish).catch(() => null);
  if (!adapter) return cpu("no-adapter");
  // burn's runtime panics at its first use without it.
  if (!adapter.features.has("timestamp-query")) return cpu("no-timestamp-query");
  const { vendor, architecture, device, description } = adapter.info;
  const name = description || [vendor, architecture, device].filter(Boolean).join(" ");
  const software = adapter.info.isFallbackAdapter || SOFTWARE.test(`${name} ${architecture} ${vendor}`);
  if (wanted === "auto" && software) return cpu("software-adapter");
  return { engine: "webgpu", reason: wanted === "webgpu" ? "chosen" : "gpu-found", adapter: name };
}

/**
 * @param {EngineReason} reason
 * @returns {Choice}
 */
export function cpu(reason) {
  return { engine: "cpu", reason, adapter: "" };
}
