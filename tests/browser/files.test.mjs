// A model as a file and as a folder: taken along, opened again here, compared; and files that are none.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { gzipSync } from "node:zlib";
import { unzip } from "../../www/api/zip.js";
import { DIST, browserTest } from "./support/browser_test.mjs";
import {
  LITTLE_TEXT, chart, chooseOwn, open, pause, stepsDone, trainUntil, typeOwnText, untilFailure, untilPhase,
  untilStep, write,
} from "./support/reader.mjs";

/** @typedef {import("playwright-core").Page} Page */
/** @typedef {{name: string, buffer: Buffer, mimeType: string}} Given */

const NANO = { preset: "nano", engine: "cpu", lang: "en", steps: 400, workers: 1, seed: 5 };
const GOLDEN = new URL("../../crates/core/tests/golden/hugging_face/", import.meta.url);
const FOLDER = ["config.json", "tokenizer.json", "model.safetensors"];
/** Bytes, gzipped: the module has no engine in it. */
const MODULE = 180_000;

/** @param {Page} page @param {"file"|"folder"} kind @returns {Promise<Given>} what is downloaded */
async function keep(page, kind) {
  const button = page.locator(`#keep-${kind}:not([aria-disabled="true"])`);
  await button.waitFor();
  const [download] = await Promise.all([page.waitForEvent("download"), button.click()]);
  const buffer = await readFile(/** @type {string} */ (await download.path()));
  return { name: download.suggestedFilename(), buffer, mimeType: "" };
}

/** @param {Page} page @param {...Given} files */
async function openFiles(page, ...files) {
  await page.mouse.move(50, 50);
  await page.locator("#model-files").setInputFiles(files);
}

/** @param {"characters"|"byte_pairs"} name @returns {Promise<Given[]>} what `transformers` has saved */
const golden = (name) => Promise.all(FOLDER.map(async (file) => ({
  name: file, mimeType: "", buffer: await readFile(new URL(`${name}/saved/${file}`, GOLDEN)),
})));

browserTest("the module has no engine in it, and comes when it is wanted", {}, async ({ page, url }) => {
  const module = await readFile(`${DIST}/files_bg.wasm`);
  const size = gzipSync(module).length;
  assert(size <= MODULE, `${size} bytes`);
  /** @type {string[]} */
  const asked = [];
  page.on("request", (request) => asked.push(request.url()));
  await open(page, url, NANO);
  await page.mouse.move(50, 50);
  await page.locator("#keep-file").waitFor();
  assert(!asked.some((address) => /\/files(_bg)?\.(js|wasm)|zip\.js|model_files\.js/.test(address)));
});

browserTest("a training is taken along as a file, and goes on from it as if nothing had happened", {
  minutes: 5,
}, async ({ page, url }) => {
  await trainUntil(page, url, NANO, 20);
  await pause(page);
  const step = await stepsDone(page);
  const text = await write(page, "Un");
  const file = await keep(page, "file");
  assert.match(file.name, new RegExp(`^petit-train_.*_step-${step}_\\d{4}-\\d\\d-\\d\\d\\.safetensors$`));
  const { points, lastLoss } = await chart(page);
  const samples = await page.locator("#samples > li").count();

  // On another visit, in a browser that has kept nothing.
  const other = await page.context().browser()?.newContext({ locale: "en-GB" });
  assert(other);
  try {
    const elsewhere = await other.newPage();
    await open(elsewhere, url, { lang: "en" });
    await openFiles(elsewhere, file);
    await untilPhase(elsewhere, "paused");
    await untilStep(elsewhere, step);
    assert.deepEqual(await chart(elsewhere), { points, lastLoss });
    assert.equal(await elsewhere.locator("#samples > li").count(), samples);
    assert.equal(await elsewhere.locator("#own-text").inputValue(), LITTLE_TEXT);
    assert.match(await elsewhere.locator("train-controls .model-origin").innerText(),
      new RegExp(`^Opened model: ${file.name}, of .*, at step ${step}\\.$`));
    assert.equal(await write(elsewhere, "Un"), text, "the same model writes the same");
    // Both take one step more, and are the same to the last bit.
    await page.locator("#step").click();
    await elsewhere.locator("#step").click();
    await untilStep(page, step + 1);
    await untilStep(elsewhere, step + 1);
    await untilPhase(elsewhere, "paused");
    assert.equal((await chart(elsewhere)).lastLoss, (await chart(page)).lastLoss);
    assert.equal(await write(elsewhere, "Un petit"), await write(page, "Un petit"));
    await elsewhere.locator("#train").click();
    await untilStep(elsewhere, step + 5);
  } finally {
    await other.close();
  }
});

