// What sharing a step costs the worker that leads: sums, copies and messages of a team that trains *petit*
// with two, four and eight helpers. The engine is left out: its replacement computes nothing, and copies as
// many numbers into and out of a memory of its own as the engine does, which is measured by itself, too. So
// many helpers may find no cores; what is counted is therefore the time that the leader's thread was on a
// processor, as Linux counts it, and it leads from the page's main thread, whose number is the process's.

import { readFile } from "node:fs/promises";
import { launchChromium } from "../chromium.mjs";
import { serve } from "../serve.mjs";
import { PETIT } from "./engine.mjs";
import { report, rounded, median } from "./report.mjs";

const HELPERS = [2, 4, 8];
const WARM_UP = 100;
const STEPS = 100;
const ROUNDS = 5;
const PAGE = "bench.html";
/** Characters that tinyshakespeare has, and the special tokens. */
const VOCABULARY = 69;

const { n_layer, n_embd: d } = PETIT.model;
const ff = 8 * Math.round(d / 3);
/** Numbers of the matrices of a block, one by one. */
const block = [...Array(4).fill(d * d), ...Array(3).fill(d * ff)];
const matrices = Array(n_layer).fill(block).flat();
const muon_parameters = matrices.reduce((sum, size) => sum + size, 0);
const parameters = muon_parameters + VOCABULARY * d;

/** Serves for www/engine/load.js. */
const LOADER = `
  const [matrices, info] = ${JSON.stringify([matrices, { parameters, muon_parameters, used: "last" }])};
  class Training {
    static async create() { return new Training(); }
    #memory = new Float32Array(info.parameters).fill(0.001);
    info() { return info; }
    async partialGradients(part, parts, targets) {
      let start = 0;
      for (const target of targets) target.set(this.#memory.subarray(start, start += target.length));
      return 1;
    }
    beginStep(loss, gradients) { this.#take(gradients); }
    async partialUpdates(part, parts) {
      const before = (part) => matrices.slice(0, Math.round(part * matrices.length / parts));
      const share = (part) => before(part).reduce((a, b) => a + b, 0);
      const [start, end] = [share(part), share(part + 1)];
      return this.#memory.slice(start, end);
    }
    endStep(updates) { this.#take(updates); return {}; }
    #take(arrays) {
      let start = 0;
      for (const array of arrays) {
        this.#memory.set(array, start);
        start += array.length;
      }
    }
  }
  export const loadEngine = async () => ({ engine: { Training } });`;

const site = await serve("dist", {
  more: { [PAGE]: '<!doctype html><link rel="icon" href="data:,">', "engine/load.js": LOADER },
});
/** @type {[string, number, string][]} */
const rows = [];
/** @type {Record<string, number>} */
const figures = { parameters };
for (const helpers of HELPERS) {
  const { ms: all, wall } = await measure(helpers, false);
  const { ms: engine } = await measure(helpers, true);
  const ms = rounded(all - engine, 2);
  rows.push([`${helpers} helpers: the leader's own time`, ms, "ms a step"]);
  rows.push(["  its engine's copies besides", engine, "ms"], ["  from step to step", wall, "ms"]);
  figures[`leader_ms_${helpers}`] = ms;
}
await site.close();
const size = parameters.toLocaleString("en");
report(`What a team that trains petit (${size} parameters) costs its leader`, rows, figures);

/**
 * @param {number} helpers
 * @param {boolean} engineAlone  only what the leader's engine copies
 */
async function measure(helpers, engineAlone) {
  const browser = await launchChromium();
  const page = await browser.newPage();
  await page.goto(site.url + PAGE);
  await page.evaluate(async ({ parts, engineAlone }) => {
    const { Team } = await import(new URL("engine/team.js", location.href).href);
    const { loadEngine } = await import(new URL("engine/load.js", location.href).href);
    const training = await (await loadEngine()).engine.Training.create();
    const team = new Team(training, parts, {});
    await team.start(null);
    if (team.workers !== parts) throw new Error("a helper did not start");
    const { parameters, muon_parameters } = training.info();
    const [gradients, updates] = [new Float32Array(parameters), new Float32Array(muon_parameters)];
    const alone = {
      async train(/** @type {number} */ steps) {
        for (let step = 0; step < steps; step++) {
          await training.partialGradients(0, parts, [gradients]);
          training.beginStep(0, [gradients]);
          await training.partialUpdates(0, parts);
          training.endStep([updates]);
        }
      },
    };
    Object.assign(globalThis, { team: engineAlone ? alone : team });
  }, { parts: 1 + helpers, engineAlone });
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send("SystemInfo.getProcessInfo");
  const renderers = processInfo.filter(({ type }) => type === "renderer").map(({ id }) => id);
  /** @type {{ms: number, wall: number}[]} */
  const rounds = [];
  await train(WARM_UP);
  for (let round = 0; round < ROUNDS; round++) {
    const before = await Promise.all(renderers.map(processorMs));
    const wall = await train(STEPS);
    const after = await Promise.all(renderers.map(processorMs));
    // The other renderer waits for the next tab.
    const ms = Math.max(...after.map((value, index) => value - before[index]));
    rounds.push({ ms: ms / STEPS, wall: wall / STEPS });
  }
  await browser.close();
  const middle = (/** @type {"ms"|"wall"} */ key) => rounded(median(rounds.map((round) => round[key])), 2);
  return { ms: middle("ms"), wall: middle("wall") };

  /** @param {number} steps @returns {Promise<number>} milliseconds */
  async function train(steps) {
    return page.evaluate(async (steps) => {
      const start = performance.now();
      await /** @type {any} */ (globalThis).team.train(steps);
      return performance.now() - start;
    }, steps);
  }
}

/** Milliseconds that the main thread of a process has been on a processor. @param {number} id */
async function processorMs(id) {
  const [nanoseconds] = (await readFile(`/proc/${id}/task/${id}/schedstat`, "utf8")).split(" ");
  return Number(nanoseconds) / 1e6;
}
