// The WebGPU engine's operations, each against burn's own on the same GPU: results and gradients.

import { serve } from "../../tools/serve.mjs";
import { BLANK, NO_ICON, browserTest } from "./support/browser_test.mjs";

/** Where `./dev test` puts the module of the checks, which is no part of the page. */
const FOLDER = "target/operations";

browserTest("every operation in kernels of ours agrees with burn's own", {
  minutes: 4,
}, async ({ page, origins }) => {
  const site = await serve(FOLDER, { more: { [BLANK]: `<!doctype html>${NO_ICON}` } });
  origins.add(new URL(site.url).origin);
  try {
    await page.goto(site.url + BLANK);
    // A difference is a panic: its message is in the console, and the call never returns.
    const panic = new Promise((_, reject) => {
      page.on("console", (message) => { if (message.type() === "error") reject(new Error(message.text())); });
    });
    const checks = page.evaluate(async () => {
      const module = await import(new URL("operations.js", location.href).href);
      await module.default();
      await module.checkOperations();
    });
    await Promise.race([checks, panic]);
  } finally {
    await site.close();
  }
});
