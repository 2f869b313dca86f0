// How well a reader's model tells tales after so many minutes: the built page, on the CPU engine, driven from
// the click on "Train". The grammar's own judge says how far each tale is right.
//
//   ./dev bench tales [--json] [--language fr] [--minutes 1,3] [--preset grand] [--rounds 3] [--tales]
//
// Protocol. Each number of minutes is a training of its own, from the page's preset and its own choice of
// tokenizer, with a seed a round (42, 43 …). Its number of steps is all that is set: from the seconds that
// the trainings before it took from the click to the end (loading, tokenizer, evaluations and samples
// included), so that its schedule ends then. What it took in the end is printed. Afterwards, off the clock,
// the model that the page has in use is judged (tales_judge.js):
// - bits a character: its loss over all windows of 300 validation tales by which the training was not judged;
//   the windows do not overlap, and the bits of the tales' ends are in it, as they are in the floor;
// - whole, right: 100 tales written from nothing at temperature 0.5 with seeds 1 to 100: how many are whole
//   tales, and the mean number of characters, the title's included, before the first mistake;
// - title: of 100 titles of the validation part, which no training tale has, after how many the tale that is
//   written (the same temperature and seeds) keeps what its title promises.

import { parseArgs } from "node:util";
import { median, report, rounded } from "./report.mjs";
import { trainInPage } from "./tales_page.mjs";

/** @typedef {import("./tales_judge.js").Judged} Judged */
/** @typedef {{language: "fr"|"en", minutes: number, seconds: number, steps: number, judged: Judged}} Run */

const FIRST_SEED = 42;
/** Steps of the two trainings by which time is first told. */
const TRIALS = [60, 240];
/** Tales that `--tales` prints. */
const PRINTED = 10;

const { values: options } = parseArgs({
  options: {
    json: { type: "boolean" },
    tales: { type: "boolean" },
    language: { type: "string", default: "fr,en" },
    minutes: { type: "string", default: "1,3,10" },
    preset: { type: "string", default: "petit" },
    rounds: { type: "string", default: "1" },
  },
});
const languages = readList(options.language, (name) => (name === "fr" || name === "en" ? name : null));
const minutes = readList(options.minutes, positive).sort((a, b) => a - b);
const [rounds] = readList(options.rounds, positive);

/** @type {Run[]} */
const runs = [];
for (const language of languages) {
  /** Of the trainings so far. @type {{steps: number, seconds: number}[]} */
  const timed = [];
  for (const steps of TRIALS) {
    console.error(`» ${language}: ${steps} steps, to tell the time`);
    const { preset } = options;
    timed.push({ steps, ...await trainInPage({ language, preset, steps, seed: FIRST_SEED, judge: false }) });
  }
  for (let round = 0; round < rounds; round++) {
    for (const time of minutes) {
      const steps = stepsIn(60 * time, timed);
      console.error(`» ${language}, round ${round + 1} of ${rounds}: ${time} min, ${steps} steps`);
      const { preset } = options;
      const seed = FIRST_SEED + round;
      const { seconds, judged } = await trainInPage({ language, preset, steps, seed, judge: true });
      timed.push({ steps, seconds });
      if (!judged) throw new Error("the model was not judged");
      runs.push({ language, minutes: time, seconds, steps, judged });
      if (options.tales) printTales(judged);
    }
  }
}

const cells = languages.flatMap((language) => minutes.map((time) => ({
  language, time, measured: runs.filter((run) => run.language === language && run.minutes === time),
})));
const medians = rounds > 1 ? `, medians of ${rounds} rounds` : "";
report(
  `Tales of ${options.preset} in the page, CPU engine${medians}`,
  cells.flatMap(rowsOf),
  Object.fromEntries(
    cells.flatMap(({ language, time, measured }) => {
      const figure = (/** @type {"bits"|"whole"|"right"|"title"} */ name, digits = 0) => [
        `${language}.${name}_${time}`,
        rounded(median(measured.map(({ judged }) => judged[name])), digits),
      ];
      return [figure("bits", 4), figure("whole"), figure("right", 1), figure("title")];
    }),
  ),
);

/**
 * How many steps a training has whose schedule ends after so many seconds. The loading and the evaluations,
 * of which each training has as many, cost the same whatever its length: the line through the two longest.
 * @param {number} seconds
 * @param {{steps: number, seconds: number}[]} timed
 */
function stepsIn(seconds, timed) {
  const [longest, second] = timed.toSorted((a, b) => b.steps - a.steps);
  const secondsAStep = (longest.seconds - second.seconds) / (longest.steps - second.steps);
  const steps = longest.steps + (seconds - longest.seconds) / secondsAStep;
  // Rounds of one length give no line; then in proportion.
  return Math.max(1, Math.round(
    longest.steps - second.steps > 0.05 * longest.steps && secondsAStep > 0 ? steps
      : longest.steps * seconds / longest.seconds,
  ));
}

/**
 * @param {typeof cells[number]} cell
 * @returns {[string, string|number, string][]}
 */
function rowsOf({ language, time, measured }) {
  const of = (/** @type {(run: Run) => number} */ figure) => median(measured.map(figure));
  const { floor, tokens, tales, windows, workers, vocabulary } = measured[0].judged;
  const length = rounded(of(({ judged }) => judged.length));
  const steps = of((run) => run.steps);
  return [
    [
      `${language}, ${time} min`,
      rounded(
        of(({ seconds }) => seconds),
        1,
      ),
      `s from the click; ${steps} steps, ${rounded(tokens / 1e6, 2)} M tokens, vocabulary of ${vocabulary}, `
        + `${workers} workers`,
    ],
    [
      "  bits a character",
      of(({ judged }) => judged.bits).toFixed(3),
      `floor ${floor.toFixed(3)}; ${windows} windows of ${tales} tales`,
    ],
    ["  whole tales", of(({ judged }) => judged.whole), "of 100"],
    [
      "  right",
      rounded(of(({ judged }) => judged.right)),
      `characters before the first mistake, of ${length}`,
    ],
    ["  keep to an unseen title", of(({ judged }) => judged.title), "of 100"],
  ];
}

/** Tales as they came, with the first mistake of each marked. @param {Judged} judged */
function printTales({ written }) {
  for (const [index, { text, right, whole, instead }] of written.slice(0, PRINTED).entries()) {
    const could = instead.length > 0 ? ` ⟦${instead.join(" | ")}⟧` : " ⟦⟧";
    console.log(`\n${index + 1}. ${text.slice(0, right)}${whole ? "" : could}${text.slice(right)}`);
  }
}

/**
 * @template T
 * @param {string} raw  of an option
 * @param {(item: string) => T|null} read  null where it is none
 * @returns {T[]}
 */
function readList(raw, read) {
  return raw.split(",").map((item) => {
    const value = read(item.trim());
    if (value !== null) return value;
    console.error(`"${raw}" cannot be used; the head of tools/bench/tales.mjs has the options.`);
    process.exit(2);
  });
}

/** @param {string} raw */
function positive(raw) {
  return Number(raw) > 0 ? Number(raw) : null;
}
