// Whether a model that is kept survives: its tab is ended at random moments while *grand* is saved, 50 times
// (`--kills N`), in turn by a crash of the tab, by closing it, and by killing the whole browser. After each,
// the state of before or the new one must be on the shelf, whole, and go on. Counted are saves that were
// lost, though the browser had said that they were done, and states that are a mixture.

import { mkdtemp, readlink, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { shelf } from "../../tests/browser/support/shelf.mjs";
import { launchProfile } from "../chromium.mjs";
import { serve } from "../serve.mjs";
import { median, report, rounded } from "./report.mjs";

/** @typedef {import("playwright-core").Page} Page */
/** @typedef {import("playwright-core").BrowserContext} Context */

const KILLS = Number(process.argv[process.argv.indexOf("--kills") + 1]) || 50;
/** Saves whose time is measured first. */
const TIMED = 5;
/** An evaluation every ten steps, so that a best model is soon saved too. */
const ADDRESS = "#preset=grand&engine=cpu&workers=1&steps=2000&lang=en";
const WAYS = /** @type {const} */ (["crash", "close", "browser"]);
const PATIENCE = { timeout: 120_000 };

const site = await serve("dist", { more: { "blank.html": "<!doctype html><link rel=icon href=data:,>" } });
const folder = await mkdtemp(join(tmpdir(), "petit-train-"));
/** What the page's database has told since it was opened. */
let told = { begun: 0, done: 0 };
/** Told of the next save that begins. */
let onBegin = () => {};
/** @type {Context} */
let context = await launch();

/** Hashes of the checkpoints seen, by step: a step gives the same bits however often it is taken. */
const hashes = new Map();
const counts = { kills: 0, lost: 0, mixed: 0, before: 0, after: 0 };
const { ms, bytes } = await timeSaves();
while (counts.kills < KILLS) {
  const kept = await killWhileSaving(WAYS[counts.kills % WAYS.length]);
  counts.kills += 1;
  const found = await look();
  const isNew = found?.step === kept.step + 1;
  if (found) counts[isNew ? "after" : "before"] += 1;
  if (!found || found.step < kept.acknowledged) counts.lost += 1;
  else if (!isWhole(found) || !(isNew || found.step === kept.step)) counts.mixed += 1;
  if (process.stderr.isTTY) process.stderr.write(`\r${JSON.stringify(counts)}`);
}
await context.close();
await site.close();
await rm(folder, { recursive: true, force: true });

report(`Tabs that are ended while grand is saved (${rounded(bytes / 1e6)} MB in ${rounded(ms)} ms)`, [
  ["kills", counts.kills, `${WAYS.join(", ")} in turn`],
  ["lost", counts.lost, "(none allowed)"],
  ["mixed", counts.mixed, "(none allowed)"],
  ["the state of before was there", counts.before, ""],
  ["the new one was", counts.after, ""],
], { ...counts, bytes, save_ms: rounded(ms) });

async function launch() {
  const opened = await launchProfile(folder, { locale: "en-GB" });
  await opened.exposeFunction("tellBench", (/** @type {string} */ what, /** @type {number} */ step) => {
    if (what === "begin") {
      told.begun = step;
      onBegin();
    } else told.done = step;
  });
  await opened.addInitScript(() => {
    const { put } = IDBObjectStore.prototype;
    const tell = (/** @type {string} */ what, /** @type {number} */ step) => (
      /** @type {any} */ (globalThis).tellBench(what, step));
    IDBObjectStore.prototype.put = function (value, key) {
      if (this.name === "entries") {
        tell("begin", value.step);
        this.transaction.addEventListener("complete", () => tell("done", value.step));
      }
      return put.call(this, value, key);
    };
  });
  return opened;
}

/**
 * The page with the model that was kept, or a first one.
 * @param {boolean} isFirst
 * @returns {Promise<Page>}
 */
async function openModel(isFirst) {
  const page = await context.newPage();
  told = { begun: 0, done: 0 };
  await page.goto(site.url + ADDRESS);
  if (isFirst) return page;
  await page.locator("#resume-kept").click();
  await page.locator('#status[data-phase="paused"]').waitFor(PATIENCE);
  return page;
}

/** @returns {Promise<{ms: number, bytes: number}>} of a save, as the page sees it */
async function timeSaves() {
  const page = await openModel(true);
  const times = [];
  for (let step = 1; step <= TIMED; step++) {
    const begun = new Promise((resolve) => { onBegin = () => resolve(performance.now()); });
    await page.locator("#step").click();
    const begin = await begun;
    await page.locator(`#kept-now[data-step="${step}"]`).waitFor(PATIENCE);
    times.push(performance.now() - begin);
  }
  const [{ bytes }] = await shelf(page);
  await page.close();
  return { ms: median(times), bytes };
}

/**
 * @param {typeof WAYS[number]} way
 * @returns {Promise<{step: number, acknowledged: number}>} the step that was kept before, and the last one
 *   that the page knew to be kept
 */
async function killWhileSaving(way) {
  const page = await openModel(false);
  const step = Number(await page.locator("#status").getAttribute("data-step"));
  const begun = new Promise((resolve) => { onBegin = () => resolve(undefined); });
  await page.locator("#step").click();
  await begun;
  await new Promise((resolve) => setTimeout(resolve, Math.random() * ms));
  await kill(page, way);
  return { step, acknowledged: Math.max(step, told.done) };
}

/**
 * @param {Page} page
 * @param {typeof WAYS[number]} way
 */
async function kill(page, way) {
  if (way === "close") return page.close();
  if (way === "crash") {
    const session = await context.newCDPSession(page);
    const crashed = new Promise((resolve) => { page.once("crash", resolve); });
    session.send("Page.crash").catch(() => {});
    await crashed;
    return page.close();
  }
  // Its process is named in the lock of the profile: `host-number`.
  const lock = await readlink(join(folder, "SingletonLock"));
  process.kill(Number(lock.split("-").at(-1)), "SIGKILL");
  await context.close().catch(() => {});
  context = await launch();
}

/** What is on the shelf now; none where nothing can be read. */
async function look() {
  const page = await context.newPage();
  await page.goto(`${site.url}blank.html`);
  const found = await shelf(page).catch((error) => { console.error(error); return []; });
  await page.close();
  return found.length === 1 ? found[0] : null;
}

/**
 * Whether all that was saved together is of one step, and of its bits. That the engine can read it is seen
 * when it is taken up again.
 * @param {import("../../tests/browser/support/shelf.mjs").OnShelf} found
 */
function isWhole({ step, saved, shown, header, hash }) {
  const known = hashes.get(step) ?? hash;
  hashes.set(step, known);
  return [saved, shown, header.train.step].every((other) => other === step) && known === hash;
}