browserTest("a folder goes out as a zip and comes back; without a training it writes, and is trained anew", {
  minutes: 5,
}, async ({ page, url }) => {
  await trainUntil(page, url, { ...NANO, tokenizer: "bpe", vocab_size: 300 }, 20);
  await pause(page);
  const zip = await keep(page, "folder");
  assert.match(zip.name, /\.zip$/);
  const names = [...FOLDER, "README.md", "generation_config.json", "tokenizer_config.json"];
  const files = unzip(zip.buffer, names, 100_000_000);
  assert.deepEqual(files.map(({ name }) => name).sort(), [...names].sort());
  const card = Buffer.from(files.find(({ name }) => name === "README.md")?.bytes ?? []).toString();
  assert.match(card, /^\| Training steps \| \d+ \| measured \|$/m);
  assert.match(card, /^\| Fingerprint of the text \| length-fnv1a:\d+-[0-9a-f]+ \| measured \|$/m);
  assert.match(card, /^\| Tales without a mistake \| – \| missing \|$/m);
  const text = await write(page, "Un");

  await openFiles(page, zip);
  await untilPhase(page, "ready");
  const origin = page.locator("train-controls .model-origin");
  assert.match(await origin.innerText(), /^Opened model: .*\.zip, of .*\. It writes, and can be looked at/);
  assert.equal(await write(page, "Un"), text);
  await page.locator("#train").click();
  await untilStep(page, 5);
  assert.match(await origin.innerText(), /steps taken here since\.$/);
  await page.locator("#restart").click();
  await page.locator("#confirm-lose").click();
  await untilPhase(page, "training");
  assert(await origin.isHidden(), "the model of now is the reader's own");
});

browserTest("a folder that transformers has saved is opened, and trained on a text that it can read", {
  minutes: 5,
}, async ({ page, url }) => {
  await open(page, url, NANO);
  await openFiles(page, ...await golden("characters"));
  await untilPhase(page, "ready");
  await page.locator("train-controls .model-origin").waitFor();
  assert.equal((await write(page, "e")).slice(0, 1), "e");
  const parameters = await page.locator("#status").getAttribute("data-parameters");
  // A text with signs that it does not know is refused, and the model stays.
  await typeOwnText(page, "日本語のテキストです。".repeat(30));
  await page.locator("#train").click();
  await untilFailure(page, "unknown_characters");
  await untilPhase(page, "ready");
  assert.equal(await page.locator("#status").getAttribute("data-parameters"), parameters);
  await typeOwnText(page, "le chat et le train ".repeat(60));
  await page.locator("#train").click();
  await untilStep(page, 3);
  assert.equal(await page.locator("#status").getAttribute("data-parameters"), parameters);

  await openFiles(page, ...await golden("byte_pairs"));
  await untilPhase(page, "ready");
});

browserTest("positions that no other program knows are kept in the page's own file alone", {
  minutes: 5,
}, async ({ page, url }) => {
  await trainUntil(page, url, { ...NANO, position: "learned" }, 5);
  await pause(page);
  await page.locator('#keep-file:not([aria-disabled="true"])').waitFor();
  assert.equal(await page.locator("#keep-folder").getAttribute("aria-disabled"), "true");
  assert.match(await page.locator("#folder-refusal").innerText(), /only rotary positions/);
  const file = await keep(page, "file");
  await openFiles(page, file);
  await page.locator("train-controls .model-origin").waitFor();
  await untilPhase(page, "paused");
});

browserTest("two moments are compared: bytes, layers, and what both write", {
  minutes: 5,
}, async ({ page, url }) => {
  await trainUntil(page, url, NANO, 20);
  await pause(page);
  const first = await keep(page, "file");
  await page.locator("#compare-first").click();
  const rows = page.locator("#moved tbody tr");
  await rows.first().waitFor();
  const names = await page.locator("#moved tbody th").allInnerTexts();
  assert.deepEqual(names, ["Embedding", "Block 1", "Block 2", "Last norm"]);
  const bytes = await page.locator("#compare-bytes").innerText();
  assert.match(bytes, /^[\d,]+ bytes of [\d,]+ differ \(\d+%\)\.$/);
  const shares = await rows.evaluateAll((all) => all.map((row) => Number(row.dataset.share)));
  assert(shares.every((share) => share > 0), `${shares}`);
  await page.locator("#compare-write").click();
  for (const side of ["other", "now"]) {
    await page.locator(`#compare-${side}[data-done="true"]`).waitFor({ timeout: 60_000 });
    const written = await page.locator(`#compare-${side}`).innerText();
    assert(written.length > 40, written);
  }
  // With a file of the same step: nothing differs.
  await page.locator("#compare-files").setInputFiles(first);
  await page.locator("#compare-bytes", { hasText: /^0 bytes/ }).waitFor();
  const none = await rows.evaluateAll((all) => all.map((row) => Number(row.dataset.share)));
  assert(none.every((share) => share === 0), `${none}`);
});

/** @param {Buffer} buffer @param {(header: any) => void} change @returns {Buffer} with another header */
function withHeader(buffer, change) {
  const length = Number(buffer.readBigUInt64LE(0));
  const header = JSON.parse(buffer.subarray(8, 8 + length).toString());
  change(header);
  const json = Buffer.from(JSON.stringify(header));
  const start = Buffer.alloc(8);
  start.writeBigUInt64LE(BigInt(json.length));
  return Buffer.concat([start, json, buffer.subarray(8 + length)]);
}

