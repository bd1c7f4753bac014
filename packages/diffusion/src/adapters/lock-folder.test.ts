/** @file Locks of run folders: one process at a time, and none forever. */

import { spawnSync } from "node:child_process";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { lockFolder, lockName } from "./lock-folder.js";

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "atelier-lock-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const leave = (content: string) => writeFile(join(folder, lockName), content);

/** The number of a process that has ended. */
const deadPid = () => spawnSync(process.execPath, ["--version"]).pid;

describe("lockFolder", () => {
  it("makes the folder, names this process and leaves nothing behind", async () => {
    const path = join(folder, "new", "run");
    const lock = await lockFolder(path);
    expect(await readdir(path)).toEqual([lockName]);
    expect(JSON.parse(await readFile(join(path, lockName), "utf8"))).toMatchObject({
      pid: process.pid,
    });
    await lock[Symbol.asyncDispose]();
    expect(await readdir(path)).toEqual([]);
  });

  it("lets exactly one of many in", async () => {
    const attempts = await Promise.allSettled(Array.from({ length: 8 }, () => lockFolder(folder)));
    expect(attempts.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    expect(await readdir(folder)).toEqual([lockName]);
  });

  it.each([
    ["a process that is gone", () => JSON.stringify({ pid: deadPid(), host: hostname() })],
    [
      "a process that is gone and whose number is ours by now",
      () => JSON.stringify({ pid: process.pid, host: hostname() }),
    ],
    ["no process", () => "not json"],
    ["nothing", () => ""],
  ])("takes over a lock of %s", async (_, content) => {
    await leave(content());
    await lockFolder(folder);
    expect(JSON.parse(await readFile(join(folder, lockName), "utf8"))).toMatchObject({
      pid: process.pid,
    });
  });

  it.each([
    ["a living process", { pid: process.ppid, host: hostname() }],
    ["another machine", { pid: 1, host: "another-machine" }],
  ])("believes a lock of %s and names it", async (_, holder) => {
    await leave(JSON.stringify(holder));
    await expect(lockFolder(folder)).rejects.toThrow(
      `expected a folder that no run uses, got one that process ${holder.pid} on ${holder.host} is using`,
    );
  });

  it("says what is wrong with a folder that cannot be made", async () => {
    await writeFile(join(folder, "file"), "");
    await expect(lockFolder(join(folder, "file", "run"))).rejects.toThrow(
      /run folder .*: expected a folder that can be written, got ENOTDIR\. Change its permissions/,
    );
  });
});
