// The texts on offer: what the reader does last holds, and nothing that they gave is lost.

import assert from "node:assert/strict";
import { test } from "node:test";
import { initialState, withChoices } from "../../www/app/state/app_state.js";
import { Library } from "../../www/app/state/library.js";
import { Store } from "../../www/app/state/store.js";
import { TextRefused } from "../../www/app/state/text.js";

globalThis.requestAnimationFrame = (call) => Number(setTimeout(call));

function library() {
  /** @type {string[]} */
  const failures = [];
  const store = new Store(initialState("fr", { text: "own" }, []));
  return { store, failures, library: new Library(store, ({ code }) => failures.push(code)) };
}

/** @param {string} text */
const given = (text) => () => ({ documents: [text], notes: [] });

test("what is typed is the text at once", () => {
  const { store, library: texts } = library();
  texts.type("e\u0301te\u0301\r\n<|endoftext|>\r\nfin");
  assert.deepEqual(store.state.source.own.documents, ["été", "fin"]);
  assert.equal(store.state.prompt, "");
});

test("what is chosen after typing is not taken back once it is counted", async () => {
  const { store, library: texts } = library();
  texts.type("Some words.");
  store.set(withChoices(store.state, { text: "contes-fr" }));
  await new Promise((resolve) => setTimeout(resolve, 400));
  assert.equal(store.state.settings.text, "contes-fr");
});

test("refused, the earlier text stays; taken, it can be brought back, and back again", async () => {
  const { store, failures, library: texts } = library();
  const documents = () => store.state.source.own.documents;
  assert(await texts.take(given("first text")));
  assert.equal(await texts.take(given("   ")), false);
  assert.equal(
    await texts.take(() => {
      throw new TextRefused("text_unreadable", { file: "a" });
    }),
    false,
  );
  assert.deepEqual(failures, ["text_empty", "text_unreadable"]);
  assert.deepEqual(documents(), ["first text"]);
  assert(await texts.take(given("second text")));
  texts.bringBack();
  assert.deepEqual(documents(), ["first text"]);
  texts.bringBack();
  assert.deepEqual(documents(), ["second text"]);
  texts.clear();
  texts.bringBack();
  assert.deepEqual(documents(), ["second text"]);
});

test("the stories of a language are fetched once, and again where that failed", async () => {
  const { store, failures, library: texts } = library();
  store.set(withChoices(store.state, { text: "contes-fr" }));
  let fetched = 0;
  const contes = { words: 9, alphabet: "ab", floor: {}, stories: [] };
  globalThis.fetch = async () => {
    fetched += 1;
    return fetched === 1 ? new Response("", { status: 404 }) : Response.json(contes);
  };
  await Promise.all([texts.open(), texts.open()]);
  assert.equal(fetched, 1);
  assert.deepEqual(failures, ["not_found"]);
  await Promise.all([texts.open(), texts.open()]);
  assert.equal(fetched, 2);
  assert.deepEqual(store.state.source.facts, { characters: Infinity, words: 9, symbols: ["a", "b"] });
});
