// A helper of the engine worker (team.js): holds the same model, computes shares of batches, takes the same steps.

import { loadEngine } from "./load.js";

/** @typedef {import("./team.js").Order} Order */

/** @type {import("../../../dist/engine_cpu.js").Session} */
let session;

/** @param {Order} order */
async function obey(order) {
  switch (order.type) {
    case "create": {
      const { engine } = await loadEngine("cpu", (code, cause) => { throw new Error(`${code}: ${cause}`); });
      session = await engine.Session.create(order.options);
      return;
    }
    case "share": {
      const { loss, gradient } = await session.shareOfStep(order.part, order.parts);
      return self.postMessage({ loss, gradient }, { transfer: [gradient.buffer] });
    }
    case "begin":
      session.beginStep(order.loss, order.gradient);
      return;
    case "directions": {
      const directions = await session.shareOfDirections(order.part, order.parts);
      return self.postMessage(directions, { transfer: [directions.buffer] });
    }
    case "end":
      session.endStep(order.directions);
      return;
    case "text":
      session.replaceTrainingText(order.text);
      return;
  }
}

/** Orders are obeyed one after the other. */
let work = Promise.resolve();
self.onmessage = ({ data }) => {
  work = work.then(() => obey(data));
  // Whatever goes wrong ends this worker: the engine worker then does its share.
  work.catch((error) => { setTimeout(() => { throw error; }); });
};
