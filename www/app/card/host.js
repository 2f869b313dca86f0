// What a card tells the article that it stands in: how high it is, how far its training has come, and that it
// has ended. It hears nothing: whatever a host sends is left where it is.

/** @typedef {import("../state/app_state.js").AppState} AppState */

/** How often steps are told, in milliseconds. */
const PACE_MS = 250;

/** WordPress gives a frame a secret, by which it knows the frame's messages again. */
const SECRET = /^#\?secret=([A-Za-z0-9]+)$/;

/** @param {Record<string, unknown>} message */
function tell(message) {
  // To whom is not known: it holds nothing that only some may know.
  if (parent !== self) parent.postMessage(message, "*");
}

/**
 * Tells the height that the card needs, now and when it changes.
 * @param {HTMLElement} card
 * @param {HTMLElement} sheet  all that is in it
 */
export function tellHeight(card, sheet) {
  const secret = SECRET.exec(location.hash)?.[1];
  let told = 0;
  const look = () => {
    const { paddingTop, paddingBottom, borderTopWidth, borderBottomWidth } = getComputedStyle(card);
    const around = [paddingTop, paddingBottom, borderTopWidth, borderBottomWidth].map(Number.parseFloat);
    const { height: inner } = sheet.getBoundingClientRect();
    const height = Math.ceil(around.reduce((sum, part) => sum + part, inner));
    if (height === told) return;
    told = height;
    tell({ type: "petit-train:height", height });
    if (secret) tell({ message: "height", value: height, secret });
  };
  // At once: a frame that the reader has not come to yet is not drawn, and no size observed.
  look();
  new ResizeObserver(look).observe(sheet);
}

/**
 * Tells how the training goes, also while nobody sees the frame and it is not drawn.
 * @param {import("../state/store.js").Store<AppState>} store
 */
export function tellTraining(store) {
  let step = 0;
  let phase = store.state.phase;
  setInterval(() => {
    const { state } = store;
    const last = state.history.steps.at(-1);
    const ended = state.phase !== phase && (state.phase === "finished" || state.phase === "stopped");
    phase = state.phase;
    if (!last) return;
    const message = { step: last.step, steps: state.info?.last_step ?? last.step, loss: last.loss };
    if (last.step !== step) tell({ type: "petit-train:step", ...message });
    step = last.step;
    if (ended) tell({ type: "petit-train:done", ...message });
  }, PACE_MS);
}
