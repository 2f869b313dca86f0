// A text that is read too often is learned by heart: the best model is kept, not the last, and the page says so.

import assert from "node:assert/strict";
import { browserTest } from "./support/browser_test.mjs";
import { open, typeOwnText, untilPhase, write } from "./support/reader.mjs";

browserTest("the best model is kept, not one that knows the text by heart", {}, async ({ page, url }) => {
  await open(page, url, { preset: "nano", engine: "cpu", steps: 300 });
  // The last tenth, which is never trained on, has the same letters in another order: at first learning the letters
  // helps there too, then learning their order harms.
  const told = "The black cat sat on the mat, and the grey mouse looked at the moon. ";
  const backwards = told.split("").reverse().join("");
  await typeOwnText(page, told.repeat(36) + backwards.repeat(4));
  await page.locator("#train").click();
  await untilPhase(page, "finished");
  const sentence = await page.locator("#status").innerText();
  const [, kept] = sentence.match(/At step (\d+) it guessed best .* that model is kept/) ?? [];
  assert(Number(kept) > 0 && Number(kept) < 300, sentence);
  const text = await write(page, "The cat");
  assert(text.length > 100, text);
  // By heart it would tell the whole sentence.
  assert(!text.includes(told.slice(8, 60)), text);
});
