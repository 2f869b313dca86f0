// The page has no way to the engine but the library that every program has.

import assert from "node:assert/strict";
import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";

const APP = "www/app";
/** The tales' own module, which is no engine: the page tells and judges tales with it. */
const BESIDE = new Set(["loadContes"]);
const IMPORT = /import \{([^}]*)\} from "[./]*\/(api|engine)\/(\w+)\.js"/g;

test("what the page takes from the library, the package exports", async () => {
  const library = await import("../../www/api/index.js");
  let names = 0;
  for (const entry of await readdir(APP, { recursive: true })) {
    if (!entry.endsWith(".js")) continue;
    for (const [, list, folder, file] of (await readFile(join(APP, entry), "utf8")).matchAll(IMPORT)) {
      for (const name of list.split(",").map((item) => item.trim().split(" as ")[0]).filter(Boolean)) {
        names += 1;
        const isLibrary = folder === "api" && name in library;
        assert(isLibrary || BESIDE.has(name), `${entry} imports ${name} from ${folder}/${file}.js`);
      }
    }
  }
  assert(names > 20, `${names} names: the imports were not read`);
});
