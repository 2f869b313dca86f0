// Opens workers of this site, in a sandboxed frame too.

/**
 * @param {URL} address  of a module of this site
 * @param {string} name   for the browser's tools
 * @returns {Worker}
 * @throws {DOMException} where no worker is allowed
 */
export function openWorker(address, name) {
  // A frame without `allow-same-origin` has no origin, so no file is of its own: a script that the page
  // itself makes is allowed, and fetches the module from a host that lets anybody
  // (Access-Control-Allow-Origin), as the page's own were.
  if (globalThis.origin === "null") return new Worker(bootstrap(address), { name });
  return new Worker(address, { type: "module", name });
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
