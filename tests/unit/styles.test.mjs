// Every chapter's styles hold for the whole page once it is loaded: a class that a rule names without saying
// where must be that chapter's own.

import assert from "node:assert/strict";
import { readFile, readdir } from "node:fs/promises";
import { test } from "node:test";
import { CHAPTERS } from "../../www/app/chapters.js";

const FOLDER = new URL("../../www/app/chapters/", import.meta.url);

test("no chapter's rules reach into another", async () => {
  const chapters = await Promise.all(CHAPTERS.map(async ({ name }) => ({
    name, open: openClasses(await sources(name, ".css")), used: usedClasses(await sources(name, ".js")),
  })));
  const found = [];
  for (const { name, open } of chapters) {
    for (const other of chapters.filter((candidate) => candidate.name !== name)) {
      const both = [...open].filter((each) => other.used.has(each));
      if (both.length > 0) found.push(`${name}'s rules for .${both.join(", .")} reach into ${other.name}`);
    }
  }
  assert.deepEqual(found, []);
});

/**
 * @param {string} name
 * @param {string} ending
 */
async function sources(name, ending) {
  const folder = new URL(`${name}/`, FOLDER);
  const files = (await readdir(folder)).filter((file) => file.endsWith(ending));
  return (await Promise.all(files.map((file) => readFile(new URL(file, folder), "utf8")))).join("\n");
}

/** Classes that a selector consists of, or begins with. @param {string} css @returns {Set<string>} */
function openClasses(css) {
  const rules = css.replace(/\/\*.*?\*\//gs, "").matchAll(/(?<=^|[{}])([^{}@]+)\{/g);
  const selectors = [...rules].flatMap(([, list]) => list.split(",")).map((selector) => selector.trim());
  return new Set(selectors.flatMap((selector) => selector.match(/^\.([\w-]+)/)?.[1] ?? []));
}

/** Classes that elements are given. @param {string} script @returns {Set<string>} */
function usedClasses(script) {
  const given = script.matchAll(/\b(?:class: |className = |classList\.\w+\()["`]([^"`]*)["`]/g);
  return new Set([...given].flatMap(([, list]) => list.split(/[^\w-]+/)).filter((each) => each !== ""));
}
