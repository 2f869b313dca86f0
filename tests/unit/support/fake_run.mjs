// A run on a training without an engine, and all that it tells.

import { Run } from "../../../www/engine/run.js";
import { Team } from "../../../www/engine/team.js";

const SAMPLE = { prompt: "Once", length: 3, sampling: {} };

/**
 * @param {import("./fake_training.mjs").FakeTraining} training
 * @param {object} [settings]
 * @param {object|null} [source]
 * @param {any} [position]  of a run that goes on
 */
export function fakeRun(training, settings = {}, source = null, position = null) {
  /** @type {any[]} */
  const events = [];
  const run = new Run(/** @type {any} */ ({
    id: 7, training, team: new Team(/** @type {any} */ (training), 1, /** @type {any} */ ({})), warm: true,
    choice: { engine: "cpu", reason: "chosen", adapter: "" },
    settings: { sample: SAMPLE, ...settings },
    source: source ?? { texts: {}, position: "", next: null, seek: () => training.documents },
    tell: (/** @type {any} */ event) => events.push(event),
  }), new TextEncoder().encode(JSON.stringify({ ...training.state, page: "" })), position);
  return {
    run,
    events,
    /** @param {string} type */
    told: (type) => events.filter((event) => event.type === type),
    /** Turns until nothing is left to do, or until `enough`. @param {() => boolean} [enough] */
    async goOn(enough = () => false) {
      for (let turns = 0; run.busy && !enough(); turns++) {
        if (turns > 100_000) throw new Error("it never ends");
        await run.turn();
      }
    },
  };
}
