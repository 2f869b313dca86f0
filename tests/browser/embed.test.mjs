// The page within another site's page: another origin, no special header on either side.

import assert from "node:assert/strict";
import { serve } from "../../tools/serve.mjs";
import { NO_ICON, browserTest } from "./support/browser_test.mjs";
import { chart, untilPhase, write } from "./support/reader.mjs";

browserTest("it trains and writes in a frame of another origin", {
  minutes: 3,
}, async ({ page, url, origins }) => {
  const address = `${url}#preset=nano&engine=cpu&steps=30`;
  const blog = await serve("tests/browser", {
    more: {
      "index.html": `<!doctype html>${NO_ICON}<iframe src="${address}" width="700" height="900"></iframe>`,
    },
  });
  try {
    origins.add(new URL(blog.url).origin);
    await page.goto(blog.url);
    await page.frameLocator("iframe").locator("#train").click();
    const frame = page.frames()[1];
    assert.notEqual(new URL(frame.url()).origin, new URL(page.url()).origin);
    await untilPhase(frame, "finished");
    assert.equal((await chart(frame)).points, 30);
    // A model of so few steps may end its text early.
    assert((await write(frame, "The cat")).length > "The cat".length);
  } finally {
    await blog.close();
  }
});