browserTest("files that are no model get one sentence each, and change nothing", {
  minutes: 8,
}, async ({ page, url }) => {
  await trainUntil(page, url, NANO, 10);
  await pause(page);
  const { buffer } = await keep(page, "file");
  const zip = await keep(page, "folder");
  const step = await stepsDone(page);
  const text = await write(page, "Un");
  const saved = await golden("characters");
  const [config, tokenizer, weights] = saved.map((file) => file.buffer);
  assert(config && tokenizer && weights);
  /** @param {Buffer} bytes @param {string} [name] @returns {Given[]} */
  const one = (bytes, name = "model.safetensors") => [{ name, buffer: bytes, mimeType: "" }];
  /** @param {(config: any) => void} change @returns {Given[]} */
  const configured = (change) => {
    const json = JSON.parse(config.toString());
    change(json);
    return saved.map((file) => (file.name === "config.json"
      ? { ...file, buffer: Buffer.from(JSON.stringify(json)) } : file));
  };
  /** @param {(header: any) => void} change */
  const ofHeader = (change) => one(withHeader(buffer, (header) => {
    const own = JSON.parse(header.__metadata__.petit_train);
    change(own);
    header.__metadata__.petit_train = JSON.stringify(own);
  }));
  const broken = Buffer.from(buffer);
  broken.writeFloatLE(NaN, Number(buffer.readBigUInt64LE(0)) + 8 + 4);
  const long = Buffer.from(buffer);
  long.writeBigUInt64LE(4_000_000_000n);
  /** @type {[string, string, Given[]][]} */
  const cases = [
    ["a picture", "checkpoint_unreadable", one(Buffer.from("\x89PNG and so on"), "picture.png")],
    ["nothing", "checkpoint_unreadable", one(Buffer.alloc(0))],
    ["cut off", "checkpoint_unreadable", one(buffer.subarray(0, buffer.length - 100))],
    ["a header of 4 GB", "checkpoint_unreadable", one(long)],
    ["lying offsets", "checkpoint_unreadable", one(withHeader(buffer, (header) => {
      header["model.norm.weight"].data_offsets[1] += 4;
    }))],
    ["another program's", "checkpoint_foreign", one(weights)],
    ["of tomorrow", "checkpoint_too_new", ofHeader((header) => { header.format_version = 9; })],
    ["of long ago", "checkpoint_too_old", ofHeader((header) => { header.format_version = 0; })],
    ["NaN", "checkpoint_not_finite", one(broken)],
    ["more layers than weights", "checkpoint_mismatch", ofHeader((header) => { header.model.n_layer = 9; })],
    ["another architecture", "folder_unsupported", configured((json) => { json.model_type = "llama"; })],
    ["a file is missing", "folder_unreadable", saved.slice(0, 2)],
    ["half a zip", "zip_unreadable", one(zip.buffer.subarray(0, zip.buffer.length / 2), "half.zip")],
  ];
  for (const [what, code, files] of cases) {
    await openFiles(page, ...files);
    const sentence = await untilFailure(page, code);
    assert(sentence.length < 300, `${what}: ${sentence}`);
    await page.locator("#dismiss-failure").click();
    await page.locator("#failure").waitFor({ state: "hidden" });
  }
  assert.equal(await stepsDone(page), step);
  assert.equal(await write(page, "Un"), text);
  assert(await page.locator("train-controls .model-origin").count() === 0
    || await page.locator("train-controls .model-origin").isHidden());
  await page.locator("#train").click();
  await untilStep(page, step + 3);
});

browserTest("a model dropped on the page is opened, and a text dropped is a text", {
  minutes: 5,
}, async ({ page, url }) => {
  await trainUntil(page, url, NANO, 5);
  await pause(page);
  const { buffer, name } = await keep(page, "file");
  const drop = (/** @type {string} */ called, /** @type {Buffer} */ bytes) =>
    page.evaluate(([fileName, content]) => {
      const transfer = new DataTransfer();
      const bytes = Uint8Array.from(atob(content), (sign) => sign.charCodeAt(0));
      transfer.items.add(new File([bytes], fileName));
      const drop = { dataTransfer: transfer, bubbles: true, cancelable: true };
      document.body.dispatchEvent(new DragEvent("drop", drop));
    }, /** @type {const} */ ([called, bytes.toString("base64")]));
  await drop("text.txt", Buffer.from("Another text. ".repeat(100)));
  await page.locator("#own-notes", { hasText: "text.txt" }).waitFor();
  await drop(name, buffer);
  await page.locator("train-controls .model-origin", { hasText: name }).waitFor();
  await chooseOwn(page);
  assert.equal(await page.locator("#own-text").inputValue(), LITTLE_TEXT, "with its own text");
});
