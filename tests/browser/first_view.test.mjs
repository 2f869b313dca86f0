// What comes before anyone touches the page, and how it reads at any width, in both languages, by keyboard
// alone.

import assert from "node:assert/strict";
import { browserTest } from "./support/browser_test.mjs";
import { open, untilStep } from "./support/reader.mjs";

browserTest("no engine is fetched before it is wanted", {}, async ({ page, url }) => {
  /** @type {string[]} */
  const engines = [];
  page.context().on("request", (request) => {
    if (/engine_\w+\.(js|wasm)(\?|$)/.test(request.url())) engines.push(request.url());
  });
  await page.goto(url, { waitUntil: "networkidle" });
  assert.match(await page.locator("#parameters").innerText(), /\d/);
  assert.match(await page.locator("#estimate").innerText(), /\d/);
  assert.equal(engines.length, 0, engines.join("\n"));

  await page.mouse.move(100, 100);
  await page.locator("#estimate", { hasText: "on this device" }).waitFor({ timeout: 60_000 });
  assert(
    engines.length > 0 && engines.every((address) => address.includes("engine_cpu")),
    engines.join("\n"),
  );
});

browserTest("French where the browser prefers it, English a click away", {
  locale: "fr-FR",
}, async ({ page, url }) => {
  await open(page, url);
  assert.equal(await page.locator("html").getAttribute("lang"), "fr");
  await page.getByRole("button", { name: "Entraîner", exact: true }).waitFor();
  await page.locator("language-switch").getByText(/English|en/i).first().click();
  await page.getByRole("button", { name: "Train", exact: true }).waitFor();
  assert.equal(await page.locator("html").getAttribute("lang"), "en");
});

for (const width of [320, 360]) {
  browserTest(`nothing is wider than ${width} px`, {
    viewport: { width, height: 740 },
  }, async ({ page, url }) => {
    for (const lang of ["fr", "en"]) {
      await page.goto("about:blank");
      await open(page, url, { lang, preset: "nano", engine: "cpu", steps: 2000 });
      await page.locator("#train").click();
      await untilStep(page, 15);
      await page.locator("#options summary").click();
      await page.locator("#inspect").click();
      await page.locator("#attention-matrix[data-tokens]").waitFor();
      await page.locator("#look").fill("漢字");
      await page.locator("#inspect").click();
      await page.locator("#failure").waitFor();
      const { scroll, client } = await page.evaluate(() => ({
        scroll: document.documentElement.scrollWidth, client: document.documentElement.clientWidth,
      }));
      assert(scroll <= client, `in ${lang} the page is ${scroll} px wide`);
    }
  });
}

browserTest("at 320 px the steps to go further can be read and typed", {
  viewport: { width: 320, height: 640 }, locale: "fr-FR",
}, async ({ page, url }) => {
  await open(page, url, { preset: "nano", engine: "cpu", steps: 20000, further_steps: 20000 });
  await page.locator("#train").click();
  await untilStep(page, 15);
  await page.locator("#stop").click();
  await page.locator("#further", { hasText: /^Encore 20\s000\spas, \d.* environ$/ }).waitFor();
  const { width } = await page.locator("#further_steps").boundingBox() ?? { width: 0 };
  assert(width >= 80, `the field is ${width} px wide`);
  const { scroll, client } = await page.evaluate(() => ({
    scroll: document.documentElement.scrollWidth, client: document.documentElement.clientWidth,
  }));
  assert(scroll <= client, `the page is ${scroll} px wide`);
});

browserTest("the keyboard alone chooses, trains and writes", {}, async ({ page, url }) => {
  await open(page, url, { preset: "nano", engine: "cpu", steps: 20 });
  /** @param {string} id */
  const tabTo = async (id) => {
    for (let presses = 0; presses < 80; presses++) {
      await page.keyboard.press("Tab");
      if (await page.evaluate(() => document.activeElement?.id) === id) return;
    }
    assert.fail(`Tab never reaches #${id}`);
  };
  await tabTo("preset-nano");
  await page.keyboard.press("ArrowRight");
  assert(await page.locator("#preset-petit").isChecked());
  await page.keyboard.press("ArrowLeft");
  await tabTo("train");
  await page.keyboard.press("Enter");
  await untilStep(page, 3);
  await tabTo("prompt");
  await page.keyboard.press("Control+a");
  await page.keyboard.type("The owl");
  await page.keyboard.press("Control+Enter");
  await page.locator('#written[data-done="true"]').waitFor({ timeout: 60_000 });
  assert((await page.locator("#written").innerText()).startsWith("The owl"));
});

browserTest("everything that takes the focus has a name", {}, async ({ page, url }) => {
  await open(page, url, { preset: "nano", engine: "cpu", steps: 2000 });
  await page.locator("#train").click();
  await untilStep(page, 15);
  const session = await page.context().newCDPSession(page);
  const { nodes } = await session.send("Accessibility.getFullAXTree");
  const nameless = nodes.filter((node) => !node.ignored && !node.name?.value
    && node.role?.value !== "RootWebArea"
    && node.properties?.some(({ name, value }) => name === "focusable" && value.value));
  assert.deepEqual(nameless.map((node) => node.role?.value), []);
});
