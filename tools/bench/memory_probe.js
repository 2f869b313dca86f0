// Runs in an engine worker before the engine (webgpu-memory.mjs). Answers a message `memory` with what wasm
// and the GPU's buffers hold.

(() => {
  const here = /** @type {any} */ (globalThis);
  const held = { buffers: 0, bufferBytes: 0, created: 0 };
  /** @type {WebAssembly.Memory|undefined} */
  let memory;

  const { instantiateStreaming } = WebAssembly;
  /** @type {any} */ (WebAssembly).instantiateStreaming = async (
    /** @type {Response} */ source,
    /** @type {any} */ imports,
  ) => {
    const result = await instantiateStreaming(source, imports);
    memory = /** @type {WebAssembly.Memory} */ (result.instance.exports.memory);
    return result;
  };

  /** @param {number} size */
  const gone = (size) => {
    held.buffers--;
    held.bufferBytes -= size;
  };
  const collected = new FinalizationRegistry(gone);
  const { createBuffer } = here.GPUDevice.prototype;
  here.GPUDevice.prototype.createBuffer = function (/** @type {{size: number}} */ descriptor) {
    const buffer = createBuffer.call(this, descriptor);
    held.buffers++;
    held.created++;
    held.bufferBytes += descriptor.size;
    collected.register(buffer, descriptor.size, buffer);
    return buffer;
  };
  const { destroy } = here.GPUBuffer.prototype;
  here.GPUBuffer.prototype.destroy = function () {
    if (collected.unregister(this)) gone(this.size);
    return destroy.call(this);
  };

  here.addEventListener("message", (/** @type {MessageEvent} */ message) => {
    if (message.data.type !== "memory") return;
    message.stopImmediatePropagation();
    here.postMessage({ type: "memory", ...held, wasmBytes: memory?.buffer.byteLength ?? 0 });
  });
})();
