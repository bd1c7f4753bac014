/** @file Kept hashes of stored tensors: read once, and again where the file has changed. */

import { mkdtemp, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { FileStore } from "@atelier/engine";
import { nodeFiles } from "@atelier/engine/node";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { sha256Hex } from "../core/content-hash.js";
import { keepHashes } from "./kept-hashes.js";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "atelier-kept-"));
});
afterAll(() => rm(folder, { recursive: true }));

const halves = [0, 4].map((byteOffset) => ({ byteOffset, byteLength: 4 }));
const longAgo = new Date("2026-01-01T00:00:00Z");

/** Node's files, and which of them were opened. */
function counting(): { files: FileStore; opened: string[] } {
  const opened: string[] = [];
  const open: FileStore["open"] = (path) => {
    opened.push(path);
    return nodeFiles.open(path);
  };
  return { files: { ...nodeFiles, open }, opened };
}

/** The hashes of both halves of a file of eight bytes, and how often the file was opened for them. */
async function hashHalves(path: string): Promise<{ hashes: string[]; reads: number }> {
  const { files, opened } = counting();
  const kept = keepHashes(files, join(folder, "hashes"));
  const hashes: string[] = [];
  for (const { byteOffset, byteLength } of halves) {
    const source = { path, byteOffset, byteLength, dtype: "float32", shape: [1] } as const;
    const compute = async () => {
      const file = await files.open(path);
      const bytes = await file.read(byteOffset, byteLength);
      await file.close();
      return sha256Hex(bytes);
    };
    hashes.push(await kept.of(source, compute));
  }
  await kept.save();
  return { hashes, reads: opened.filter((name) => name === path).length };
}

async function weights(name: string, bytes: string, modified = longAgo): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, bytes);
  await utimes(path, modified, modified);
  return path;
}

describe("keepHashes", () => {
  it("hashes a file once, place by place", async () => {
    const path = await weights("once.bin", "aaaabbbb");
    const first = await hashHalves(path);
    expect(first.reads).toBe(2);
    expect(new Set(first.hashes).size).toBe(2);
    expect(await hashHalves(path)).toEqual({ hashes: first.hashes, reads: 0 });
  });

  it("hashes a file again that has another time or another size", async () => {
    const path = await weights("changed.bin", "aaaabbbb");
    const first = await hashHalves(path);
    await weights("changed.bin", "aaaacccc", new Date("2026-01-02T00:00:00Z"));
    const second = await hashHalves(path);
    expect(second.reads).toBe(2);
    expect(second.hashes[0]).toBe(first.hashes[0]);
    expect(second.hashes[1]).not.toBe(first.hashes[1]);
    await weights("changed.bin", "aaaadddd ", new Date("2026-01-02T00:00:00Z"));
    const third = await hashHalves(path);
    expect(third.reads).toBe(2);
    expect(third.hashes[1]).not.toBe(second.hashes[1]);
  });

  it("keeps nothing of a file that was only just written: it may change within the same moment", async () => {
    const path = await weights("new.bin", "aaaabbbb", new Date());
    await hashHalves(path);
    expect((await hashHalves(path)).reads).toBe(2);
  });

  it("hashes again where the record is damaged, and keeps none of values in memory", async () => {
    const path = await weights("damaged.bin", "aaaabbbb");
    const first = await hashHalves(path);
    for (const { name } of await nodeFiles.list(join(folder, "hashes"))) {
      await writeFile(join(folder, "hashes", name), "{");
    }
    expect(await hashHalves(path)).toEqual({ hashes: first.hashes, reads: 2 });
    expect((await hashHalves(path)).reads).toBe(0);
    const { files } = counting();
    const inMemory = { data: new Float32Array(1), dtype: "float32", shape: [1] } as const;
    const kept = keepHashes(files, join(folder, "memory"));
    expect(await kept.of(inMemory, async () => "first")).toBe("first");
    expect(await kept.of(inMemory, async () => "second")).toBe("second");
    await kept.save();
    expect(await nodeFiles.stat(join(folder, "memory"))).toBeUndefined();
  });
});
