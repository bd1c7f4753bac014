/** @file Sharded models: one interface over several files, and indexes that lie. */

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { floatTensor } from "@atelier/engine";
import { nodeFiles } from "@atelier/engine/node";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openShardedSafetensors } from "./open-sharded-safetensors.js";
import { tensorSource, writeSafetensors } from "./write-safetensors.js";

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "atelier-shards-"));
  const metadata = new Map([["format", "pt"]]);
  await writeSafetensors(nodeFiles, join(folder, "m-1.safetensors"), [source("a", 1)]);
  const second = [source("b", 2), source("c", 3)];
  await writeSafetensors(nodeFiles, join(folder, "m-2.safetensors"), second, { metadata });
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const source = (name: string, value: number) => tensorSource(name, floatTensor([value], [1]));
const whole = { a: "m-1.safetensors", b: "m-2.safetensors", c: "m-2.safetensors" };

async function open(index: unknown) {
  const path = join(folder, "model.safetensors.index.json");
  await writeFile(path, typeof index === "string" ? index : JSON.stringify(index));
  return openShardedSafetensors(nodeFiles, path);
}

describe("openShardedSafetensors", () => {
  it("reads every tensor from the shard that holds it", async () => {
    const model = await open({ metadata: { total_size: 12 }, weight_map: whole });
    expect([...model.entries.keys()]).toEqual(["a", "b", "c"]);
    for (const [name, value] of [
      ["a", 1],
      ["b", 2],
      ["c", 3],
    ] as const) {
      expect(await model.readFloat32(name)).toEqual(floatTensor([value], [1]));
      expect(await model.read(name)).toEqual(floatTensor([value], [1]));
      expect(await model.readBytes(name)).toHaveLength(4);
    }
    expect(model.entries.get("c")?.file).toBe(join(folder, "m-2.safetensors"));
    expect(model.metadata.get("format")).toBe("pt");
    await expect(model.read("d")).rejects.toMatchObject({ code: "weights" });
    await model.close();
  });

  it.each([
    ["text that is no JSON", "{", /expected JSON/],
    ["no weight_map", {}, /weight_map, got none/],
    ["an array as weight_map", { weight_map: [] }, /weight_map, got none/],
    ["a shard that is no string", { weight_map: { a: 1 } }, /beside the index, got 1/],
    ["a shard in another folder", { weight_map: { a: "../m.safetensors" } }, /beside the index/],
    ["an absolute shard", { weight_map: { a: "/etc/m.safetensors" } }, /beside the index/],
    ["a Windows path", { weight_map: { a: "C:\\m.safetensors" } }, /beside the index/],
    [
      "a tensor in the wrong shard",
      { weight_map: { ...whole, b: "m-1.safetensors" } },
      /"b" in m-1/,
    ],
    [
      "a tensor that no shard holds",
      { weight_map: { ...whole, d: "m-1.safetensors" } },
      /"d" in m-1/,
    ],
    [
      "a tensor that is not listed",
      { weight_map: { a: "m-1.safetensors", b: "m-2.safetensors" } },
      /"c" in no shard/,
    ],
  ])("refuses %s", async (_, index, message) => {
    await expect(open(index)).rejects.toMatchObject({
      code: "format",
      message: expect.stringMatching(message),
    });
  });

  it("names the shard that is missing", async () => {
    await expect(open({ weight_map: { a: "m-9.safetensors" } })).rejects.toMatchObject({
      code: "file",
      message: expect.stringContaining("m-9.safetensors"),
    });
  });
});
