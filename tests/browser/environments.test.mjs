// Wherever the page is opened, it works, or says in one sentence within three seconds what to do.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { serve } from "../../tools/serve.mjs";
import { BLANK, DIST, NO_ICON, browserTest } from "./support/browser_test.mjs";
import { open, untilFailure, untilPhase } from "./support/reader.mjs";

/** @typedef {import("playwright-core").Page} Page */
/** @typedef {import("playwright-core").Frame} Frame */

const FRENCH = { locale: "fr-FR" };

/**
 * @param {Page|Frame} page
 * @param {string} reason
 * @param {RegExp} sentence
 */
async function untilTold(page, reason, sentence) {
  const box = page.locator(`#not-started[data-reason="${reason}"]`);
  await box.waitFor({ timeout: 3_000 });
  assert.match(await box.innerText(), sentence);
}

browserTest(
  "opened as a file, it says that it must be served",
  { ...FRENCH, expected: /file:|ERR_FAILED/ },
  async ({ page, origins }) => {
    origins.add("null");
    await page.goto(pathToFileURL(resolve(DIST, "index.html")).href);
    await untilTold(page, "file", /ne peut pas démarrer depuis un fichier/);
  },
);

browserTest(
  "scripts that are served as text are told of, with the way out",
  { ...FRENCH, site: { types: { ".js": "text/plain" } }, expected: /MIME type/ },
  async ({ page, url }) => {
    await page.goto(url);
    await untilTold(page, "type", /text\/javascript/);
  },
);

browserTest(
  "a browser without modules is too old",
  { ...FRENCH, site: { more: { "app/main.js": "" } } },
  async ({ page, url }) => {
    await page.addInitScript(() => Reflect.deleteProperty(HTMLScriptElement.prototype, "noModule"));
    await page.goto(url);
    await untilTold(page, "browser", /trop ancien/);
  },
);

browserTest(
  "a browser whose modules lack new syntax is too old",
  {
    ...FRENCH,
    site: { more: { "app/chapters.js": "class { #x = ; }" } },
    expected: /SyntaxError|uncaught: $/,
  },
  async ({ page, url }) => {
    await page.goto(url);
    await untilTold(page, "browser", /trop ancien/);
  },
);

browserTest(
  "files of two builds: to be reloaded, and the reload finds one",
  {
    ...FRENCH,
    site: { more: { "app/parts/dom.js": "export const old = 1;" } },
    expected: /SyntaxError|uncaught: $/,
  },
  async ({ page, url }) => {
    /** @type {string[]} */
    const anew = [];
    page.on("request", (request) => {
      if (request.resourceType() === "fetch") anew.push(new URL(request.url()).pathname);
    });
    await page.goto(url);
    await untilTold(page, "mismatch", /Rechargez-la/);
    assert.equal(await page.locator("#not-started button").innerText(), "Recharger la page");
    await page.waitForTimeout(300);
    assert(
      anew.some((path) => path.endsWith("/app/parts/dom.js")),
      anew.join(),
    );
  },
);

browserTest(
  "a part that is missing: the connection is to be checked",
  { ...FRENCH, site: { types: { ".json": "" } }, expected: /404/ },
  async ({ page, url }) => {
    // Words are not there: everything else is.
    await page.goto(url);
    await untilTold(page, "connection", /Vérifiez la connexion/);
    const loaded = page.waitForEvent("load");
    await page.locator("#not-started button").click();
    await loaded;
  },
);

browserTest(
  "where no script runs, the page's own sentence shows, with reduced motion too",
  { reducedMotion: "reduce", site: { more: { "app/main.js": "", "app/opening.js": "" } } },
  async ({ page, url }) => {
    await page.goto(url);
    const sentence = page.locator("#not-started");
    assert.equal(
      await sentence.evaluate((element) => getComputedStyle(element).visibility),
      "hidden",
      "it shows before it is due",
    );
    await page.waitForTimeout(2_800);
    assert.equal(await sentence.evaluate((element) => getComputedStyle(element).visibility), "visible");
    assert.match(await sentence.innerText(), /rechargez-la.*reload it/s);
  },
);

browserTest("it starts without that sentence ever showing", {}, async ({ page, url }) => {
  await page.goto(url);
  await page.locator("#train").waitFor();
  assert.equal(await page.locator("#not-started").count(), 0);
});

/** @param {string} url */
const sandbox = (url) =>
  `<!doctype html>${NO_ICON}<iframe sandbox="allow-scripts" src="${url}" width="700" height="900"></iframe>`;

browserTest(
  "in a frame without an origin that its host does not serve, it links to itself",
  { ...FRENCH, expected: /CORS|ERR_FAILED/ },
  async ({ page, url, origins }) => {
    const blog = await serve("tests/browser", { more: { "index.html": sandbox(url) } });
    try {
      origins.add(new URL(blog.url).origin);
      await page.goto(blog.url);
      await untilTold(page.frames()[1], "frame", /dans un onglet à elle/);
      assert.equal(await page.frames()[1].locator("#not-started a").getAttribute("href"), url);
    } finally {
      await blog.close();
    }
  },
);

browserTest(
  "in a frame without an origin it trains, where its host serves anybody",
  { minutes: 3, site: { headers: { "access-control-allow-origin": "*" } } },
  async ({ page, url, origins }) => {
    const blog = await serve("tests/browser", {
      more: { "index.html": sandbox(`${url}#preset=nano&engine=cpu&steps=30`) },
    });
    try {
      origins.add(new URL(blog.url).origin);
      await page.goto(blog.url);
      const frame = page.frames()[1];
      await frame.locator("#train").click();
      await untilPhase(frame, "finished");
    } finally {
      await blog.close();
    }
  },
);

