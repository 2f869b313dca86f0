// Any text that people have: files in any encoding, folders, pastes; what was made of it is said.

import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { browserTest } from "./support/browser_test.mjs";
import { chooseOwn, giveFiles, open, untilFailure } from "./support/reader.mjs";

/** @typedef {import("playwright-core").Page} Page */

/** @param {Page} page @param {string} value */
const untilBox = (page, value) =>
  page.waitForFunction(
    (wanted) => /** @type {HTMLTextAreaElement} */ (document.getElementById("own-text")).value === wanted,
    value,
  );

/** @param {Page} page */
const box = (page) => page.locator("#own-text").inputValue();

/** @param {Page} page @param {string} text */
async function paste(page, text) {
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  await page.evaluate((copied) => navigator.clipboard.writeText(copied), text);
  await page.locator("#own-text").focus();
  await page.keyboard.press("Control+v");
}

/** @param {Page} page @param {RegExp} sentence */
const untilNote = (page, sentence) => page.locator("#own-notes li", { hasText: sentence }).waitFor();

/** @param {Page} page @param {number} at */
const putCaret = (page, at) =>
  page
    .locator("#own-text")
    .evaluate(
      (element, place) => /** @type {HTMLTextAreaElement} */ (element).setSelectionRange(place, place),
      at,
    );

for (const { what, name = "a.txt", buffer, text, note } of [
  {
    what: "Windows-1252",
    buffer: Buffer.from([0x6c, 0x92, 0xe9, 0x74, 0xe9, 0x20, 0x80]),
    text: "l’été €",
    note: /Windows-1252.*accents/,
  },
  {
    what: "UTF-16",
    buffer: Buffer.from([0xff, 0xfe, 0x6c, 0, 0xe9, 0, 0x0a, 0]),
    text: "lé\n",
    note: /UTF-16/,
  },
  {
    what: "a web page",
    name: "a.html",
    buffer: Buffer.from("<title>no</title><script>no()</script><h1>One</h1><p>two <b>three</b>"),
    text: "One\ntwo three",
    note: /HTML/,
  },
  {
    what: "a list",
    name: "a.csv",
    buffer: Buffer.from("a;b\r\n1;2\r\n"),
    text: "a;b\n1;2\n",
    note: /a\.csv/,
  },
]) {
  browserTest(`${what} is read, and what was taken is said`, {}, async ({ page, url }) => {
    await open(page, url);
    await giveFiles(page, { name, buffer });
    await untilBox(page, text);
    await untilNote(page, note);
    // In the reader's language, now and later.
    await page.locator("language-switch button[lang=fr]").click();
    await untilNote(page, /^Texte lu\s: a\./);
  });
}

browserTest(
  "what is no text is refused by its name, and the earlier text stays",
  {},
  async ({ page, url }) => {
    await open(page, url);
    await giveFiles(page, { name: "first.txt", buffer: Buffer.from("first text") });
    await untilBox(page, "first text");
    await giveFiles(page, { name: "letter.rtf", buffer: Buffer.from("{\\rtf1 hello}") });
    assert.match(await untilFailure(page, "text_is_document"), /letter\.rtf.*RTF.*still there/);
    assert.equal(await box(page), "first text");
  },
);

browserTest(
  "several files are several texts, and remain so where one is edited",
  {},
  async ({ page, url }) => {
    await open(page, url);
    await giveFiles(
      page,
      { name: "b.txt", buffer: Buffer.from("\ufeffsecond\r\nfile") },
      { name: "a.md", buffer: Buffer.from("first") },
    );
    await untilBox(page, "first\n<|endoftext|>\nsecond\nfile");
    await untilNote(page, /^2 texts/);
    await page.locator("#own-text").fill("first\n<|endoftext|>\nsecond\n<|endoftext|>\nthird");
    await untilNote(page, /^3 texts/);
  },
);

browserTest("any kind of file can be chosen", {}, async ({ page, url }) => {
  await open(page, url);
  assert.equal(await page.locator("#own-files").getAttribute("accept"), null);
});

/**
 * Drops as the browser itself does.
 * @param {Page} page
 * @param {{files?: string[], items?: {mimeType: string, data: string, baseURL?: string}[]}} data
 * @param {string} onto
 */
async function drop(page, data, onto) {
  const session = await page.context().newCDPSession(page);
  const { x, y } = (await page.locator(onto).boundingBox()) ?? assert.fail(`${onto} is not there`);
  for (const type of /** @type {const} */ (["dragEnter", "dragOver", "drop"])) {
    await session.send("Input.dispatchDragEvent", {
      type,
      x: x + 9,
      y: y + 9,
      data: { items: [], dragOperationsMask: 1, ...data },
    });
  }
}

