// Opens workers of this site, in a sandboxed frame too.

/**
 * What is used of a worker.
 * @typedef {Pick<Worker, "onmessage"|"onmessageerror"|"onerror"|"terminate"|"postMessage">} OpenWorker
 * @typedef {{type: "module", name: string}} Options  `name` is for the browser's tools
 * @typedef {new (address: URL, options: Options) => OpenWorker} WorkerClass
 */

class BrowserWorker {
  /**
   * @param {URL} address  of a module of this site
   * @param {Options} options
   * @throws {DOMException} where no worker is allowed
   */
  constructor(address, options) {
    // A frame without `allow-same-origin` has no origin, so no file is of its own: a script that the page
    // itself makes is allowed, and fetches the module from a host that lets anybody
    // (Access-Control-Allow-Origin), as the page's own were.
    const { name } = options;
    if (globalThis.origin === "null") return new globalThis.Worker(bootstrap(address), { name });
    return new globalThis.Worker(address, options);
  }
}

/**
 * What opens workers here: a class whose constructor gives another object. It has this name, and is called as
 * `new Worker(new URL("…", import.meta.url), …)`, because that is how bundlers know the files of workers.
 */
export let Worker = /** @type {WorkerClass} */ (/** @type {unknown} */ (BrowserWorker));

/** @param {WorkerClass} other  takes its place, as in Node */
export function openWorkersWith(other) {
  Worker = other;
}

/**
 * Not a module itself: in such a frame browsers refuse module workers made of blobs. What comes before the
 * module is there waits for it.
 * @param {URL} address
 * @returns {string}
 */
function bootstrap(address) {
  const script = `
    const early = [];
    self.onmessage = (event) => early.push(event);
    import(${JSON.stringify(address.href)}).then(
      () => early.forEach((event) => self.onmessage(event)),
      (error) => setTimeout(() => { throw error; }));`;
  return URL.createObjectURL(new Blob([script], { type: "text/javascript" }));
}
