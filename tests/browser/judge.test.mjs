// What a model of tales writes is judged: in its samples, beside the loss, and as it is written.

import assert from "node:assert/strict";
import { browserTest } from "./support/browser_test.mjs";
import { open, typeOwnText, untilFailure, untilPhase, write } from "./support/reader.mjs";

/** @typedef {import("playwright-core").Page} Page */

const NANO = { preset: "nano", engine: "cpu", lang: "en", text: "contes-en" };

/**
 * Shows a text that a model of tales has written, judged by the grammar: no model of a test writes as well.
 * @param {Page} page
 * @param {string} prompt
 * @param {string} text
 */
const play = (page, prompt, text) => page.evaluate(async ([prompt, text]) => {
  const { View } = await import(new URL("app/parts/view.js", location.href).href);
  const writing = {
    id: 0, step: 1, prompt, replaced: [], text, tokens: [], labels: [], drawing: {}, fork: null,
    done: true, ended: true, judgement: null, copies: null,
  };
  View.app.store.set({ writing });
}, [prompt, text]);

/** Takes away what is written, so that what is written next can be waited for. @param {Page} page */
const forget = (page) => page.evaluate(async () => {
  const { View } = await import(new URL("app/parts/view.js", location.href).href);
  View.app.store.set({ writing: null });
});

/** @param {Page} page @param {string} language @returns {Promise<string>} a tale, its title first */
const tell = (page, language) => page.evaluate(async (language) => {
  const { loadContes } = await import(new URL("engine/load.js", location.href).href);
  const { Contes } = await loadContes();
  return new Contes(language, "validation", 5).tell().text;
}, language);

browserTest("samples are counted, their first mistakes shown, and both drawn beside the loss", {
  minutes: 3,
}, async ({ page, url }) => {
  await open(page, url, { ...NANO, steps: 30 });
  await page.locator("#train").click();
  await untilPhase(page, "finished");
  const newest = page.locator('#samples > li[data-step="30"]');
  const counter = newest.locator(".counter", {
    hasText: /^\d+ flawless tales? of \d+\. [\d.]+ characters? right/,
  });
  await counter.waitFor();
  assert.equal(await page.locator("#quality-chart").getAttribute("data-points"), "3");
  assert.match(await page.locator("#quality-value").innerText(), /^Step 30: \d+ flawless/);
  assert.match(await page.locator("#quality-about").innerText(), /A whole tale has about \d+ characters\.$/);
  assert.equal(await page.locator("#quality-chart .bound line").count(), 0, "it flattens the curve");
  await page.locator("quality-chart summary").first().click();
  assert.equal(await page.locator("quality-chart tbody:visible tr").count(), 3);

  const mistake = newest.locator(".mistake").first();
  const note = newest.locator(".verdict").first();
  assert(await note.isHidden());
  await mistake.focus();
  await page.keyboard.press("Enter");
  assert.match(await note.innerText(), /^From here, no tale goes on like this\./);
  assert.equal(await mistake.getAttribute("aria-expanded"), "true");
  assert.equal(await mistake.getAttribute("aria-describedby"), await note.getAttribute("id"));
  const look = await mistake.evaluate((element) => getComputedStyle(element).textDecorationStyle);
  assert.equal(look, "wavy", "it would be told by its colour alone");

  await page.locator("#quality-chart").focus();
  await page.keyboard.press("Home");
  assert.match(await page.locator("#quality-chart").getAttribute("aria-valuetext") ?? "", /^Step 0: /);
});

