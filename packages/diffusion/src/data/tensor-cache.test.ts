/** @file The cache of tensors: computed once, read back to the bit, never trusted blindly. */

import { mkdtemp, readdir, readFile, rm, stat, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { floatTensor } from "@atelier/engine";
import { nodeFiles } from "@atelier/engine/node";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Setting } from "../core/content-hash.js";
import { createTensorCache, type NamedTensors, type TensorCache } from "./tensor-cache.js";

let folder: string;
let cache: TensorCache;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "atelier-cache-"));
  cache = createTensorCache(nodeFiles, join(folder, "cache"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const settings = { picture: "ab12", width: 64, vae: "f00d", flip: false };
const tensors: NamedTensors = new Map([
  ["mean", floatTensor([1, -2, 0.1, 4], [1, 2, 2])],
  ["logvar", floatTensor([0.5], [1])],
]);

/** Resolves and tells whether the tensors were computed. */
async function resolve(wanted: Setting = settings, result: NamedTensors = tensors) {
  const request = { kind: "latents", settings: wanted, label: "dog.png" } as const;
  return cache.resolve(request, async () => result);
}

/** Path of the first entry. */
async function firstEntry(): Promise<string> {
  const kind = join(folder, "cache", "latents");
  const names = await readdir(kind, { recursive: true });
  return join(kind, names.find((name) => name.endsWith(".safetensors")) ?? "");
}

describe("createTensorCache", () => {
  it("computes once and then reads the same bits", async () => {
    expect(await resolve()).toMatchObject({ isCached: false, warnings: [] });
    const { isCached, tensors: read } = await resolve(settings, new Map());
    expect(isCached).toBe(true);
    expect(new Map([...read].sort())).toEqual(new Map([...tensors].sort()));
  });

  it.each([
    { ...settings, picture: "ab13" },
    { ...settings, width: 72 },
    { ...settings, vae: "f00e" },
    { ...settings, flip: true },
    { ...settings, clipSkip: 0 },
  ])("never reuses an entry for %o", async (changed) => {
    await resolve();
    expect((await resolve(changed)).isCached).toBe(false);
  });

  it("keeps kinds of tensors apart", async () => {
    await resolve();
    const other = { kind: "text-embeddings", settings, label: "dog.png" } as const;
    expect((await cache.resolve(other, async () => tensors)).isCached).toBe(false);
  });

  it.each([
    ["cut short", (path: string) => truncate(path, 40)],
    ["empty", (path: string) => truncate(path, 0)],
    ["not safetensors", (path: string) => writeFile(path, "not a tensor file at all")],
    [
      "flipped in one bit",
      async (path: string) => {
        const bytes = await readFile(path);
        bytes[bytes.length - 1] = (bytes[bytes.length - 1] ?? 0) ^ 1;
        await writeFile(path, bytes);
      },
    ],
  ])("computes an entry again that is %s, and says so", async (_, damage) => {
    await resolve();
    await damage(await firstEntry());
    const again = await resolve();
    expect(again.isCached).toBe(false);
    expect(again.warnings).toMatchObject([
      {
        code: "cache-damaged",
        params: { path: await firstEntry(), kind: "latents", label: "dog.png" },
      },
    ]);
    expect(await resolve()).toMatchObject({ isCached: true, warnings: [] });
  });

  it("does not trust an entry under another entry's name", async () => {
    await resolve();
    const first = await readFile(await firstEntry());
    await cache.clear();
    await resolve({ other: 1 });
    await writeFile(await firstEntry(), first);
    expect((await resolve({ other: 1 })).warnings).toMatchObject([{ code: "cache-damaged" }]);
  });

  it("refuses to store NaN and names the picture", async () => {
    const broken = new Map([["mean", floatTensor([0, Number.NaN], [2])]]);
    await expect(resolve(settings, broken)).rejects.toThrow(
      "latents of dog.png: expected finite numbers, got NaN at element 1 of mean",
    );
    expect(await cache.measure()).toEqual({ entries: 0, sizeBytes: 0 });
  });

  it("measures and clears its own files and no others", async () => {
    await resolve();
    await resolve({ other: 1 });
    const entry = await firstEntry();
    const { size } = await stat(entry);
    const bystander = join(entry, "..", "notes.txt");
    await writeFile(bystander, "mine");
    const leftover = entry.replace(/([0-9a-f]{64}\.safetensors)$/, ".$1.0a-1b.tmp");
    await writeFile(leftover, "half");
    expect(await cache.measure()).toEqual({ entries: 3, sizeBytes: 2 * size + 4 });
    expect(await cache.clear()).toEqual({ entries: 3, sizeBytes: 2 * size + 4 });
    expect(await cache.measure()).toEqual({ entries: 0, sizeBytes: 0 });
    expect(await readFile(bystander, "utf8")).toBe("mine");
  });

  it("says where it could not write", async () => {
    await writeFile(join(folder, "file"), "");
    cache = createTensorCache(nodeFiles, join(folder, "file"));
    await expect(resolve()).rejects.toMatchObject({ code: "file" });
  });
});
