// Names every line of source that is longer than 110 characters, and fails where there is one. Texts, the
// page's words and tables are data, and have lines as long as their sentences.
//
//   node tools/long_lines.mjs

import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";

/** Characters: what rustfmt.toml holds Rust to. */
const LONGEST = 110;
const SOURCES = ["*.rs", "*.js", "*.mjs", "*.css", "*.html", "*.sh", "*.py", "*.toml", "dev"];

const listed = execFileSync(
  "git",
  ["ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", ...SOURCES],
  { encoding: "utf8" },
);
// One that has been deleted and not committed yet is still listed.
const files = listed.split("\0").filter((file) => file !== "" && existsSync(file));
const long = files.flatMap((file) => readFileSync(file, "utf8").split("\n")
  .map((line, index) => ({ place: `${file}:${index + 1}`, length: [...line].length }))
  .filter(({ length }) => length > LONGEST));
for (const { place, length } of long) {
  console.error(`${place}: ${length} characters, where ${LONGEST} are the most`);
}
if (files.length === 0) console.error("no source was found to check");
process.exitCode = long.length > 0 || files.length === 0 ? 1 : 0;
