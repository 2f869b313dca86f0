// The CPU engine with relaxed SIMD, and without it for browsers that lack it.

import assert from "node:assert/strict";
import { BLANK, browserTest } from "./support/browser_test.mjs";
import { SETTINGS } from "./support/engine.mjs";

const OPTIONS = {
  documents: SETTINGS.source.documents,
  tokenizer: SETTINGS.tokenizer,
  model: { ...SETTINGS.model, n_layer: 2 },
  train: { ...SETTINGS.train, batch_size: 8, steps: 20 },
};

browserTest("with and without relaxed SIMD the same is learned, but for rounding", {}, async (
  { page, url },
) => {
  await page.goto(url + BLANK);
  const train = (/** @type {string} */ name) => page.evaluate(async ([file, options]) => {
    const engine = await import(new URL(/** @type {string} */ (file), location.href).href);
    await engine.default();
    const training = await engine.Training.create(options);
    const { gradients } = await training.gradients();
    const reports = await training.train(20);
    return {
      gradients: gradients.map((/** @type {{values: Float32Array}} */ { values }) => [...values]),
      losses: reports.map((/** @type {{loss: number}} */ { loss }) => loss),
    };
  }, /** @type {const} */ ([`${name}.js`, OPTIONS]));
  const [plain, relaxed] = [await train("engine_cpu"), await train("engine_cpu_relaxed")];
  const largest = (/** @type {number[]} */ values) => Math.max(...values.map(Math.abs));
  plain.gradients.forEach((/** @type {number[]} */ gradient, /** @type {number} */ index) => {
    const apart = gradient.map((value, entry) => value - relaxed.gradients[index][entry]);
    assert(largest(apart) <= 1e-5 * largest(gradient), `gradient ${index} differs by ${largest(apart)}`);
  });
  plain.losses.forEach((/** @type {number} */ loss, /** @type {number} */ step) => {
    assert(Math.abs(loss - relaxed.losses[step]) < 1e-3, `step ${step}: ${loss}, ${relaxed.losses[step]}`);
  });
  assert(plain.losses[19] < 0.7 * plain.losses[0], "nothing was learned");
});

for (const { what, without, expected } of [
  { what: "has relaxed SIMD", without: "", expected: "engine_cpu_relaxed_bg.wasm" },
  // A browser that lacks it refuses a module with its first instructions, 0xfd 0x80 0x02 and on.
  {
    what: "lacks relaxed SIMD",
    without: `const { validate } = WebAssembly;
      WebAssembly.validate = (bytes) => !bytes.some((byte, i) => byte === 0xfd && bytes[i + 2] === 2)
        && validate(bytes);`,
    expected: "engine_cpu_bg.wasm",
  },
]) {
  browserTest(`a browser that ${what} loads ${expected}`, {}, async ({ page, url }) => {
    await page.goto(url + BLANK);
    const loaded = await page.evaluate(async ([script, address]) => {
      (0, eval)(script);
      const { loadEngine } = await import(address);
      await loadEngine("cpu", () => {});
      return performance.getEntriesByType("resource").map(({ name }) => new URL(name).pathname);
    }, [without, new URL("engine/load.js", url).href]);
    const modules = loaded.filter((path) => path.endsWith(".wasm")).map((path) => path.split("/").at(-1));
    assert.deepEqual(modules, [expected]);
  });
}
