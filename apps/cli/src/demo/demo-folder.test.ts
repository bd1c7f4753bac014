/** @file Folders of demos: one each, also when they begin in the same moment. */

import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { nodeFiles } from "@atelier/engine/node";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../testing/run-cli.js";
import { claimFolder } from "./demo-folder.js";

const now = new Date("2026-11-24T05:06:07.890Z");

describe("claimFolder", () => {
  it("gives demos of one moment a folder each, named by the time", async () => {
    const parent = join(temporaryFolder(), "runs");
    const claim = () => claimFolder(nodeFiles, { out: undefined, parent, now });
    const folders = await Promise.all([claim(), claim(), claim(), claim()]);
    const name = "demo-2026-11-24T05-06-07";
    expect(readdirSync(parent).sort()).toEqual([name, `${name}-2`, `${name}-3`, `${name}-4`]);
    expect(new Set(folders.map(({ path }) => path)).size).toBe(4);
  });

  it("locks the folder that is asked for until the demo is over", async () => {
    const out = join(temporaryFolder(), "mine");
    const folder = await claimFolder(nodeFiles, { out, parent: "", now });
    expect(readdirSync(out)).toEqual(["run.lock"]);
    await expect(claimFolder(nodeFiles, { out, parent: "", now })).rejects.toThrow(
      "expected a new or empty folder",
    );
    await folder[Symbol.asyncDispose]();
    expect(readdirSync(out)).toEqual([]);
  });

  it("refuses a disk without room before anything is drawn, and leaves nothing there", async () => {
    const out = join(temporaryFolder(), "full");
    const options = { out, parent: "", now, freeBytes: async () => 39_000_000 };
    await expect(claimFolder(nodeFiles, options)).rejects.toThrow(
      `${out}: expected 40 MB of free space for the adapter and the report, got 39 MB.`,
    );
    expect(existsSync(out)).toBe(false);
    await using folder = await claimFolder(nodeFiles, {
      ...options,
      freeBytes: async () => 40_000_000,
    });
    expect(folder.path).toBe(out);
  });

  it("takes an empty folder, and one that a file manager has shown", async () => {
    const out = join(temporaryFolder(), "empty");
    mkdirSync(out);
    writeFileSync(join(out, ".DS_Store"), "");
    await using folder = await claimFolder(nodeFiles, { out, parent: "", now });
    expect(folder.path).toBe(out);
  });
});
