// The curves between words, as SVG paths. Of d3-shape the second would be `linkVertical`, one line here, and
// an arch over a line of text is none of its links.

/**
 * A word's box in the frame, in pixels; the height holds the figure below the word.
 * @typedef {{left: number, top: number, width: number, height: number}} Box
 */

/** Pixels that an arch rises at least, and for each pixel across. */
const LOWEST = 12;
const RISE = 0.28;
/** Pixels across of a loop, at most. */
const LOOP = 14;

/**
 * From one word to another: an arch where they stand in one line, else from edge to edge.
 * @param {Box} from
 * @param {Box} to
 * @param {number} room  pixels free above a line
 */
export function arcPath(from, to, room) {
  const start = middle(from);
  const end = middle(to);
  if (from.top === to.top) {
    const { top } = from;
    const across = Math.abs(end - start);
    // A cubic rises to three quarters of where its handles are.
    const handle = top - Math.min(room, LOWEST + across * RISE) / 0.75;
    // A word that looks at itself gets a loop.
    const wide = across === 0 ? Math.min(LOOP, from.width / 2) : 0;
    return `M${start - wide / 2} ${top}C${start - wide} ${handle} `
      + `${end + wide} ${handle} ${end + wide / 2} ${top}`;
  }
  const isUp = to.top < from.top;
  const y = isUp ? from.top : from.top + from.height;
  const target = isUp ? to.top + to.height : to.top;
  const half = (y + target) / 2;
  return `M${start} ${y}C${start} ${half} ${end} ${half} ${end} ${target}`;
}

/** @param {Box} box */
function middle({ left, width }) {
  return left + width / 2;
}
