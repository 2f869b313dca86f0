// The wasm modules of the page, which lie beside its folders. The package has a file of this name of its own
// (tools/package), since bundlers must see each address.

/**
 * The build that this file is of, written here by tools/build_id.mjs; "" where the page is served unbuilt.
 */
const BUILD = "";

/**
 * @param {string} name
 * @returns {Promise<any>} the module, started
 */
export async function startModule(name) {
  const version = BUILD === "" ? "" : `?v=${BUILD}`;
  const address = (/** @type {string} */ ending) =>
    new URL(`../${name}${ending}${version}`, import.meta.url).href;
  const module = await import(address(".js"));
  const { BUILD: given = "" } = module;
  if (given !== BUILD) throw new WebAssembly.LinkError(`build "${given}" met a page of build "${BUILD}"`);
  await module.default({ module_or_path: address("_bg.wasm") });
  return module;
}