browserTest("a tale that is written is judged: whole, wrong, or of an unknown title", {
  minutes: 3,
}, async ({ page, url }) => {
  await open(page, url, { ...NANO, steps: 10 });
  await page.locator("#train").click();
  await untilPhase(page, "finished");
  await page.locator("#samples .counter:not(:empty)").first().waitFor();
  const tale = await tell(page, "en");
  const verdict = page.locator("text-writer .verdict");
  const title = tale.slice(0, tale.indexOf("\n") + 1);
  const body = tale.slice(title.length);

  await play(page, title, body);
  await verdict.filter({ hasText: "A flawless tale. It keeps the promise of its title." }).waitFor();
  assert(await page.locator("text-writer .mistake").isHidden());

  const place = body.lastIndexOf(" ") + 1;
  await play(page, title, `${body.slice(0, place)}zebra.`);
  await verdict.filter({ hasText: /From here, no tale goes on like this\. It could have said “/ }).waitFor();
  assert.equal(await page.locator("text-writer .mistake").innerText(), "zebra");
  assert.equal(await page.locator("#written").textContent(), `${title}${body.slice(0, place)}zebra.`);
  assert.match(
    (await page.locator("text-writer [role=status].visually-hidden").textContent()) ?? "",
    /From here, no tale/,
  );

  await play(page, "The zebra and the tax office\n", body);
  await verdict.filter({ hasText: "No tale is called so." }).waitFor();
  await play(page, "Qzx", " and the tax office");
  await verdict.filter({ hasText: "No tale begins like this: what follows is not judged." }).waitFor();
  await play(page, title, body.slice(0, body.indexOf(".") + 1));
  await verdict.filter({ hasText: "All of it is right, but the tale stops before its end." }).waitFor();
});

browserTest("a title that no training has seen can be asked for", {
  locale: "fr-FR",
}, async ({ page, url }) => {
  await open(page, url);
  await page.mouse.move(10, 10);
  const prompt = page.locator("#prompt");
  /** @type {Set<string>} */
  const titles = new Set();
  for (let drawn = 0; drawn < 4; drawn++) {
    const before = await prompt.inputValue();
    await page.locator("#draw-title").click();
    await page.waitForFunction((text) => (
      /** @type {HTMLTextAreaElement} */ (document.querySelector("#prompt")).value !== text), before);
    titles.add(await prompt.inputValue());
  }
  assert.equal(titles.size, 4);
  for (const title of titles) assert.match(title, /^\S[^\n]{3,}\n$/);
  assert.equal(await page.locator("#prompt-to-sample").inputValue(), await prompt.inputValue());
  await typeOwnText(page, "Un texte à moi.");
  assert(await page.locator("#draw-title").isHidden());
});

browserTest("of the reader's own text the real words are counted", { minutes: 3 }, async ({ page, url }) => {
  await open(page, url, { ...NANO, steps: 30 });
  await typeOwnText(page, "The black cat sat on the mat, and the grey mouse looked at the moon. ".repeat(40));
  await page.locator("#train").click();
  await untilPhase(page, "finished");
  await page
    .locator('#samples > li[data-step="30"] .counter', { hasText: /^\d+\s?% of real words\.$/ })
    .waitFor();
  assert.equal(await page.locator("#quality-chart").getAttribute("data-points"), "3");
  assert.equal(await page.locator("#samples .mistake:visible").count(), 0);
  assert.match(await page.locator("#quality-about").innerText(), /occur in the text that it learned/);
});

browserTest("ten megabytes are looked through without holding up the page", {
  minutes: 3,
}, async ({ page, url }) => {
  await open(page, url, NANO);
  const { longest, words } = await page.evaluate(async () => {
    const { wordsOf } = await import(new URL("app/state/quality.js", location.href).href);
    const text = Array.from({ length: 1_400_000 }, (_, index) => `mot${(index % 60_000).toString(36)}`).join(
      " ",
    );
    let longest = 0;
    const observer = new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) longest = Math.max(longest, duration);
    });
    await new Promise((resolve) => setTimeout(resolve, 100));
    observer.observe({ type: "longtask" });
    const known = await wordsOf([text.slice(0, 10_000_000)]);
    await new Promise((resolve) => setTimeout(resolve, 200));
    return { longest, words: known.size };
  });
  assert(words > 50, `${words} words`);
  assert(longest <= 50, `a task of ${longest} ms`);
});

/** Each with what the judge says of it. @type {Record<string, [title: string, verdict: RegExp]>} */
const TITLES = {
  "that no tale has": ["Le dragon et la licorne\n", /Aucun conte ne s’appelle ainsi\.$/],
  "in another language": ["The fox and the lost hat\n", /Aucun conte ne s’appelle ainsi\.$/],
  "of ten lines": ["Le renard et la clé perdue\n".repeat(10), /Aucun conte ne s’appelle ainsi\.$/],
  "of ten lines that no tale has": ["Trois ânes gris\n".repeat(10), /Aucun conte ne s’appelle ainsi\.$/],
  "of ten lines, the last unfinished": [
    `${"Trois ânes gris\n".repeat(9)}Trois ân`,
    /^Aucun conte ne commence ainsi : la suite n’est pas jugée\.$/],
  "that is empty": ["", /^D’ici, aucun conte ne continue ainsi\./],
  "that is a blank line": ["\n", /Aucun conte ne s’appelle ainsi\.$/],
};

