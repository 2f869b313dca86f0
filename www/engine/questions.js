// Questions to a model: any method of the engine's `Model` that changes nothing.

import { failure } from "./failures.js";

/** Methods of a model that are no questions: they write, or end it. */
const NO_QUESTIONS = ["constructor", "free", "beginTexts", "continueTexts", "writtenTokens"];

/**
 * @param {any} model
 * @param {string} method
 * @param {unknown[]} args
 */
export async function answerTo(model, method, args) {
  const known = Object.getOwnPropertyNames(Object.getPrototypeOf(model));
  if (!known.includes(method) || method.startsWith("_") || NO_QUESTIONS.includes(method)) {
    throw failure("argument_unreadable", `a model cannot be asked: ${method}`);
  }
  return model[method](...args);
}

/**
 * The memory of an answer's arrays, which is handed over instead of copied.
 * @param {any} answer
 * @returns {Transferable[]}
 */
export function buffersOf(answer) {
  const values = answer !== null && typeof answer === "object" ? [answer, ...Object.values(answer)] : [];
  return values.filter((value) => ArrayBuffer.isView(value)).map(({ buffer }) => buffer);
}
