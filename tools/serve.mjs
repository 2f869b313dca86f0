// Serves a folder as any static host would, with no special header. `node tools/serve.mjs FOLDER PORT`, or
// imported by the browser tests and the benchmarks.

import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join, resolve, sep } from "node:path";
import { pathToFileURL } from "node:url";

const TYPES = new Map(Object.entries({
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json; charset=utf-8",
  ".md": "text/markdown; charset=utf-8",
  ".png": "image/png",
  ".safetensors": "application/octet-stream",
  ".svg": "image/svg+xml",
  ".txt": "text/plain; charset=utf-8",
  ".wasm": "application/wasm",
}));

/**
 * @param {string} folder
 * @param {object} [options]
 * @param {number} [options.port]  0 takes a free one
 * @param {string} [options.under] path that the folder appears under, "/" at both ends
 * @param {Record<string, string>} [options.more] small files besides the folder's: their text by their path
 *   in it
 * @param {Record<string, string>} [options.types] content types other than the usual ones, by the end of a
 *   file's name
 * @param {Record<string, string>} [options.headers] sent with every file
 * @returns {Promise<{url: string, close: () => Promise<void>}>}
 */
export async function serve(folder, options = {}) {
  const { port = 0, under = "/", more = {}, types = {}, headers: added = {} } = options;
  const root = resolve(folder);
  const server = createServer(async (request, response) => {
    const refuse = (/** @type {number} */ status) => {
      response.writeHead(status, { "content-type": "text/plain" }).end(`${status}\n`);
    };
    if (request.method !== "GET" && request.method !== "HEAD") return refuse(405);
    const path = pathOf(under, request.url ?? "/");
    const type = path && (types[extname(path)] ?? TYPES.get(extname(path)));
    if (!path || !type) return refuse(404);
    const headers = { "content-type": type, "cache-control": "no-cache", ...added };
    if (Object.hasOwn(more, path)) return void response.writeHead(200, headers).end(more[path]);
    const file = await fileOf(root, path);
    if (!file) return refuse(404);
    response.writeHead(200, { ...headers, "content-length": file.size });
    if (request.method === "HEAD") return void response.end();
    createReadStream(file.path).pipe(response);
  });
  await new Promise((ready, failed) => {
    server.once("error", failed);
    server.listen(port, "127.0.0.1", () => ready(undefined));
  });
  const address = /** @type {import("node:net").AddressInfo} */ (server.address());
  return {
    url: `http://127.0.0.1:${address.port}${under}`,
    close: () => new Promise((closed) => {
      server.close(() => closed());
      server.closeAllConnections();
    }),
  };
}

/**
 * The path within the folder that an address asks for, or null.
 * @param {string} under
 * @param {string} address
 */
function pathOf(under, address) {
  try {
    const path = decodeURIComponent(new URL(address, "http://localhost").pathname);
    if (!path.startsWith(under)) return null;
    const inFolder = path.slice(under.length);
    return inFolder === "" || inFolder.endsWith("/") ? `${inFolder}index.html` : inFolder;
  } catch {
    return null;
  }
}

/**
 * The file at a path, or null: there is none, or it lies outside the folder.
 * @param {string} root
 * @param {string} path
 */
async function fileOf(root, path) {
  const full = join(root, path);
  if (path.includes("\0") || !full.startsWith(root + sep)) return null;
  const found = await stat(full).catch(() => null);
  return found?.isFile() ? { path: full, size: found.size } : null;
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const [folder, port] = process.argv.slice(2);
  const { url } = await serve(folder, { port: Number(port) }).catch((error) => {
    console.error(
      error.code === "EADDRINUSE" ? `Port ${port} is taken: ./dev serve OTHER_PORT` : error.message,
    );
    process.exit(1);
  });
  console.log(`Petit Train is at ${url} (Ctrl-C stops it)`);
}
