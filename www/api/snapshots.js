// The snapshots of a training: its weights at its milestones, in a byte a number. They are `Blob`s on this
// side of the worker, as checkpoints are: a worker that dies takes none with it, its memory keeps none, and a
// browser may lay them on its disk. To be asked, one is lent to the engine for as long as a question takes.

/** @typedef {{step: number, blob: Blob}} Snapshot */

/** Bytes of all snapshots of a training, at most: some forty of a million numbers, eight of five millions. */
export const MAX_SNAPSHOT_BYTES = 40_000_000;

/** Steps of the beginning, in which a model learns the most. */
const BEGINNING = 100;

/**
 * Where there is no room for all, the one goes whose neighbours are nearest to each other, by ratio. So the
 * first and the last stay, and those between spread evenly, closer together at the beginning, where a hundred
 * steps change more than they do later.
 * @param {readonly Snapshot[]} snapshots  oldest first
 * @param {Snapshot} newest
 * @param {number} [most]  bytes
 * @returns {readonly Snapshot[]} with the newest, in at most so many bytes; two at least
 */
export function withSnapshot(snapshots, newest, most = MAX_SNAPSHOT_BYTES) {
  const kept = [...snapshotsUntil(snapshots, newest.step - 1), newest];
  const bytes = () => kept.reduce((sum, { blob }) => sum + blob.size, 0);
  while (kept.length > 2 && bytes() > most) {
    const gaps = kept.slice(2).map(({ step }, index) => latenessOf(step) - latenessOf(kept[index].step));
    kept.splice(1 + gaps.indexOf(Math.min(...gaps)), 1);
  }
  return kept;
}

/** @param {number} step */
function latenessOf(step) {
  return Math.log(step + BEGINNING);
}

/**
 * @param {readonly Snapshot[]} snapshots
 * @param {number} step
 * @returns {readonly Snapshot[]} those that are not of a later step; the same list where that is all of them
 */
export function snapshotsUntil(snapshots, step) {
  return snapshots.every((snapshot) => snapshot.step <= step)
    ? snapshots : snapshots.filter((snapshot) => snapshot.step <= step);
}
