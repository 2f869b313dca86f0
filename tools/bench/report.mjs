// What every benchmark prints: a table for people and, with --json, one JSON object as the last line.

import { readFile } from "node:fs/promises";

/**
 * @param {string} title
 * @param {[name: string, value: string | number, unit: string][]} rows
 * @param {Record<string, unknown>} [figures]  for --json
 */
export function report(title, rows, figures) {
  const cells = rows.map(([name, value, unit]) => [
    name,
    typeof value === "number" ? value.toLocaleString("en") : value,
    unit,
  ]);
  const widths = [0, 1].map((column) => Math.max(...cells.map((row) => row[column].length)));
  console.log(`\n${title}`);
  for (const [name, value, unit] of cells) {
    console.log(`  ${name.padEnd(widths[0])}  ${value.padStart(widths[1])}  ${unit}`);
  }
  if (figures && process.argv.includes("--json")) console.log(JSON.stringify(figures));
}

/** @param {number[]} values */
export function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** @param {number} value @param {number} [digits] */
export function rounded(value, digits = 0) {
  return Number(value.toFixed(digits));
}

/**
 * A training text that lies beside the clone, since it is not ours to ship.
 * @param {string} name
 */
export async function sharedText(name) {
  const path = `../shared/data/${name}`;
  return readFile(path, "utf8").catch(() => {
    console.error(`This benchmark needs the text ${path}, which is not there.`);
    process.exit(1);
  });
}
