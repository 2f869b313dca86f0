// Judges what the model at hand writes, as it comes: its samples, and the text that is being written. It
// follows the state, and adds to it what it finds.

import { loadContes } from "../../engine/load.js";
import { textsOf, withText } from "./app_state.js";
import { judgeTale, judgeTales, qualityOfTales, qualityOfWords, wordsOf } from "./quality.js";
import { talesLanguage } from "./run_settings.js";
import { nextTask } from "./text.js";
import { withQuality } from "./run_history.js";

/** @typedef {import("./app_state.js").AppState} AppState */
/** @typedef {import("./app_state.js").Writing} Writing */
/** @typedef {import("./run_history.js").Sample} Sample */
/** @typedef {import("../../api/messages.js").TextSource} TextSource */

/**
 * What judges the texts of one run.
 * @typedef {object} Judges
 * @property {TextSource} source
 * @property {((sample: Sample) => Promise<Pick<Sample, "judgements"|"quality">>)|null} samples  once it can;
 *   never where it cannot
 * @property {((prompt: string, text: string) => import("./quality.js").Judgement)|null} writing
 */

export class Judging {
  #store;
  /** @type {Judges|null} */
  #judges = null;
  /** Whether samples are being judged. */
  #busy = false;

  /** @param {import("./store.js").Store<AppState>} store */
  constructor(store) {
    this.#store = store;
    store.subscribe((state) => this.#follow(state));
    this.#follow(store.state);
  }

  /** @param {AppState} state */
  #follow({ running, writing, paths }) {
    if (!running) return;
    if (this.#judges?.source !== running.source) this.#open(running.source);
    this.#judgeSamples();
    const judge = this.#judges?.writing;
    const ofText = (/** @type {Writing} */ { prompt, text }) => prompt.length + text.length;
    const text = textsOf({ writing, paths }).find((text) => text.judgement?.of !== ofText(text));
    if (!judge || !text) return;
    const judgement = { ...judge(text.prompt, text.text), of: ofText(text) };
    // Which comes back here for the next one.
    this.#store.set(withText(this.#store.state, text.id, { judgement }));
  }

  /** Judges the samples that are not judged yet, one after the other. */
  async #judgeSamples() {
    if (this.#busy) return;
    this.#busy = true;
    for (;;) {
      const judges = this.#judges;
      const unjudged = this.#store.state.history.samples.find(({ quality }) => quality === undefined);
      if (!judges?.samples || !unjudged) break;
      try {
        const judged = { ...unjudged, ...await judges.samples(unjudged) };
        // Those of a training that is resumed come all at once.
        await nextTask();
        // Another run may be at hand by now.
        if (this.#judges !== judges) continue;
        this.#store.set({ history: withQuality(this.#store.state.history, judged) });
      } catch (error) {
        giveUp(judges, error);
      }
    }
    this.#busy = false;
  }

  /** @param {TextSource} source */
  async #open(source) {
    /** @type {Judges} */
    const judges = this.#judges = { source, samples: null, writing: null };
    try {
      const language = talesLanguage(source);
      if (language) await openTales(judges, language);
      else if (source.kind === "text") await openWords(judges, source.documents);
      // Another run may be at hand by now.
      if (this.#judges === judges) this.#follow(this.#store.state);
    } catch (error) {
      giveUp(judges, error);
    }
  }
}

/**
 * What is written can be read without a judge.
 * @param {Judges} judges
 * @param {unknown} error
 */
function giveUp(judges, error) {
  Object.assign(judges, { samples: null, writing: null });
  console.warn("petit-train: what the model writes cannot be judged.", error);
}

/**
 * @param {Judges} judges
 * @param {"fr"|"en"} language
 */
async function openTales(judges, language) {
  const { Judge } = await loadContes();
  const open = () => {
    const [whole, below] = [new Judge(language), new Judge(language)];
    return (/** @type {string} */ prompt, /** @type {string} */ text) => (
      judgeTale(whole, below, prompt, text));
  };
  // Each remembers the text before, which the next one may continue.
  const ofSamples = open();
  judges.writing = open();
  judges.samples = async ({ prompt, texts }) => {
    const judgements = await judgeTales(prompt, texts, ofSamples);
    return { judgements, quality: qualityOfTales(prompt, judgements) };
  };
}

/**
 * @param {Judges} judges
 * @param {readonly string[]} documents
 */
async function openWords(judges, documents) {
  const known = await wordsOf(documents);
  judges.samples = async ({ prompt, texts }) => (
    { judgements: null, quality: known && qualityOfWords(prompt, texts, known) });
}
