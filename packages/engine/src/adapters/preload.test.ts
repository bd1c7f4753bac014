/** @file Modules that are loaded at once, and such that cannot be. */

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, expect, it } from "vitest";
import { preload } from "./preload.js";

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "atelier-preload-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const from = () => pathToFileURL(join(folder, "main.mjs")).href;

// Otherwise there is nothing to be seen.
it.skipIf(!process.features.require_module)("loads a module with what it imports", async () => {
  await writeFile(join(folder, "inner.mjs"), "export const loaded = [];");
  const source = 'import { loaded } from "./inner.mjs"; process.preloaded = loaded.push("outer");';
  await writeFile(join(folder, "outer.mjs"), source);
  preload("./outer.mjs", from());
  expect(Reflect.get(process, "preloaded")).toBe(1);
  Reflect.deleteProperty(process, "preloaded");
});

it("leaves it to the import to say what is wrong", async () => {
  await writeFile(join(folder, "broken.mjs"), 'throw new Error("broken");');
  await writeFile(join(folder, "waiting.mjs"), "await Promise.resolve();");
  for (const name of ["broken", "waiting", "absent"]) {
    expect(() => preload(`./${name}.mjs`, from())).not.toThrow();
  }
});
