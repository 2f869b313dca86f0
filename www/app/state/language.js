// Changes the page's language while it is shown.

/** @typedef {import("./settings.js").Language} Language */

/**
 * Fetches the words of a language, then shows the page in it. Where they cannot be had, the reader is told,
 * and the page stays in its language; where another language is asked for meanwhile, that one holds.
 * @param {import("../parts/view.js").App} app
 * @param {Language} language
 */
export async function chooseLanguage({ store, controller, words }, language) {
  try {
    if (!await words.load(language)) return;
  } catch (error) {
    controller.fail({ code: "not_found", params: {}, cause: String(error) });
    return;
  }
  const { language: earlier, given, settings, phase } = store.state;
  // Of now: a default of another language would take its place.
  store.set({ language, given: { text: settings.text, ...given } });
  // The stories follow the language, unless the reader has chosen them or a model has.
  const areTheirs = phase === "idle" && settings.text === `contes-${earlier}`;
  if (areTheirs) controller.choices.change({ text: `contes-${language}` });
}