/** How the modules of this build say which one they are of. */
const [MARK] = (await readFile(join(DIST, "engine_cpu.js"), "utf8")).match(/^export const BUILD = .*$/m)
  ?? [""];
assert(MARK !== "", "the build is not marked");

/** What a module of an engine does when it is started. @type {Record<string, string>} */
const ENGINES = {
  fine: `export default async () => {};\n${MARK}`,
  "of another build": 'export const BUILD = "other"; export default async () => {};',
  "that wants what the wasm lacks":
    `export default async () => { throw new WebAssembly.LinkError("import"); };\n${MARK}`,
  "without wasm": `export default async () => { throw new TypeError("Failed to fetch"); };\n${MARK}`,
  "in place of which a page was sent":
    `export default () => WebAssembly.compile(new TextEncoder().encode("<!doctype html>"));\n${MARK}`,
  "that cannot be compiled":
    `export default async () => { throw new WebAssembly.CompileError("invalid opcode"); };\n${MARK}`,
  "without memory": `export default async () => { throw new RangeError("out of memory"); };\n${MARK}`,
};

/** The files of a CPU engine that does so, with relaxed SIMD or without. @param {string} engine */
function cpuEngine(engine) {
  const script = `export const onFatal = () => {};\n${ENGINES[engine]}`;
  return { "engine_cpu.js": script, "engine_cpu_relaxed.js": script };
}

for (const { what, engine, code, without = "" } of [
  { what: "all is well", engine: "fine", code: "" },
  { what: "the page is older than the engine", engine: "of another build", code: "files_mismatched" },
  {
    what: "the engine's two files differ",
    engine: "that wants what the wasm lacks",
    code: "files_mismatched",
  },
  { what: "a file is missing", engine: "without wasm", code: "not_found" },
  {
    what: "the host sends a page for a missing file",
    engine: "in place of which a page was sent",
    code: "not_found",
  },
  { what: "the engine is damaged", engine: "that cannot be compiled", code: "files_mismatched" },
  {
    what: "the browser has no SIMD",
    engine: "that cannot be compiled",
    without: "WebAssembly.validate = () => false;",
    code: "wasm_unsupported",
  },
  {
    what: "the browser has no wasm",
    engine: "that cannot be compiled",
    without: "delete globalThis.WebAssembly;",
    code: "wasm_unsupported",
  },
  { what: "memory is short", engine: "without memory", code: "engine_failed" },
]) {
  browserTest(
    `loading an engine, ${what}: ${code || "loaded"}`,
    { site: { more: cpuEngine(engine) } },
    async ({ page, url }) => {
      await page.goto(url + BLANK);
      const found = await page.evaluate(
        async ([script, address]) => {
          (0, eval)(script);
          const { loadEngine } = await import(address);
          return loadEngine("cpu", () => {}).then(
            () => "",
            (/** @type {any} */ error) => error.code,
          );
        },
        [without, new URL("engine/load.js", url).href],
      );
      assert.equal(found, code);
    },
  );
}

browserTest(
  "a new build met while the page is open: a button reloads it",
  { site: { more: cpuEngine("of another build") } },
  async ({ page, url }) => {
    await open(page, url, { preset: "nano", engine: "cpu" });
    await page.locator("#train").click();
    assert.match(await untilFailure(page, "files_mismatched"), /has been updated/);
    assert(await page.locator("#own-tab").isHidden(), "a link where none helps");
    const loaded = page.waitForEvent("load");
    await page.locator("#reload").click();
    await loaded;
    await page.locator("#train").waitFor();
    assert(await page.locator("#failure").isHidden(), "the failure is still told");
  },
);

browserTest(
  "where workers are forbidden, a link opens the page in a tab of its own",
  {},
  async ({ page, url }) => {
    await page.addInitScript(() => {
      const Worker = function () {
        throw new DOMException("forbidden", "SecurityError");
      };
      Object.assign(globalThis, { Worker });
    });
    await open(page, url, { preset: "nano", engine: "cpu" });
    await page.locator("#train").click();
    assert.match(await untilFailure(page, "worker_unavailable"), /in a tab of its own:$/);
    assert(await page.locator("#reload").isHidden(), "a reload where none helps");
    const link = page.locator("#failure a");
    assert.equal(await link.innerText(), page.url());
    const [tab] = await Promise.all([page.context().waitForEvent("page"), link.click()]);
    await tab.locator("#train").waitFor();
    assert.equal(tab.url(), page.url());
  },
);

browserTest(
  "over http in a classroom the processor works, and the page says why not the graphics card",
  {},
  async ({ page, url, origins }) => {
    // Every address but the machine's own is insecure without https.
    const classroom = url.replace("127.0.0.1", "classroom.test");
    origins.add(new URL(classroom).origin);
    await page.context().route(`${new URL(classroom).origin}/**`, async (route) => {
      await route.fulfill({
        response: await route.fetch({ url: route.request().url().replace("classroom.test", "127.0.0.1") }),
      });
    });
    await page.goto(classroom + BLANK);
    const choice = await page.evaluate(
      async (address) => (await import(address)).chooseEngine("auto"),
      new URL("engine/probe.js", classroom).href,
    );
    assert.equal(choice.engine, "cpu");
    assert.equal(choice.reason, "insecure");
  },
);