browserTest("whatever title is asked of a model of letters, it writes on, and the judge says what it is", {
  minutes: 3, locale: "fr-FR",
}, async ({ page, url }) => {
  await open(page, url, { ...NANO, lang: "fr", text: "contes-fr", steps: 10, length: 60 });
  await page.locator("#train").click();
  await untilPhase(page, "finished");
  const verdict = page.locator("text-writer .verdict");
  const judged = async () => (await verdict.innerText()).replaceAll(/[\u00a0\u202f]/g, " ");
  for (const [kind, [title, said]] of Object.entries(TITLES)) {
    await forget(page);
    const text = await write(page, title);
    assert(text.startsWith(title) && text.length > title.length, `a title ${kind}: ${text}`);
    await page.waitForFunction(() => document.querySelector("text-writer .verdict")?.textContent !== "");
    assert.match(await judged(), said, `a title ${kind}`);
    assert(await page.locator("#failure").isHidden(), `a title ${kind} failed`);
  }

  await page.locator("#draw-title").click();
  await page.waitForFunction((text) => (
    /** @type {HTMLTextAreaElement} */ (document.querySelector("#prompt")).value !== text), "\n");
  const drawn = await page.locator("#prompt").inputValue();
  await forget(page);
  await write(page, drawn);
  assert.doesNotMatch(await judged(), /s’appelle|ne commence/);

  const before = await page.locator("#written").textContent();
  await page.locator("#prompt").fill("Le 狐 et la clé perdue\n");
  await page.locator("#generate").click();
  await untilFailure(page, "unknown_characters");
  assert.equal(await page.locator("#written").textContent(), before, "the text before is gone");
});

browserTest("a title in French is asked of a model of English tales", {
  minutes: 3,
}, async ({ page, url }) => {
  await open(page, url, { ...NANO, steps: 10, length: 60 });
  await page.locator("#train").click();
  await untilPhase(page, "finished");
  const text = await write(page, "Le renard et le ballon perdu\n");
  assert.match(text, /^Le renard et le ballon perdu\n./);
  await page.locator("text-writer .verdict", { hasText: /No tale is called so\.$/ }).waitFor();
});

/**
 * The page judges for eight milliseconds and the tale that is then begun (`judgeTales`). What a tale takes is
 * the median of ten rounds: a long task would also count what the machine does besides.
 */
browserTest("on a phone, a slice of judging lasts half of 50 ms at most", {
  minutes: 3,
}, async ({ page, url }) => {
  await open(page, url, NANO);
  const session = await page.context().newCDPSession(page);
  await session.send("Emulation.setCPUThrottlingRate", { rate: 4 });
  const medians = await page.evaluate(async () => {
    const { judgeTale } = await import(new URL("app/state/quality.js", location.href).href);
    const { loadContes } = await import(new URL("engine/load.js", location.href).href);
    const { Contes, Judge } = await loadContes();
    const tales = new Contes("en", "validation", 5).stories(10_000).slice(0, 10);
    const texts = tales.map((/** @type {string} */ tale, /** @type {number} */ index) => {
      const at = tale.indexOf(" ", (index + 1) * 40) + 1;
      return `${tale.slice(0, at)}zebra ${tale.slice(at)}`;
    });
    const [whole, below] = [new Judge("en"), new Judge("en")];
    const rounds = Array.from({ length: 10 }, () => texts.map((/** @type {string} */ text) => {
      const begin = performance.now();
      if (judgeTale(whole, below, "", text).whole) throw new Error(`no mistake: ${text}`);
      return performance.now() - begin;
    }));
    return texts.map((/** @type {string} */ _, /** @type {number} */ index) => (
      rounds.map((times) => times[index]).toSorted((a, b) => a - b)[5]));
  });
  assert.equal(medians.length, 10);
  assert(8 + Math.max(...medians) <= 25, `milliseconds a tale: ${medians.map(Math.round)}`);
});
