// What the npm package weighs, each file gzipped as a host would. The WebGPU engine counts apart: it is
// fetched where it is used.

import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

/** @param {string} folder  that tools/package.mjs made */
export async function packageSize(folder) {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const size = { files: 0, bytes: 0, gzip: 0, webgpuGzip: 0 };
  for (const entry of entries.filter((candidate) => candidate.isFile())) {
    const content = await readFile(join(entry.parentPath, entry.name));
    size.files += 1;
    size.bytes += content.length;
    size[entry.name.startsWith("engine_webgpu") ? "webgpuGzip" : "gzip"] += gzipSync(content).length;
  }
  return size;
}
