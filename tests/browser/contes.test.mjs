// The stories that never end: read one after the other, learned without ever repeating, with their floor on
// the chart and the words that belong together in the attention chapter.

import assert from "node:assert/strict";
import { BLANK, browserTest } from "./support/browser_test.mjs";
import { chart, open, typeOwnText, untilPhase } from "./support/reader.mjs";

/** Stories that the page brings along. */
const BROUGHT = 6;

browserTest("one story after the other, the grammar fetched only when the page's own are read", {
  locale: "fr-FR",
}, async ({ page, url }) => {
  /** @type {string[]} */
  const fetched = [];
  page.context().on("request", (request) => {
    if (/contes(_bg)?\.(js|wasm)$/.test(new URL(request.url()).pathname)) fetched.push(request.url());
  });
  await open(page, url);
  const story = page.locator("#story");
  await page.locator("#another-story").scrollIntoViewIfNeeded();
  await story.locator("p").first().waitFor();
  /** @type {Set<string>} */
  const read = new Set([await story.innerText()]);
  for (let told = 1; told < BROUGHT + 4; told++) {
    assert(told <= BROUGHT ? fetched.length === 0 : fetched.length > 0, `after ${told} stories: ${fetched}`);
    const before = await story.innerText();
    await page.locator("#another-story").click();
    await page.waitForFunction((text) => document.getElementById("story")?.innerText !== text, before);
    read.add(await story.innerText());
  }
  assert.equal(read.size, BROUGHT + 4, "a story was told twice");
  for (const text of read) assert(text.split(/\s+/).length >= 40, text);
});

browserTest("the floor is drawn for the stories, and not for a text of the reader's own",
  {}, async ({ page, url }) => {
  await open(page, url, { preset: "nano", engine: "cpu", steps: 20, text: "contes-en" });
  await page.locator("#train").click();
  await untilPhase(page, "finished");
  const floor = async () =>
    Number.parseFloat((await page.locator("#loss-chart").getAttribute("data-floor")) ?? "");
  // About a quarter of a bit a character, in nats.
  assert(await floor() > 0.1 && await floor() < 0.25, `floor ${await floor()}`);
  await page.locator("#chart-about", { hasText: "no model can guess better" }).waitFor();
  await page.locator("#chart-about").getByRole("button", { name: "Floor" }).click();
  await page.getByText(/not even a perfect model can guess chance/).waitFor();

  await typeOwnText(page, "The black cat sat on the mat, and the grey mouse looked at the moon. ".repeat(40));
  await page.locator("#restart").click();
  await page.getByRole("dialog").getByRole("button", { name: "Start over" }).click();
  // The old run has ended too: what tells the new one from it is that its text's entropy is unknown.
  await page.locator('#loss-chart[data-floor=""]').waitFor();
  await untilPhase(page, "finished");
  assert.equal((await chart(page)).points, 20);
});

browserTest("stories that have been read give way to others, which are learned",
  {}, async ({ page, url }) => {
  await page.goto(url + BLANK);
  const { turned, before, after } = await page.evaluate(async () => {
    const { Run } = await import(new URL("engine/run.js", location.href).href);
    const { Team } = await import(new URL("engine/team.js", location.href).href);
    const engine = await import(new URL("engine_cpu.js", location.href).href);
    await engine.default();
    const training = await engine.Training.create({
      documents: ["ab".repeat(1_000)],
      validation: ["ab".repeat(50)],
      alphabet: "cd",
      tokenizer: { kind: "chars" },
      model: { n_layer: 1, n_head: 1, n_embd: 16, block_size: 8 },
      train: { batch_size: 10, steps: 150, learning_rate: 0.01, seed: 1 },
    });
    let turned = 0;
    const source = {
      position: "0",
      next: () => {
        source.position = `${++turned}`;
        return ["cd".repeat(1_000)];
      },
    };
    const sampling = { temperature: 0, top_k: 0, top_p: 1, seed: 1 };
    const run = new Run(
      {
        id: 1,
        training,
        team: new Team(training, 1, {}),
        choice: { engine: "cpu", reason: "chosen", adapter: "" },
        warm: true,
        settings: { sample: { prompt: "a", length: 1, sampling } },
        source,
        tell: () => {},
      },
      await training.checkpoint(""),
      null,
    );
    const answer = async () => {
      const model = training.model();
      model.beginTexts(["c"], sampling, false);
      return (await model.continueTexts(1, true))[0].text;
    };
    const before = await answer();
    await run.order("start");
    while (run.busy) await run.turn();
    return { turned, before, after: await answer() };
  });
  // 150 steps of 80 characters, 2,000 a text: the first, then five others.
  assert.equal(turned, 5);
  assert.equal(after, "d", `before the training: ${before}`);
});

browserTest("a passage of a story, and the heads that connect its words", {
  minutes: 3,
}, async ({ page, url }) => {
  await open(page, url, { preset: "nano", engine: "cpu", steps: 60, text: "contes-fr" });
  await page.locator("#train").click();
  await untilPhase(page, "finished");
  const connections = page.locator("#connections li");
  // The page's own first sentence: « noir » goes with « chat ».
  await page.locator("#inspect").click();
  await connections.first().waitFor();
  assert.match(await connections.first().innerText(), /noir.*chat/);

  for (let passage = 0; passage < 5; passage++) {
    const before = await page.locator("#look").inputValue();
    await page.locator("#passage").click();
    await page.waitForFunction(
      (text) => /** @type {HTMLInputElement} */ (document.getElementById("look")).value !== text,
      before,
    );
    const look = await page.locator("#look").inputValue();
    await page.locator(`#attention-matrix[data-tokens="${[...look].length}"]`).waitFor();
    const shares = await connections.evaluateAll((items) => items.map((item) => Number(item.dataset.share)));
    assert(shares.length > 0 && shares.every((share) => share > 0 && share <= 1.0001), `${look}: ${shares}`);
  }

  await connections.first().getByRole("button").click();
  const sentence = await connections.first().innerText();
  const [, layer, head] = sentence.match(/layer (\d+), head (\d+)/) ?? [];
  const matrix = page.locator("#attention-matrix");
  assert.equal(await matrix.getAttribute("data-layer"), layer);
  assert.equal(await matrix.getAttribute("data-head"), head);

  await page.locator("#look").fill("Le chat dort.");
  await page.locator("#inspect").click();
  await page.locator('#attention-matrix[data-tokens="13"]').waitFor();
  assert.equal(
    await connections.count(),
    0,
    "nobody knows what goes with what in a sentence of the reader's own",
  );
});
