// The colours of shares of 1, from the page's own ground to the darkest (or, in the dark, the lightest) ink.
// Lightness alone tells the order, so it reads the same with any colour vision, and in print; the square root
// is drawn, since most of what a head gives out comes in small shares.

/** @typedef {readonly [number, number, number]} Colour  red, green, blue, of 255 */

/** @type {Record<"light"|"dark", readonly Colour[]>} */
const STOPS = {
  light: [[252, 247, 237], [249, 220, 158], [238, 164, 88], [204, 92, 66], [140, 42, 78], [58, 18, 58]],
  dark: [[38, 33, 30], [76, 34, 72], [142, 48, 84], [208, 98, 66], [242, 176, 96], [255, 242, 200]],
};

const LAST = 255;

/**
 * A share's place in the table of its colours.
 * @param {number} share  of 1
 * @returns {number} 0 to 255
 */
export function levelOf(share) {
  return Math.round(Math.sqrt(Math.min(1, Math.max(0, share))) * LAST);
}

/**
 * @param {number} level  0 to 255
 * @param {boolean} dark
 * @returns {Colour}
 */
export function colourOfLevel(level, dark) {
  const stops = dark ? STOPS.dark : STOPS.light;
  const at = (level / LAST) * (stops.length - 1);
  const low = Math.min(stops.length - 2, Math.floor(at));
  const mix = (/** @type {0|1|2} */ channel) => (
    Math.round(stops[low][channel] + (at - low) * (stops[low + 1][channel] - stops[low][channel])));
  return [mix(0), mix(1), mix(2)];
}

/**
 * The colours of all levels, as the words that a canvas's pixels are made of.
 * @param {boolean} dark
 * @returns {Uint32Array} [256]
 */
export function pixelTable(dark) {
  const bytes = new Uint8Array((LAST + 1) * 4);
  for (let level = 0; level <= LAST; level++) bytes.set([...colourOfLevel(level, dark), 255], level * 4);
  return new Uint32Array(bytes.buffer);
}

/**
 * Black or white, whichever can be read better: one of them always has a contrast of 4.5 or more.
 * @param {Colour} colour
 */
export function inkFor(colour) {
  // 0.179 is as far from black as from white, as contrasts go.
  return luminance(colour) > 0.179 ? "#000000" : "#ffffff";
}

/**
 * Relative luminance, as WCAG has it.
 * @param {Colour} colour
 */
export function luminance(colour) {
  const [r, g, b] = colour.map((value) => {
    const share = value / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
