// Whatever is given to it, the page answers in a plain sentence and keeps what was there.

import assert from "node:assert/strict";
import { browserTest } from "./support/browser_test.mjs";
import { countParameters } from "../../www/app/state/figures.js";
import { DEFAULT_PRESET, PRESETS } from "../../www/api/presets.js";
import {
  giveFiles,
  open,
  parameters,
  typeOwnText,
  untilFailure,
  untilPhase,
  untilStep,
  write,
} from "./support/reader.mjs";

const NANO = { preset: "nano", engine: "cpu", steps: 1000 };
const GOOD = "Good morning, said the bear to the owl. ".repeat(30);
/** That every vocabulary has beside the symbols of its text. */
const SPECIAL_TOKENS = 4;

for (const { what, text, code } of [
  { what: "an empty text", text: "", code: "text_empty" },
  { what: "a text of blanks", text: " \n\t \n", code: "text_empty" },
  { what: "one character", text: "a", code: "text_too_uniform" },
  { what: "one character many times", text: "a".repeat(500), code: "text_too_uniform" },
]) {
  browserTest(`${what} is refused in a sentence`, {}, async ({ page, url }) => {
    await open(page, url, NANO);
    await typeOwnText(page, text);
    await page.locator("#train").click();
    await untilFailure(page, code);
    assert.equal(await page.locator("#own-text").inputValue(), text);
    // And nothing is broken: a better text trains.
    await typeOwnText(page, GOOD);
    await page.locator("#train").click();
    await untilStep(page, 1);
    assert(await page.locator("#failure").isHidden(), "the failure is still told");
  });
}

for (const { what, buffer, code } of [
  {
    what: "a binary file",
    buffer: Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 0, 0, 13, 0xff, 0xfe]),
    code: "text_not_text",
  },
  { what: "20 MB of text", buffer: Buffer.alloc(20_000_000, "abc def. "), code: "text_too_large" },
  { what: "an empty file", buffer: Buffer.alloc(0), code: "text_empty" },
]) {
  browserTest(`${what} is refused, and the earlier text stays`, {}, async ({ page, url }) => {
    await open(page, url, NANO);
    await typeOwnText(page, GOOD);
    await giveFiles(page, { name: "given.txt", buffer });
    await untilFailure(page, code);
    assert.equal(await page.locator("#own-text").inputValue(), GOOD);
    await page.locator("#train").click();
    await untilStep(page, 1);
    const model = { ...PRESETS.nano.letters.model, position: /** @type {const} */ ("rotary") };
    const learned = countParameters(model, SPECIAL_TOKENS + new Set(GOOD).size);
    assert.equal(await parameters(page), learned, "another text is learned");
  });
}

browserTest("a vocabulary that the text cannot support is as large as it can be, and the page says so",
  {}, async ({ page, url }) => {
  await open(page, url, { ...NANO, tokenizer: "bpe", vocab_size: 4000 });
  await typeOwnText(page, GOOD);
  await page.locator("#train").click();
  await untilStep(page, 1);
  assert.match(await page.locator("#fewer-tokens").innerText(), /^This text gives only \d+\.$/);
});

browserTest("a text shorter than the context trains", {}, async ({ page, url }) => {
  await open(page, url, NANO);
  await typeOwnText(page, "Too short.");
  await page.locator("#own-notes", { hasText: "by heart" }).waitFor();
  await page.locator("#train").click();
  await untilStep(page, 1);
  await page.locator("#own-notes", { hasText: "no validation" }).waitFor();
});

browserTest("absurd settings in the address give way to the defaults, aloud", {}, async ({ page, url }) => {
  await open(page, url, {
    preset: "gigantic",
    steps: -5,
    learning_rate: "NaN",
    batch_size: 1e9,
    engine: "steam",
    nonsense: 1,
  });
  const { steps, batch_size } = PRESETS[DEFAULT_PRESET].pieces.train;
  for (const [id, value] of [["steps", `${steps}`], ["batch_size", `${batch_size}`], ["engine", "auto"]]) {
    assert.equal(await page.locator(`#${id}`).inputValue(), value);
  }
  // What tells it joins the page after its first view.
  await page.locator("#address-notice li").first().waitFor();
  const notice = await page.locator("#address-notice li").allInnerTexts();
  for (const said of [
    "preset=gigantic",
    "steps=-5",
    "learning_rate=NaN",
    "batch_size=1000000000",
    "engine=steam",
  ]) {
    assert(
      notice.some((sentence) => sentence.includes(said)),
      `${said} is not spoken of in: ${notice.join(" ")}`,
    );
  }
  await page.locator("#train").click();
  await untilStep(page, 1);
});

browserTest("absurd settings typed by hand are refused in place", {}, async ({ page, url }) => {
  await open(page, url, NANO);
  await page.locator("#options summary").click();
  for (const value of ["0", "-3", "1.5", "1e12", ""]) {
    const steps = page.locator("#steps");
    await steps.fill(value);
    await steps.blur();
    assert.notEqual(await page.locator("#steps-problem").innerText(), "", `"${value}" was taken`);
    assert.equal(await steps.getAttribute("aria-invalid"), "true");
  }
  await page.locator("#train").click();
  await untilStep(page, 1);
  assert.match(await page.locator("#fact-step").innerText(), /1,000/);
});

browserTest("a prompt of another text gives way to one of this text, and the page says so",
  {}, async ({ page, url }) => {
  await open(page, url, { ...NANO, steps: 40 });
  await typeOwnText(page, "Émile était là, l\u2019été. ".repeat(30));
  await page.mouse.move(100, 100);
  await page.locator("#prompt-to-sample").fill("Émile");
  await typeOwnText(page, GOOD);
  await page.locator("#train").click();
  await untilPhase(page, "finished");
  assert(await page.locator("#failure").isHidden(), "it is told as a failure");
  // Names and words of the reader's are set apart by marks of direction.
  const said = (await page.locator("#prompt-instead").innerText()).replace(/[\u2068\u2069]/g, "");
  assert.equal(said, "The model has never seen: É. Its attempts begin with “Good morning,”.");
  const first = page.locator("#samples > li").last();
  await page.locator("#samples > li").nth(2).waitFor();
  assert.match(await first.innerText(), /Good morning,/);
  assert.equal(
    await page.locator("#prompt-to-sample").inputValue(),
    "Émile",
    "the reader's own words are gone",
  );
  // Nothing is no beginning for a text of one piece.
  await page.locator("#prompt-to-sample").fill("");
  await page.locator("#restart").click();
  await page.getByRole("dialog").getByRole("button", { name: "Start over" }).click();
  await page.locator("#prompt-instead", { hasText: "This model needs a beginning" }).waitFor();
  await untilPhase(page, "finished");
  assert(await page.locator("#failure").isHidden(), "it is told as a failure");
});

browserTest("a prompt of unknown symbols is refused, and training goes on", {}, async ({ page, url }) => {
  await open(page, url, NANO);
  await typeOwnText(page, GOOD);
  await page.locator("#train").click();
  await untilStep(page, 5);
  await page.locator("#prompt").fill("漢字");
  await page.locator("#generate").click();
  const sentence = await untilFailure(page, "unknown_characters");
  assert.match(sentence, /漢.*字/);
  const step = Number(await page.locator("#status").getAttribute("data-step"));
  await untilStep(page, step + 5);
  assert((await write(page, "Good")).length > 100);
});
