// Whatever was thrown, as a failure that the reader can be told.

/**
 * @param {unknown} error
 * @returns {import("../../api/messages.js").Failure} what a refusal says of itself; of anything else that it
 *   is a bug of the page, which is told like one of the engine
 */
export function failureOf(error) {
  const { failure } = /** @type {{failure?: import("../../api/messages.js").Failure}} */ (error ?? {});
  const cause = error instanceof Error ? error.stack ?? error.message : String(error);
  return failure ?? { code: "page_failed", params: {}, cause };
}
