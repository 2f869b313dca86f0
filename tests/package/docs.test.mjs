// The examples of docs/api.md: they are well typed for whoever installs the package, and they run.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";
import { makeProject } from "./support/project.mjs";

const run = promisify(execFile);
const { project } = await makeProject();
const text = await readFile("docs/api.md", "utf8");
const blocks = [...text.matchAll(/^```js\n(.*?)^```$/gms)].map(([, code]) => code);
// One that ends early would leave the others unseen.
await writeFile(join(project, "examples.js"), `${blocks.join("\n")}\nconsole.log("all of it");\n`);

test("in Node they run to their end, and leave nothing open", { timeout: 300_000 }, async () => {
  const { stdout, stderr } = await run(process.execPath, ["examples.js"], { cwd: project });
  assert.equal(stderr, "");
  assert.match(stdout, /^text_empty false$/m);
  assert.match(stdout, /^all of it$/m);
});

test("their types are those of the package, strictly", async () => {
  const options = [
    "--ignoreConfig", "--noEmit", "--allowJs", "--checkJs", "--strict", "--noImplicitAny", "false",
    "--target", "es2023", "--module", "nodenext", "--lib", "es2023,dom", "--types", "",
  ];
  const check = async (/** @type {string} */ file) => {
    const found = run(resolve("node_modules", ".bin", "tsc"), [...options, file], { cwd: project });
    return found.then(() => "", ({ stdout }) => stdout);
  };
  assert(blocks.length > 8, "the examples were not found");
  assert.equal(await check("examples.js"), "");
  const wrong = 'import { Training } from "petit-train";\n'
    + 'await Training.create({ text: "abc", model: "huge" });\n'
    + 'await Training.create({ text: "abc", train: { batchSize: 3 } });\n'
    + "for await (const step of (await Training.create({ text: [] })).run()) step.lost;\n";
  await writeFile(join(project, "wrong.ts"), wrong);
  const errors = await check("wrong.ts");
  for (const line of [2, 3, 4]) assert.match(errors, new RegExp(`^wrong.ts\\(${line},`, "m"), errors);
});
