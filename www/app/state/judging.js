// Judges what the model at hand writes, as it comes: its samples, and the text that is being written. It
// follows the state, and adds to it what it finds.

import { loadContes } from "../../engine/load.js";
import { judgeTale, qualityOfTales, qualityOfWords, wordsOf } from "./quality.js";
import { withQuality } from "./run_history.js";

/** @typedef {import("./app_state.js").AppState} AppState */
/** @typedef {import("./run_history.js").Sample} Sample */
/** @typedef {import("../../api/messages.js").TextSource} TextSource */

/**
 * What judges the texts of one run.
 * @typedef {object} Judges
 * @property {TextSource} source
 * @property {((sample: Sample) => Pick<Sample, "judgements"|"quality">)|null} samples  once it can; never
 *   where it cannot
 * @property {((prompt: string, text: string) => import("./quality.js").Judgement)|null} writing
 */

export class Judging {
  #store;
  /** @type {Judges|null} */
  #judges = null;

  /** @param {import("./store.js").Store<AppState>} store */
  constructor(store) {
    this.#store = store;
    store.subscribe((state) => this.#follow(state));
    this.#follow(store.state);
  }

  /** @param {AppState} state */
  #follow({ running, history, writing }) {
    if (!running) return;
    if (this.#judges?.source !== running.source) this.#open(running.source);
    const { samples, writing: judge } = this.#judges ?? {};
    const unjudged = history.samples.find(({ quality }) => quality === undefined);
    // One a frame: ten tales are judged in some milliseconds.
    if (samples && unjudged) {
      this.#store.set({ history: withQuality(history, { ...unjudged, ...samples(unjudged) }) });
    }
    if (judge && writing && writing.judgement?.of !== writing.prompt.length + writing.text.length) {
      const { prompt, text } = writing;
      const judgement = { ...judge(prompt, text), of: prompt.length + text.length };
      this.#store.set({ writing: { ...writing, judgement } });
    }
  }

  /** @param {TextSource} source */
  async #open(source) {
    /** @type {Judges} */
    const judges = this.#judges = { source, samples: null, writing: null };
    try {
      if (source.kind === "contes") await openTales(judges, source.language);
      else await openWords(judges, source.documents);
      // Another run may be at hand by now.
      if (this.#judges === judges) this.#follow(this.#store.state);
    } catch (error) {
      // What is written can be read without a judge.
      console.warn("petit-train: what the model writes cannot be judged.", error);
    }
  }
}

/**
 * @param {Judges} judges
 * @param {"fr"|"en"} language
 */
async function openTales(judges, language) {
  const { Judge } = await loadContes();
  // Each remembers the text before, which the next one may continue.
  const [ofSamples, ofWriting] = [new Judge(language), new Judge(language)];
  judges.samples = ({ prompt, texts }) => {
    const judgements = texts.map(({ text }) => judgeTale(ofSamples, prompt, text));
    return { judgements, quality: qualityOfTales(prompt, judgements) };
  };
  judges.writing = (prompt, text) => judgeTale(ofWriting, prompt, text);
}

/**
 * @param {Judges} judges
 * @param {readonly string[]} documents
 */
async function openWords(judges, documents) {
  const known = await wordsOf(documents);
  judges.samples = ({ prompt, texts }) => (
    { judgements: null, quality: known && qualityOfWords(prompt, texts, known) });
}
