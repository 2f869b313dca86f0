// From a probability to a colour. Its lightness alone tells the order, so it reads the same with any colour vision,
// and in print; its square root is drawn, since most of what a head gives out comes in small shares.

/** @typedef {readonly [number, number, number]} Colour */

/** From the page's own ground to the darkest (or, in the dark, the lightest) ink. */
const STOPS = {
  light: /** @type {Colour[]} */ ([[252, 247, 237], [249, 220, 158], [238, 164, 88], [204, 92, 66], [140, 42, 78], [58, 18, 58]]),
  dark: /** @type {Colour[]} */ ([[38, 33, 30], [76, 34, 72], [142, 48, 84], [208, 98, 66], [242, 176, 96], [255, 242, 200]]),
};

export const darkScheme = matchMedia("(prefers-color-scheme: dark)");

/**
 * @param {number} share  of 1
 * @returns {Colour}
 */
export function colourOf(share) {
  const stops = darkScheme.matches ? STOPS.dark : STOPS.light;
  const at = Math.sqrt(Math.min(1, Math.max(0, share))) * (stops.length - 1);
  const low = Math.min(stops.length - 2, Math.floor(at));
  const mix = at - low;
  const [r, g, b] = stops[low].map((from, channel) => Math.round(from + mix * (stops[low + 1][channel] - from)));
  return [r, g, b];
}

/** @param {number} share */
export function cssColour(share) {
  return `rgb(${colourOf(share).join(" ")})`;
}

/**
 * Black or white, whichever can be read on the colour of `share`.
 * @param {number} share
 */
export function inkOn(share) {
  const [r, g, b] = colourOf(share);
  return 0.299 * r + 0.587 * g + 0.114 * b > 135 ? "#1f1a17" : "#ffffff";
}
