// What a program does with the package: the same file in a bare page, in a bundle and in Node.

import { EngineFailure, Model, Training } from "petit-train";

const TEXT = "Le petit train va loin. Le petit chat boit du lait. La nuit, le train dort. ".repeat(30);
const SEED = 7;

/** @param {AsyncIterable<{text: string}>} pieces */
async function joined(pieces) {
  let text = "";
  for await (const piece of pieces) text += piece.text;
  return text;
}

/** @param {BufferSource} bytes */
async function hashOf(bytes) {
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return [...hash].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** @param {Promise<unknown>} promise @returns {Promise<string>} */
async function codeOf(promise) {
  try {
    await promise;
    return "no failure";
  } catch (error) {
    return error instanceof EngineFailure ? error.code : String(error);
  }
}

/** Everything that the same seed decides, and the codes of what is refused. */
export async function consume() {
  const training = await Training.create({
    text: TEXT, model: "nano", train: { steps: 60 }, engine: "cpu", workers: 2,
  });
  const losses = [];
  for await (const { loss } of training.run({ steps: 25 })) losses.push(loss);
  const paused = [training.state, losses.length];
  for await (const { loss } of training.run()) losses.push(loss);
  training.further(10);
  for await (const { loss } of training.run()) losses.push(loss);
  const { model } = training;
  const text = await joined(model.write("Le ", { length: 80, seed: SEED }));
  const { tokens, attention, candidates } = await model.look("Le petit");
  const score = await model.score("Le petit train");
  const refused = [
    await codeOf(model.score("漢")),
    await codeOf(Model.open(new Blob(["no model"]))),
    await codeOf(Model.open("nothing-here.safetensors")),
    await codeOf(Training.create({ text: "", model: "nano" })),
    await codeOf(Training.create({ text: TEXT, model: /** @type {any} */ ("huge") })),
  ];
  const file = await training.save();
  const folder = await training.toHuggingFace({ name: "trial" });
  training.close();
  const reopened = [];
  for (const what of [file, folder, URL.createObjectURL(file)]) {
    const opened = await Model.open(what);
    reopened.push(await joined(opened.write("Le ", { length: 80, seed: SEED })));
    opened.close();
  }
  const again = await Training.open(file, { text: TEXT, engine: "cpu" });
  again.further(5);
  for await (const { loss } of again.run()) losses.push(loss);
  again.close();
  return {
    losses, paused, text, reopened, tokens, attention: await hashOf(attention), candidates, score, refused,
    weights: await hashOf(await file.arrayBuffer()), tales: await tellTales(),
  };
}

/** Tales come from a module of their own. */
async function tellTales() {
  const training = await Training.create({
    text: "contes-en", model: "nano", train: { steps: 5 }, engine: "cpu", workers: 1,
  });
  const losses = [];
  for await (const { loss } of training.run()) losses.push(loss);
  training.close();
  return losses;
}
