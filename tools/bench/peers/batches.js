// What every peer trains on, and how its steps are timed.

/**
 * Windows of a text by characters, drawn as each peer asks for them.
 * @param {string} text
 * @param {{batch_size: number, block_size: number}} shape
 */
export function batchesOf(text, { batch_size, block_size }) {
  const alphabet = [...new Set(text)].sort();
  const ids = new Map(alphabet.map((character, id) => [character, id]));
  const tokens = [...text].map((character) => ids.get(character) ?? 0);
  let state = 12345;
  const next = () => {
    const inputs = new Int32Array(batch_size * block_size);
    const targets = new Int32Array(batch_size * block_size);
    for (let row = 0; row < batch_size; row++) {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      const start = state % (tokens.length - block_size - 1);
      for (let place = 0; place < block_size; place++) {
        inputs[row * block_size + place] = tokens[start + place];
        targets[row * block_size + place] = tokens[start + place + 1];
      }
    }
    return { inputs, targets };
  };
  return { vocabSize: alphabet.length, next };
}

/**
 * @param {number} count
 * @param {() => Promise<number>} step  takes a step and waits for its loss
 */
export async function timeSteps(count, step) {
  const ms = [];
  const losses = [];
  for (let index = 0; index < count; index++) {
    const start = performance.now();
    losses.push(await step());
    ms.push(performance.now() - start);
  }
  return { ms, losses };
}
