// What the page keeps in a file: it comes back as it was, and nothing that a file may hold is believed
// unseen.

import assert from "node:assert/strict";
import { test } from "node:test";
import { initialState } from "../../www/app/state/app_state.js";
import { readRecord, recordOf } from "../../www/app/state/file_record.js";
import { runSettings } from "../../www/app/state/run_settings.js";

const STEP = { step: 1, loss: 4.25, learning_rate: 1e-3, tokens: 96, ms: 12.5, compiling: false };

/** The page after two steps on a text of the reader's own. @returns {any} */
function page() {
  const state = initialState("fr", { text: "own", preset: "nano", seed: 7 }, []);
  const own = { documents: ["Il était une fois.", "Deux."], notes: [], before: null };
  const shown = {
    ...state, source: { ...state.source, own }, prompt: "Il", look: "Le chat",
    links: [{ from: { start: 3, end: 7 }, to: { start: 0, end: 2 } }],
    history: {
      ...state.history, steps: [STEP, { ...STEP, step: 2, loss: 4 }],
      evaluations: [{ step: 0, validation_loss: 4.5, examples: 3 }],
      samples: [{
        step: 0, prompt: "Il", unreadable: null, texts: [{ text: " dort", ended: true }], ms: 3,
        judgements: null, quality: /** @type {const} */ ({ kind: "words", share: 0.5 }),
      }],
      best: { step: 2, loss: 4 },
    },
  };
  return { ...shown, running: runSettings(shown) };
}

/** The training of that page. @param {any} state @returns {any} */
const trainingOf = (state) => ({
  settings: state.running, state: "paused", info: { parameters: 1000, last_step: 2000 },
});

/** @param {any} state @returns {any} */
const headerOf = ({ running: { model, train } }) => ({
  format_version: 1, model, tokenizer: { kind: "chars", characters: "a" },
  train: { config: { ...train, beta1: 0.9, learning_rate: 0.002 }, step: 2 },
});

const checkpoint = { step: 2, blob: new Blob(["…"]) };

test("a record comes back as it was", () => {
  const state = page();
  const record = recordOf(state, trainingOf(state), checkpoint);
  const { opened, saved } = readRecord(record, headerOf(state), checkpoint);
  assert.ok(Math.abs(saved - Date.now()) < 10_000);
  assert.equal(opened.checkpoint, checkpoint);
  assert.deepEqual(opened.own?.documents, state.source.own.documents);
  assert.deepEqual(opened.settings.source, { kind: "text", documents: state.source.own.documents });
  assert.deepEqual(opened.history.steps, state.history.steps);
  assert.deepEqual(opened.history.evaluations, state.history.evaluations);
  const [{ quality: _quality, ...sample }] = state.history.samples;
  assert.deepEqual(opened.history.samples, [sample], "it is judged again");
  const { prompt, look, links } = state;
  assert.deepEqual(opened.page, { given: { ...state.given, text: "own" }, prompt, look, links });
  // How it is trained is what the engine reads, in the order by which settings are compared.
  const expected = { ...state.running.train, learning_rate: 0.002 };
  assert.equal(JSON.stringify(opened.settings.train), JSON.stringify(expected));
  assert.equal(JSON.stringify(opened.settings.model), JSON.stringify(state.running.model));
});

test("a text that is not to be kept stays here", () => {
  const state = page();
  state.kept = { ...state.kept, withText: false };
  const record = recordOf(state, trainingOf(state), checkpoint);
  assert.ok(!record.includes("Il était une fois."));
  const { opened } = readRecord(record, headerOf(state), checkpoint);
  assert.equal(opened.own, null);
  assert.deepEqual(opened.settings.source, { kind: "none", tales: null });
});

test("what is no record is refused, whatever it says", () => {
  const state = page();
  const whole = recordOf(state, trainingOf(state), checkpoint);
  const read = (/** @type {string} */ record) => readRecord(record, headerOf(state), checkpoint);
  const refused = (/** @type {string} */ record, code = "checkpoint_unreadable") =>
    assert.throws(() => read(record), (error) => /** @type {any} */ (error).failure?.code === code, record);
  for (const record of ["", "{", "null", "[]", "7", '"text"', "{}"]) refused(record);
  refused(JSON.stringify({ ...JSON.parse(whole), version: 2, running: {} }), "checkpoint_too_new");
  // Each value in turn is replaced by what it is not: refused, or taken without it.
  const others = [null, {}, [], "x", -1, 1e308, true];
  let [refusals, taken] = [0, 0];
  for (const path of paths(JSON.parse(whole))) {
    for (const other of others) {
      const spoilt = JSON.parse(whole);
      const parent = path.slice(0, -1).reduce((value, key) => value[key], spoilt);
      parent[/** @type {string} */ (path.at(-1))] = other;
      try {
        const { opened } = read(JSON.stringify(spoilt));
        assert.ok(["auto", "cpu", "webgpu"].includes(opened.settings.engine));
        assert.ok(opened.history.steps.every(({ loss, step }) => Number.isFinite(loss + step)));
        assert.ok(opened.history.samples.every(({ texts }) => texts.every(({ text }) => text.length >= 0)));
        assert.equal(JSON.stringify(opened.settings.model), JSON.stringify(state.running.model));
        taken += 1;
      } catch (error) {
        const versions = other === 1e308 ? "checkpoint_too_new" : "checkpoint_too_old";
        const isVersion = path[0] === "version" && typeof other === "number";
        const code = isVersion ? versions : "checkpoint_unreadable";
        assert.equal(/** @type {any} */ (error).failure?.code, code, `${path}: ${error}`);
        refusals += 1;
      }
    }
  }
  assert.ok(refusals > 200 && taken > 50, `${refusals} refused, ${taken} taken`);
});

test("columns of different lengths are refused", () => {
  const state = page();
  const record = JSON.parse(recordOf(state, trainingOf(state), checkpoint));
  record.history.steps.loss.pop();
  assert.throws(() => readRecord(JSON.stringify(record), headerOf(state), checkpoint));
});

/**
 * @param {any} value
 * @param {string[]} [before]
 * @returns {string[][]} the way to each value within
 */
function paths(value, before = []) {
  if (typeof value !== "object" || value === null) return [];
  return Object.keys(value).flatMap((key) => [[...before, key], ...paths(value[key], [...before, key])]);
}
