// What a browser refuses to keep, deletes, or has of another version: training goes on, the page says once
// what that means, and nothing that is there is harmed.

import assert from "node:assert/strict";
import { serve } from "../../tools/serve.mjs";
import { NO_ICON, browserTest } from "./support/browser_test.mjs";
import {
  LITTLE_TEXT,
  agree,
  open,
  stepsDone,
  trainUntil,
  untilFailure,
  untilPhase,
} from "./support/reader.mjs";
import { pauseAndKeep, shelf, untilKept } from "./support/shelf.mjs";

/** @typedef {import("playwright-core").Page} Page */

/** An evaluation, and a checkpoint, every ten steps. */
const NANO = { preset: "nano", engine: "cpu", steps: 60, text: "contes-en" };

/** How a browser refuses; each as a script that runs before the page. */
const REFUSALS = [
  {
    what: "forbids the database, as a frame of another site", code: "shelf_denied",
    script: () => {
      const denied = () => { throw new DOMException("denied", "SecurityError"); };
      Object.defineProperty(globalThis, "indexedDB", { get: denied });
    },
  },
  {
    what: "has no database", code: "shelf_denied",
    script: () => { Reflect.deleteProperty(globalThis, "indexedDB"); },
  },
  {
    what: "opens none, as some private windows", code: "shelf_denied",
    script: () => {
      IDBFactory.prototype.open = () => { throw new DOMException("no", "InvalidStateError"); };
    },
  },
  {
    what: "has no room", code: "shelf_full",
    script: () => {
      IDBObjectStore.prototype.put = () => { throw new DOMException("full", "QuotaExceededError"); };
    },
  },
  {
    what: "cannot write", code: "shelf_failed",
    script: () => {
      IDBObjectStore.prototype.put = () => { throw new DOMException("disk", "UnknownError"); };
    },
  },
];

for (const { what, code, script } of REFUSALS) {
  browserTest(`a browser that ${what}: it trains to the end, and says so once`, {}, async ({ page, url }) => {
    await page.addInitScript(script);
    await open(page, url, NANO);
    await page.locator("#train").click();
    await untilFailure(page, code);
    await page.locator("#dismiss-failure").click();
    await untilPhase(page, "finished");
    // All saves were refused by then.
    await page.locator(`#kept-now[data-refusal="${code}"]`).waitFor();
    await page.waitForTimeout(500);
    assert(await page.locator("#failure").isHidden(), "it is told again");
    assert.doesNotMatch(await page.locator("#kept-now").innerText(), /Something went wrong|[{}]|^$/);
    assert.equal(await stepsDone(page), NANO.steps);
    // Leaving asks, since it would be lost.
    const asked = page.waitForEvent("dialog");
    const reloading = page.reload();
    await (await asked).accept();
    await reloading;
  });
}

browserTest("no room, then room again: what could not be kept is kept", {}, async ({ page, url }) => {
  await page.addInitScript(() => {
    const { put } = IDBObjectStore.prototype;
    IDBObjectStore.prototype.put = function (...given) {
      if (/** @type {any} */ (globalThis).isFull) throw new DOMException("full", "QuotaExceededError");
      return put.apply(this, given);
    };
  });
  await open(page, url, NANO);
  await page.locator("#step").click();
  await untilKept(page, 1);
  await page.evaluate(() => Object.assign(globalThis, { isFull: true }));
  await page.locator("#restart").click();
  await page.locator("#confirm-lose").click();
  await untilFailure(page, "shelf_full");
  await page.locator("#dismiss-failure").click();
  await untilPhase(page, "finished");
  assert.deepEqual((await shelf(page)).map(({ step }) => step), [1], "what was there is harmed");
  await page.evaluate(() => Object.assign(globalThis, { isFull: false }));
  await page.locator(".entry[data-id]").getByText("Delete…").click();
  await page.locator("#confirm-lose").click();
  await untilKept(page, NANO.steps);
  assert.deepEqual((await shelf(page)).map(({ step }) => step), [NANO.steps]);
});

browserTest("storage that is cleared while it trains is filled again, with the text", {
  minutes: 3,
}, async ({ page, url }) => {
  agree(page);
  await trainUntil(page, url, { ...NANO, text: "own", steps: 400 }, 25);
  await page.locator("#kept-now[data-step]").waitFor();
  // As a browser does on the reader's order.
  const client = await page.context().newCDPSession(page);
  await client.send("Storage.clearDataForOrigin", {
    origin: new URL(url).origin, storageTypes: "indexeddb,local_storage",
  });
  const step = await pauseAndKeep(page);
  const [kept, ...others] = await shelf(page);
  assert.deepEqual([kept.step, kept.documents, others], [step, [LITTLE_TEXT], []]);
  await page.reload();
  await page.locator("#resume-kept").click();
  await untilPhase(page, "paused");
  assert.equal(await stepsDone(page), step);
});

