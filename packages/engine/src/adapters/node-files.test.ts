/** @file The local file system: atomic writes, exact reads, and advice in every error. */

import { createHash, randomBytes } from "node:crypto";
import {
  chmod,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  symlink,
  truncate,
  utimes,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { makeFolder, nodeFiles } from "./node-files.js";

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "atelier-files-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const at = (...names: string[]) => join(folder, ...names);
const bytes = (text: string) => new TextEncoder().encode(text);
const isRoot = process.getuid?.() === 0;

async function* failingChunks() {
  yield bytes("half");
  throw new Error("the source broke");
}

describe("writing", () => {
  it("makes missing folders and returns the size", async () => {
    const path = at("a", "b", "file.bin");
    expect(await nodeFiles.write(path, [bytes("one"), bytes(""), bytes("two")])).toBe(6);
    expect(await readFile(path, "utf8")).toBe("onetwo");
    expect(await readdir(at("a", "b"))).toEqual(["file.bin"]);
  });

  it("takes names as long as the file system does, of letters of three bytes each", async () => {
    const path = at(`${"긴".repeat(83)}.txt`);
    await nodeFiles.write(path, [bytes("long")]);
    expect(await readFile(path, "utf8")).toBe("long");
  });

  it("leaves the old file and no temporary one when the source fails midway", async () => {
    await nodeFiles.write(at("file"), [bytes("old")]);
    await expect(nodeFiles.write(at("file"), failingChunks())).rejects.toThrow("the source broke");
    expect(await readFile(at("file"), "utf8")).toBe("old");
    expect(await readdir(folder)).toEqual(["file"]);
  });

  it("shows the old file until the new one is whole", async () => {
    await nodeFiles.write(at("file"), [bytes("old")]);
    const seen: string[] = [];
    async function* chunks() {
      yield bytes("n");
      seen.push(await readFile(at("file"), "utf8"));
      yield bytes("ew");
    }
    await nodeFiles.write(at("file"), chunks());
    expect(seen).toEqual(["old"]);
    expect(await readFile(at("file"), "utf8")).toBe("new");
  });

  it("refuses to replace a folder and removes its temporary file", async () => {
    await mkdir(at("taken"));
    await expect(nodeFiles.write(at("taken"), [bytes("x")])).rejects.toMatchObject({
      code: "file",
      message: expect.stringContaining("A folder stands there"),
    });
    expect(await readdir(folder)).toEqual(["taken"]);
  });

  it("says that a part of the path is a file", async () => {
    await writeFile(at("file"), "x");
    await expect(nodeFiles.write(at("file", "inner"), [bytes("x")])).rejects.toMatchObject({
      code: "file",
    });
  });

  it.skipIf(isRoot)("tells what to do about an unwritable folder (skipped as root)", async () => {
    await mkdir(at("locked"));
    await chmod(at("locked"), 0o500);
    await expect(nodeFiles.write(at("locked", "file"), [bytes("x")])).rejects.toThrow(
      /EACCES.*change the permissions/,
    );
  });

  it.skipIf(process.platform !== "linux")("tells what to do about a full disk", async () => {
    // /dev/full is Linux's device that is always full; a log that is a link to it cannot grow.
    await symlink("/dev/full", at("log"));
    await expect(nodeFiles.append(at("log"), "text")).rejects.toMatchObject({
      code: "file",
      message: expect.stringMatching(/ENOSPC.*free some space/),
    });
  });
});

describe("reading", () => {
  it("reads exactly the bytes asked for, at any offset", async () => {
    await writeFile(at("file"), "0123456789");
    const file = await nodeFiles.open(at("file"));
    expect(file.sizeBytes).toBe(10);
    expect(await file.read(3, 4)).toEqual(new Uint8Array(bytes("3456")));
    expect(await file.read(10, 0)).toEqual(new Uint8Array(0));
    await expect(file.read(8, 3)).rejects.toThrow(/expected 3 bytes at offset 8.*10 bytes/);
    await expect(file.read(-1, 1)).rejects.toMatchObject({ code: "file" });
    await file.close();
  });

  it("hashes exactly the bytes asked for, of any number of pieces", async () => {
    const content = randomBytes(2 ** 22 + 5);
    await writeFile(at("file"), content);
    const file = await nodeFiles.open(at("file"));
    const places = [0, 1, 2 ** 20 - 1, 2 ** 20, 2 ** 20 + 1, 2 ** 21, content.length - 3];
    for (const length of places) {
      const expected = createHash("sha256")
        .update(content.subarray(3, 3 + length))
        .digest("hex");
      expect(await file.sha256(3, length)).toBe(expected);
    }
    await expect(file.sha256(3, content.length)).rejects.toMatchObject({ code: "file" });
    await truncate(at("file"), 2 ** 21);
    await expect(file.sha256(0, content.length)).rejects.toThrow(/cut off or changed/);
    await file.close();
  });

  it("notices a file that shrank after it was opened", async () => {
    await writeFile(at("file"), "0123456789");
    const file = await nodeFiles.open(at("file"));
    await truncate(at("file"), 2);
    await expect(file.read(0, 10)).rejects.toThrow(/cut off or changed/);
    await file.close();
  });

  it("says what stands in the way of opening", async () => {
    await expect(nodeFiles.open(at("missing"))).rejects.toMatchObject({
      code: "file",
      message: expect.stringMatching(/ENOENT.*nothing stands there/),
      context: { path: at("missing"), systemCode: "ENOENT" },
    });
    await expect(nodeFiles.open(folder)).rejects.toThrow(/expected a file, got a folder/);
  });
});

describe("folders and logs", () => {
  it("lists entries by name with kind and size, broken links included", async () => {
    await writeFile(at("b"), "22");
    await mkdir(at("a"));
    await writeFile(at("B"), "1");
    await symlink(at("nowhere"), at("z"));
    const entries = await nodeFiles.list(folder);
    expect(entries.map(({ name, kind }) => [name, kind])).toEqual([
      ["B", "file"],
      ["a", "folder"],
      ["b", "file"],
      ["z", "file"],
    ]);
    expect(entries[2]?.sizeBytes).toBe(2);
    await expect(nodeFiles.list(at("missing"))).rejects.toMatchObject({ code: "file" });
  });

  it("tells a missing path from what stands there", async () => {
    await writeFile(at("file"), "123");
    const changed = new Date("2026-01-02T03:04:05Z");
    await utimes(at("file"), changed, changed);
    expect(await nodeFiles.stat(at("file"))).toEqual({
      ...{ name: "file", kind: "file", sizeBytes: 3 },
      modifiedMs: changed.getTime(),
    });
    expect((await nodeFiles.stat(folder))?.kind).toBe("folder");
    expect(await nodeFiles.stat(at("missing"))).toBeUndefined();
    expect(await nodeFiles.stat(at("file", "below"))).toBeUndefined();
  });

  it("appends to a log, making it and its folder", async () => {
    await nodeFiles.append(at("run", "events.jsonl"), "one\n");
    await nodeFiles.append(at("run", "events.jsonl"), "two\n");
    expect(await readFile(at("run", "events.jsonl"), "utf8")).toBe("one\ntwo\n");
  });

  it("makes folders that stand already, at once as well", async () => {
    const path = at("a", "b", "c");
    await Promise.all([makeFolder(path), makeFolder(path), makeFolder(at("a", "b"))]);
    await makeFolder(path);
    expect(await readdir(at("a", "b"))).toEqual(["c"]);
    await writeFile(at("file"), "");
    await expect(makeFolder(at("file"))).rejects.toMatchObject({ code: "EEXIST" });
    await expect(makeFolder(at("file", "below"))).rejects.toMatchObject({ code: "ENOTDIR" });
  });

  // Node's own `recursive` tries for ever there.
  it.runIf(process.platform === "linux")("says that no folder can be made in /proc", async () => {
    await expect(makeFolder("/proc/nowhere/below")).rejects.toMatchObject({ code: "ENOENT" });
  });

  it("removes files and empty folders, never full ones", async () => {
    await nodeFiles.write(at("full", "file"), [bytes("x")]);
    await expect(nodeFiles.remove(at("full"))).rejects.toThrow(/ENOTEMPTY.*still holds files/);
    await nodeFiles.remove(at("full", "file"));
    await nodeFiles.remove(at("full"));
    await nodeFiles.remove(at("full"));
    expect(await readdir(folder)).toEqual([]);
  });
});