browserTest(
  "a folder is read, with those in it; what is no text is left out, aloud",
  {},
  async ({ page, url }) => {
    const folder = await mkdtemp(join(tmpdir(), "texts-"));
    try {
      await mkdir(join(folder, "deeper"));
      await writeFile(join(folder, "one.txt"), "one");
      await writeFile(join(folder, "deeper", "two.txt"), "two");
      await writeFile(join(folder, "picture.png"), Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 0]));
      await writeFile(join(folder, ".hidden"), "hidden");
      await open(page, url);
      await drop(page, { files: [folder] }, "h1");
      await untilBox(page, "two\n<|endoftext|>\none");
      await untilNote(page, /picture\.png was left out/);
      await writeFile(join(folder, "one.txt"), Buffer.alloc(9));
      await drop(page, { files: [join(folder, "one.txt")] }, "h1");
      await untilFailure(page, "text_not_text");
    } finally {
      await rm(folder, { recursive: true });
    }
  },
);

browserTest("a dropped link opens nothing in place of the page", {}, async ({ page, url }) => {
  await open(page, url);
  const before = page.url();
  await drop(page, { items: [{ mimeType: "text/uri-list", data: `${url}style/icon.svg` }] }, "h1");
  await page.waitForTimeout(500);
  assert.equal(page.url(), before);
  assert.equal(await page.locator("#train").count(), 1);
});

browserTest("a paste goes where the caret is, however large", {}, async ({ page, url }) => {
  const [first, second, third] = [55_000, 132_000, 8].map(
    (length, index) => `${index}`.repeat(length - 1) + ".",
  );
  await open(page, url);
  await chooseOwn(page);
  await paste(page, first);
  await untilBox(page, first);
  await paste(page, second);
  await untilBox(page, (first + second).slice(0, 100_000));
  await untilNote(page, /inserted at the caret/);
  await untilNote(page, /shows only the first/);
  // A small one into the beginning, as anywhere.
  await putCaret(page, 1);
  await paste(page, third);
  await page.waitForFunction(() => document.getElementById("text-facts")?.textContent?.includes("187,008"));
  assert.equal((await box(page)).slice(0, 10), `0${third}0`);
  // After the last character that is shown, at the end of the whole.
  await page.locator("#own-text").press("Control+End");
  await paste(page, "Z");
  await untilNote(page, /added at the end/);
  await page.waitForFunction(() => document.getElementById("text-facts")?.textContent?.includes("187,009"));
  assert(!(await box(page)).includes("Z"));
  // Nothing is lost: the text before it can be brought back.
  await page.locator("#bring-back-own").click();
  await page.waitForFunction(() => document.getElementById("text-facts")?.textContent?.includes("187,008"));
});

browserTest("what was cleared or replaced can be brought back", {}, async ({ page, url }) => {
  await open(page, url);
  await chooseOwn(page);
  await page.locator("#own-text").fill("An hour of typing.");
  await giveFiles(page, { name: "a.txt", buffer: Buffer.from("a file") });
  await untilBox(page, "a file");
  await page.locator("#bring-back-own").click();
  await untilBox(page, "An hour of typing.");
  await page.locator("#clear-own").click();
  await untilBox(page, "");
  await page.locator("#bring-back-own").click();
  await untilBox(page, "An hour of typing.");
});

browserTest("what is chosen while the page has yet to count is not taken back", {}, async ({ page, url }) => {
  await open(page, url);
  await chooseOwn(page);
  await page.locator("#own-text").fill("Some words.");
  await page.locator('input[name="text"][value="contes-en"]').check();
  await page.waitForTimeout(700);
  assert(await page.locator('input[name="text"][value="contes-en"]').isChecked());
  assert.match(await page.locator("#text-facts").innerText(), /∞/);
});

browserTest("stories are fetched once", {}, async ({ page, url }) => {
  let fetched = 0;
  page.on("request", (request) => {
    fetched += Number(request.url().includes("contes-en.json"));
  });
  await open(page, url);
  await page.mouse.move(100, 100);
  await page.waitForFunction(() => document.getElementById("text-facts")?.textContent?.includes("∞"));
  assert.equal(fetched, 1);
});

browserTest(
  "characters that draw nothing are shown by what they are",
  { locale: "fr-FR" },
  async ({ page, url }) => {
    await open(page, url);
    await chooseOwn(page);
    await page.locator("#own-text").fill("[7:02\u202fPM] \u200eAh\u00a0! \u202ee\u0323\u0301");
    await page.locator(".symbol", { hasText: "U+200E" }).waitFor({ state: "attached" });
    const symbols = await page.locator(".symbol").allTextContents();
    for (const sign of ["␣", "⍽", "U+202F", "U+202E", "◌\u0301"])
      assert(symbols.includes(sign), `${sign} is not among ${symbols.join()}`);
    const title = await page.locator(".symbol", { hasText: "⍽" }).getAttribute("title");
    assert.equal(title, "espace insécable (U+00A0)");
    await page.locator("language-switch button[lang=en]").click();
    await page.locator('.symbol[title="no-break space (U+00A0)"]').waitFor({ state: "attached" });
  },
);
