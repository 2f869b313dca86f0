// Lets the model on arrival write. What does so comes when it is asked for.

import { View } from "./parts/view.js";

/**
 * @param {boolean} [leads]  whether the reader is led to what it writes
 */
export async function meetArrival(leads = true) {
  const { app } = View;
  /** @type {typeof import("./chapters/write/meet.js")} */
  let meeting;
  try {
    meeting = await import("./chapters/write/meet.js");
  } catch (error) {
    return app.controller.fail({ code: "not_found", params: {}, cause: String(error) });
  }
  await meeting.meet(app, leads);
}
