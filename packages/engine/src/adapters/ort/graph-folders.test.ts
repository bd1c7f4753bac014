import { spawnSync } from "node:child_process";
import { mkdir, mkdtemp, readdir, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { describe, expect, it } from "vitest";
import { makeGraphFolder, sweepGraphFolders } from "./graph-folders.js";

describe("sweepGraphFolders", () => {
  it("removes old folders of processes that are gone, and nothing else", async () => {
    const root = await mkdtemp(join(tmpdir(), "atelier-sweep-"));
    const { pid: gone } = spawnSync(process.execPath, ["--version"]);
    const old = new Date(Date.now() - 2 * 60 * 60 * 1000);
    const add = async (name: string, time?: Date) => {
      const path = join(root, name);
      await mkdir(path);
      await writeFile(join(path, "graph.onnx"), "");
      if (time !== undefined) await utimes(path, old, time);
      return name;
    };
    await add(`atelier-graph-${gone}-left`, old);
    const young = await add(`atelier-graph-${gone}-young`);
    const other = await add("atelier-runs", old);
    const own = basename(await makeGraphFolder(root));
    await utimes(join(root, own), old, old);
    await sweepGraphFolders(root);
    expect((await readdir(root)).sort()).toEqual([young, own, other].sort());
  });

  it("minds no folder that is not there", async () => {
    await expect(sweepGraphFolders("/no/such/folder")).resolves.toBeUndefined();
  });
});
