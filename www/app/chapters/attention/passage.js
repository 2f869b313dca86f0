// Passages of stories in which words refer to each other, for the attention to be looked at.

/** @typedef {import("../../state/app_state.js").Story} Story */
/** @typedef {import("../../state/app_state.js").WordPair} WordPair */

/**
 * Another passage that ends with a word and holds the one that it refers to; at random, of those that the
 * model can see whole. A pronoun says more than an adjective, which stands beside its noun, so pronouns come
 * first.
 * @param {readonly Story[]} stories
 * @param {number} longest  characters
 * @param {string} before   the passage of before
 * @returns {{text: string, links: WordPair[]}|null}
 */
export function choosePassage(stories, longest, before) {
  const all = stories.flatMap((story) => story.links.map((link) => ({ story, link })));
  const visible = all.filter(({ link: { from, to } }) => (
    to.start < from.start && from.end - to.start <= longest));
  const pronouns = visible.filter(({ link }) => link.kind === "refers_to");
  const passages = (pronouns.length > 1 ? pronouns : visible)
    .map(({ story, link }) => cut(story, link.from.end, longest))
    .filter(({ text }) => text !== before);
  return passages[Math.floor(Math.random() * passages.length)] ?? null;
}

/**
 * As much of the story before `end` as is at most `longest`, from the start of a word, with the links inside.
 * @param {Story} story
 * @param {number} end
 * @param {number} longest
 */
function cut({ text, links }, end, longest) {
  const earliest = Math.max(0, end - Math.floor(longest));
  const space = text.slice(Math.max(0, earliest - 1), end).search(/\s/);
  const start = earliest === 0 || space < 0 ? earliest : earliest + space;
  const shift = (/** @type {WordPair["from"]} */ range) => (
    { start: range.start - start, end: range.end - start });
  const inside = links.filter(({ from, to }) => (
    Math.min(from.start, to.start) >= start && Math.max(from.end, to.end) <= end));
  const shifted = inside.map(({ from, to }) => ({ from: shift(from), to: shift(to) }));
  return { text: text.slice(start, end), links: shifted };
}
