// Gives each bare frame of this article the height that its card asks for: what a host may do that lets
// scripts run but has its reasons not to load embed.js (docs/embedding.md).

addEventListener("message", ({ source, origin, data }) => {
  for (const frame of document.querySelectorAll("iframe")) {
    const isItsCard = source === frame.contentWindow && origin === new URL(frame.src).origin;
    const height = data?.type === "petit-train:height" ? data.height : NaN;
    if (isItsCard && height >= 80 && height <= 3000) frame.height = String(Math.ceil(height));
  }
});
