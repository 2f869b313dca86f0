// A helper of the engine worker (team.js): holds the same model, computes shares of batches, takes the same steps.

import { loadEngine } from "./load.js";

/** @typedef {import("./team.js").Order} Order */

/** @type {import("../../../dist/engine_cpu.js").Session} */
let session;
/** Lent to the engine worker with this one's part in it, and given back with the whole. @type {Float32Array} */
let gradient = new Float32Array(0);
/** The same. @type {Float32Array} */
let directions = new Float32Array(0);

/** @param {Order} order */
async function obey(order) {
  switch (order.type) {
    case "create": {
      const { engine } = await loadEngine("cpu", (code, cause) => { throw new Error(`${code}: ${cause}`); });
      session = await engine.Session.create(order.options);
      const { parameters, muon_parameters } = session.info();
      gradient = new Float32Array(parameters);
      directions = new Float32Array(muon_parameters);
      return self.postMessage({ result: null, values: new Float32Array(0) });
    }
    case "share": {
      const result = await session.shareOfStep(order.part, order.parts, gradient);
      return self.postMessage({ result, values: gradient }, { transfer: [gradient.buffer] });
    }
    case "begin":
      gradient = order.values;
      session.beginStep(order.loss, gradient);
      return;
    case "directions": {
      const result = await session.shareOfDirections(order.part, order.parts, directions);
      return self.postMessage({ result, values: directions }, { transfer: [directions.buffer] });
    }
    case "end":
      directions = order.values;
      session.endStep(directions);
      return;
    case "forget":
      directions = order.values;
      return;
    case "text":
      session.replaceTrainingText(order.text);
      return;
    case "resume":
      session.resume(order.step, order.values);
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
