// An engine worker without the page: driven by the messages of www/api/messages.js.

import { BLANK } from "./browser_test.mjs";

/** @typedef {import("playwright-core").Page} Page */

/**
 * What `engineWorker()` in the page opens.
 * @typedef {object} EngineWorker
 * @property {any[]} events  all that it has told
 * @property {(found: (event: any) => boolean, from?: number) => Promise<any>} until  the first event, of
 *   those from
 *   `from` on, that `found` accepts; rejected by a failure that is fatal
 * @property {(type: string) => any[]} told
 * @property {(command: any) => void} post
 * @property {(settings: any, checkpoint?: Blob|null) => Promise<any>} create  as run 1
 * @property {() => any[]} reports  of all steps
 * @property {() => void} end
 */

/**
 * Opens an empty page of the same origin, in which `engineWorker` can be called.
 * @param {Page} page
 * @param {string} url
 */
export async function openBlank(page, url) {
  await page.goto(url + BLANK);
  await page.evaluate(() => {
    /** @type {any} */ (globalThis).engineWorker = () => {
      const worker = new Worker("engine/worker.js", { type: "module" });
      /** @type {any[]} */
      const events = [];
      /** @type {(() => void)[]} */
      const waiting = [];
      worker.onmessage = ({ data }) => {
        events.push({ ...data, at: performance.now() });
        for (const look of waiting) look();
      };
      worker.onerror = (error) => console.error(`the engine worker: ${error.message}`);
      /** The next event that `found` accepts, of those from `from` on. */
      const until = (/** @type {(event: any) => boolean} */ found, from = 0) =>
        new Promise((resolve, reject) => {
          const look = () => {
            const event = events.slice(from).find(found);
            const fatal = events
              .slice(from)
              .find(
                ({ type, fatal, failure }) => type === "failure" && (fatal || failure.code !== "diverged"),
              );
            if (event) resolve(event);
            else if (fatal) reject(new Error(`${fatal.failure.code}: ${fatal.failure.cause}`));
          };
          waiting.push(look);
          look();
        });
      return {
        events,
        until,
        told: (/** @type {string} */ type) => events.filter((event) => event.type === type),
        post: (/** @type {any} */ command) => worker.postMessage(command),
        async create(/** @type {any} */ settings, /** @type {any} */ checkpoint = null) {
          worker.postMessage({ type: "create", run: 1, settings, checkpoint, gpu_failed: false });
          return until(({ type }) => type === "ready");
        },
        reports: () => events.filter(({ type }) => type === "steps").flatMap(({ reports }) => reports),
        end: () => worker.terminate(),
      };
    };
  });
}

/** A small run on a text of its own. */
export const SETTINGS = {
  engine: "cpu",
  source: {
    kind: "text",
    documents: ["The black cat sat on the mat, and the grey mouse looked at the moon. ".repeat(40)],
  },
  tokenizer: { kind: "chars" },
  model: { n_layer: 1, n_head: 2, n_embd: 32, block_size: 16, position: "rotary" },
  train: { batch_size: 4, steps: 100, learning_rate: 5e-3, warmup_steps: 2, seed: 3 },
  sample: { prompt: "The", length: 5, sampling: { temperature: 0 } },
  workers: 1,
};
