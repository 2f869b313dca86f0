// A project of a user's, with the package installed.

import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after } from "node:test";
import { makePackage } from "../../../tools/package.mjs";

/** @returns {Promise<{project: string, folder: string}>} where it is, until the tests end; and the package */
export async function makeProject() {
  const project = await mkdtemp(join(tmpdir(), "petit-train-"));
  after(() => rm(project, { recursive: true }));
  const folder = join(project, "package");
  await makePackage(folder);
  await mkdir(join(project, "node_modules"));
  await symlink(folder, join(project, "node_modules", "petit-train"));
  await writeFile(join(project, "package.json"), '{"type": "module"}');
  return { project, folder };
}