browserTest("a shelf that the browser has emptied is told of, once", {}, async ({ page, url }) => {
  await open(page, url, NANO);
  await page.locator("#step").click();
  await untilKept(page, 1);
  await page.goto("about:blank");
  await page.goto(`${url}blank.html`);
  await page.evaluate(() => new Promise((resolve) => {
    indexedDB.deleteDatabase("petit-train").onsuccess = () => resolve(undefined);
  }));
  await page.goto(url);
  await page.locator("#resume-line").waitFor();
  assert.match(await page.locator("#resume-sentence").innerText(), /has deleted it/);
  assert(await page.locator("#resume-kept").isHidden());
  await page.goto("about:blank");
  await page.goto(url);
  await page.locator("#train").waitFor();
  await page.mouse.move(50, 50);
  await page.locator("#kept-now", { hasText: "No model" }).waitFor();
  assert(await page.locator("#resume-line").isHidden(), "it is told again");
});

browserTest("a database of a later page is left alone", {}, async ({ page, url }) => {
  await page.goto(`${url}blank.html`);
  await page.evaluate(() => new Promise((resolve) => {
    const opening = indexedDB.open("petit-train", 99);
    opening.onupgradeneeded = () => opening.result.createObjectStore("later").put("kept", "something");
    opening.onsuccess = () => { opening.result.close(); resolve(undefined); };
  }));
  await open(page, url, NANO);
  await page.locator("#train").click();
  await untilFailure(page, "shelf_newer");
  await untilPhase(page, "finished");
  assert.equal(await page.evaluate(() => new Promise((resolve) => {
    const opening = indexedDB.open("petit-train");
    opening.onsuccess = () => {
      const found = opening.result.transaction("later").objectStore("later").get("something");
      found.onsuccess = () => resolve(found.result);
    };
  })), "kept");
});

/**
 * What may become of a record; each as a change of it.
 * @type {{what: string, code: string, harm: string}[]}
 */
const HARMS = [
  { what: "of a later version", code: "checkpoint_too_new", harm: "saved.version = 2" },
  { what: "without its checkpoint", code: "checkpoint_unreadable", harm: "delete saved.checkpoint" },
  {
    what: "cut short", code: "checkpoint_unreadable",
    harm: "saved.checkpoint.blob = saved.checkpoint.blob.slice(0, 5000)",
  },
  {
    what: "of another file", code: "checkpoint_unreadable",
    harm: "saved.checkpoint.blob = new Blob(['a text'])",
  },
  { what: "without its curve", code: "checkpoint_unreadable", harm: "delete saved.history" },
];

browserTest("what is kept and cannot be read is refused, and changes nothing", {
  minutes: 3,
}, async ({ page, url }) => {
  await open(page, url, NANO);
  await page.locator("#step").click();
  await untilKept(page, 1);
  const [{ id }] = await shelf(page);
  /** @param {string} from @param {string} to @param {string} harm */
  const put = async (from, to, harm) => {
    await page.goto(`${url}blank.html`);
    await page.evaluate(([from, to, harm]) => new Promise((resolve) => {
      const opening = indexedDB.open("petit-train");
      opening.onsuccess = () => {
        const store = opening.result.transaction("trainings", "readwrite").objectStore("trainings");
        store.get(from).onsuccess = ({ target }) => {
          const saved = /** @type {any} */ (target).result;
          (0, eval)(`(saved) => { ${harm}; }`)(saved);
          store.put(saved, to).onsuccess = () => { opening.result.close(); resolve(undefined); };
        };
      };
    }), [from, to, harm]);
  };
  await put(id, "as it was", "");
  for (const { what, code, harm } of HARMS) {
    await put("as it was", id, harm);
    await page.goto(url);
    await page.locator("#resume-kept").click();
    await untilFailure(page, code);
    assert.equal(await page.locator("#status").getAttribute("data-phase"), "idle", what);
  }
  await put("as it was", id, "");
  await page.goto(url);
  await page.locator("#resume-kept").click();
  await untilPhase(page, "paused");
  assert.equal(await stepsDone(page), 1);
});

browserTest("in a frame of another origin that may keep nothing, it trains and says so", {
  minutes: 2,
}, async ({ page, url, origins }) => {
  const settings = "#preset=nano&engine=cpu&steps=30&lang=en";
  const frame = `<iframe src="${url}${settings}" width="700" height="900"></iframe>`;
  const blog = await serve("tests/browser", { more: { "index.html": `<!doctype html>${NO_ICON}${frame}` } });
  try {
    origins.add(new URL(blog.url).origin);
    await page.addInitScript(() => {
      if (self === top) return;
      const denied = () => { throw new DOMException("denied", "SecurityError"); };
      for (const name of ["indexedDB", "localStorage"]) Object.defineProperty(self, name, { get: denied });
    });
    await page.goto(blog.url);
    await page.frameLocator("iframe").locator("#train").click();
    const shown = page.frames()[1];
    await untilPhase(shown, "finished");
    await shown.locator('#failure[data-code="shelf_denied"]').waitFor();
    assert.match(await shown.locator("#failure-sentence").innerText(), /will be gone with this tab/);
  } finally {
    await blog.close();
  }
});
