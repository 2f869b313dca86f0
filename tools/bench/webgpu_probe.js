// Runs in an engine worker before the engine (webgpu.mjs). Counts the WebGPU calls, times the calls from
// JavaScript into wasm, and on demand times every kernel. Each message about steps then carries what was
// spent since the one before, shared among its steps.

(() => {
  /** @type {Record<string, number>} */
  const spent = {};
  const here = /** @type {any} */ (globalThis);
  /** @param {string} name @param {number} [by] */
  const add = (name, by = 1) => { spent[name] = (spent[name] ?? 0) + by; };

  // The outermost calls only: wasm calls JavaScript, which calls back. Awaiting the GPU is within none of
  // them.
  let depth = 0;
  /** @param {Function} real */
  const timed = (real) => (/** @type {unknown[]} */ ...args) => {
    if (depth > 0) return real(...args);
    depth++;
    const start = performance.now();
    try {
      return real(...args);
    } finally {
      add("hostMs", performance.now() - start);
      depth--;
    }
  };
  const { instantiateStreaming } = WebAssembly;
  /** @type {any} */ (WebAssembly).instantiateStreaming = async (
    /** @type {Response} */ source, /** @type {any} */ imports,
  ) => {
    const { instance, module } = await instantiateStreaming(source, imports);
    const exports = Object.fromEntries(Object.entries(instance.exports)
      .map(([name, value]) => [name, typeof value === "function" ? timed(value) : value]));
    return { instance: { exports }, module };
  };

  /** @param {any} type @param {string} name @param {(args: any[]) => void} count */
  const count = (type, name, count) => {
    const real = type.prototype[name];
    type.prototype[name] = function (/** @type {unknown[]} */ ...args) {
      count(args);
      return real.apply(this, args);
    };
  };
  count(here.GPUComputePassEncoder, "dispatchWorkgroups", () => add("dispatches"));
  count(here.GPUComputePassEncoder, "dispatchWorkgroupsIndirect", () => add("dispatches"));
  count(here.GPUQueue, "submit", () => add("submits"));
  count(here.GPUCommandEncoder, "beginComputePass", () => add("passes"));
  count(here.GPUDevice, "createBindGroup", () => add("bindGroups"));
  count(here.GPUDevice, "createBuffer", ([{ size }]) => { add("buffers"); add("bufferBytes", size); });
  count(here.GPUDevice, "createShaderModule", () => add("shaders"));
  count(here.GPUQueue, "writeBuffer", ([, , data, , size]) => {
    add("writes");
    add("writtenBytes", size ?? data.byteLength);
  });
  count(here.GPUBuffer, "mapAsync", () => add("maps"));
  timeKernels();

  const postMessage = here.postMessage.bind(here);
  here.postMessage = (/** @type {any} */ event) => {
    if (event.type === "steps") {
      const share = Object.fromEntries(
        Object.entries(spent).map(([name, value]) => [name, value / event.reports.length]),
      );
      for (const report of event.reports) report.bench = share;
      for (const name of Object.keys(spent)) delete spent[name];
    }
    postMessage(event);
  };

  // The page asks by a message of its own, before the worker's handler sees it.
  here.addEventListener("message", async (/** @type {MessageEvent} */ message) => {
    if (message.data.type !== "time-kernels") return;
    message.stopImmediatePropagation();
    if (message.data.on) here.kernelTimes.start();
    else postMessage({ type: "kernel-times", kernels: await here.kernelTimes.report() });
  });

  /**
   * While it is on, each dispatch gets a pass of its own with timestamps around it.
   * (`timestamp-query` is among the features that burn asks for where the adapter has it.)
   */
  function timeKernels() {
    const MAX_QUERIES = 4096;
    let on = false;
    /** @type {any} */
    let device = null;
    /** @type {{set: any, read: any, labels: string[]}[]} */
    let pending = [];
    /** @type {WeakMap<object, string>} */
    const labels = new WeakMap();
    /** @type {WeakMap<object, {set: any, read: any, labels: string[]}>} */
    const timings = new WeakMap();
    /** @param {any} type @param {string} name @param {(real: Function) => Function} make */
    const replace = (type, name, make) => { type.prototype[name] = make(type.prototype[name]); };

    replace(here.GPUAdapter, "requestDevice", (real) => async function (/** @type {any} */ ...args) {
      // @ts-ignore
      return (device = await real.apply(this, args));
    });
    for (const name of ["createComputePipeline", "createComputePipelineAsync"]) {
      replace(here.GPUDevice, name, (real) => function (/** @type {any} */ descriptor) {
        const label = `${descriptor.label ?? ""} ${descriptor.compute?.entryPoint ?? ""}`.trim() || "unnamed";
        const keep = (/** @type {object} */ pipeline) => { labels.set(pipeline, label); return pipeline; };
        // @ts-ignore
        const made = real.call(this, descriptor);
        return made instanceof Promise ? made.then(keep) : keep(made);
      });
    }
    replace(here.GPUCommandEncoder, "beginComputePass", (real) => function (/** @type {any} */ descriptor) {
      // @ts-ignore
      const encoder = /** @type {any} */ (this);
      if (!on) return real.call(encoder, descriptor);
      const timing = timings.get(encoder) ?? {
        set: device.createQuerySet({ type: "timestamp", count: MAX_QUERIES }),
        read: null,
        labels: [],
      };
      timings.set(encoder, timing);
      /** @type {any} */
      let pipeline = null;
      const groups = new Map();
      const dispatch = (/** @type {string} */ method) => (/** @type {any[]} */ ...args) => {
        const index = timing.labels.length * 2;
        const pass = real.call(encoder, {
          timestampWrites: {
            querySet: timing.set,
            beginningOfPassWriteIndex: index,
            endOfPassWriteIndex: index + 1,
          },
        });
        pass.setPipeline(pipeline);
        for (const [group, rest] of groups) pass.setBindGroup(group, ...rest);
        pass[method](...args);
        pass.end();
        timing.labels.push(labels.get(pipeline) ?? "unnamed");
      };
      return {
        setPipeline: (/** @type {any} */ given) => {
          pipeline = given;
        },
        setBindGroup: (/** @type {number} */ group, /** @type {any[]} */ ...rest) => {
          groups.set(group, rest);
        },
        dispatchWorkgroups: dispatch("dispatchWorkgroups"),
        dispatchWorkgroupsIndirect: dispatch("dispatchWorkgroupsIndirect"),
        end() {},
      };
    });
    replace(here.GPUCommandEncoder, "finish", (real) => function (/** @type {any} */ ...args) {
      // @ts-ignore
      const encoder = /** @type {any} */ (this);
      const timing = timings.get(encoder);
      if (timing?.labels.length) {
        const size = timing.labels.length * 16;
        const { QUERY_RESOLVE, COPY_SRC, MAP_READ, COPY_DST } = here.GPUBufferUsage;
        const resolved = device.createBuffer({ size, usage: QUERY_RESOLVE | COPY_SRC });
        timing.read = device.createBuffer({ size, usage: MAP_READ | COPY_DST });
        encoder.resolveQuerySet(timing.set, 0, timing.labels.length * 2, resolved, 0);
        encoder.copyBufferToBuffer(resolved, 0, timing.read, 0, size);
        pending.push(timing);
      }
      return real.apply(encoder, args);
    });

    here.kernelTimes = {
      start() { on = true; pending = []; },
      async report() {
        on = false;
        /** @type {Record<string, {ms: number, calls: number}>} */
        const totals = {};
        for (const { read, labels: names } of pending) {
          await read.mapAsync(here.GPUMapMode.READ);
          const times = new BigUint64Array(read.getMappedRange());
          names.forEach((name, index) => {
            const total = totals[name] ??= { ms: 0, calls: 0 };
            total.ms += Number(times[2 * index + 1] - times[2 * index]) / 1e6;
            total.calls++;
          });
          read.unmap();
        }
        return totals;
      },
    };
  }
})();
