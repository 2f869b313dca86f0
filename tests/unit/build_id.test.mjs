// A build's files are marked as belonging together.

import assert from "node:assert/strict";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { markBuild } from "../../tools/build_id.mjs";

const LOADER = new URL("../../www/engine/wasm_module.js", import.meta.url);

/** @param {string} wasm */
async function build(wasm) {
  const folder = await mkdtemp(join(tmpdir(), "build-"));
  try {
    await mkdir(join(folder, "engine"));
    await writeFile(join(folder, "engine", "wasm_module.js"), await readFile(LOADER));
    await writeFile(join(folder, "contes.js"), "export default 1;");
    await writeFile(join(folder, "contes_bg.wasm"), wasm);
    await markBuild(folder, ["contes"]);
    const [loader, module] = await Promise.all(
      ["engine/wasm_module.js", "contes.js"].map((file) => readFile(join(folder, file), "utf8")),
    );
    return {
      inLoader: loader.match(/^const BUILD = "(\w+)";$/m)?.[1],
      inModule: module.match(/^export const BUILD = "(\w+)";$/m)?.[1],
    };
  } finally {
    await rm(folder, { recursive: true });
  }
}

test("the loader and what it loads carry the same mark, that of their content", async () => {
  const { inLoader, inModule } = await build("one");
  assert(inLoader);
  assert.equal(inLoader, inModule);
  assert.deepEqual(await build("one"), { inLoader, inModule });
  assert.notEqual((await build("two")).inLoader, inLoader);
});
