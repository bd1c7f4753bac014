/** @file Reading: files of the official writer, and every way in which a file can lie. */

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { floatTensor } from "@atelier/engine";
import { nodeFiles } from "@atelier/engine/node";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { fixture } from "../../testing/fixtures.js";
import { openSafetensors } from "./open-safetensors.js";

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "atelier-safetensors-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Writes a file of a header and some bytes of data, and opens it. */
async function open(header: string | Uint8Array, dataBytes = 0, claimedLength?: bigint) {
  const json = typeof header === "string" ? new TextEncoder().encode(header) : header;
  const file = new Uint8Array(8 + json.length + dataBytes);
  new DataView(file.buffer).setBigUint64(0, claimedLength ?? BigInt(json.length), true);
  file.set(json, 8);
  return openBytes(file);
}

async function openBytes(bytes: Uint8Array) {
  const path = join(folder, "file.safetensors");
  await writeFile(path, bytes);
  return openSafetensors(nodeFiles, path);
}

const tensor = (name: string, begin: number, end: number, shape = `[${(end - begin) / 4}]`) =>
  `"${name}":{"dtype":"F32","shape":${shape},"data_offsets":[${begin},${end}]}`;

describe("openSafetensors", () => {
  it("reads a file of the official writer with every element type", async () => {
    const file = await openSafetensors(nodeFiles, fixture("safetensors", "all-dtypes.safetensors"));
    expect([...file.metadata]).toEqual([["note", "\n\u001f☃"]]);
    expect(file.entries.size).toBe(23);
    const pattern = Array.from({ length: 48 }, (_, i) => i);
    for (const [name, entry] of file.entries) {
      if (!name.startsWith("b.") || name === "b.bool") continue;
      expect(Array.from(await file.readBytes(name)), name).toEqual(pattern);
      expect(entry.byteLength).toBe(48);
    }
    expect(await file.read("b.bool")).toEqual({
      dtype: "bool",
      shape: [2, 2],
      data: Uint8Array.of(1, 0, 0, 1),
    });
    expect((await file.read("b.int64")).data[1]).toBe(0x0f0e0d0c0b0a0908n);
    expect((await file.read("b.float16")).data[1]).toBe(0x0302);
    expect(await file.read('é\n\u0001"/')).toEqual(floatTensor([2.5], []));
    expect((await file.readFloat32("\u{1f600}")).shape).toEqual([0, 3]);
    await file.close();
  });

  it("says which types it cannot give as a host tensor or as floats", async () => {
    const file = await openSafetensors(nodeFiles, fixture("safetensors", "all-dtypes.safetensors"));
    await expect(file.read("b.uint16")).rejects.toThrow(/got U16/);
    await expect(file.readFloat32("b.int32")).rejects.toMatchObject({ code: "dtype" });
    await expect(file.readFloat32("b.float4_e2m1fn_x2")).rejects.toThrow(/got F4/);
    await expect(file.readFloat32("absent")).rejects.toMatchObject({ code: "weights" });
    await file.close();
  });

  it("accepts a header without padding, in any order, with tensors of no elements", async () => {
    const header = `{${tensor("b", 4, 8)},${tensor("a", 0, 4)},${tensor("e", 4, 4)}}`;
    const file = await open(header, 8);
    expect([...file.entries.keys()]).toEqual(["b", "a", "e"]);
    expect(file.entries.get("b")?.byteOffset).toBe(8 + header.length + 4);
    await file.close();
  });
});

describe("a damaged or hostile file is refused", () => {
  const refused: readonly (readonly [string, string | Uint8Array, number, RegExp])[] = [
    [
      "a gap between tensors",
      `{${tensor("a", 0, 4)},${tensor("b", 8, 12)}}`,
      12,
      /begin at byte 4, got 8: a gap/,
    ],
    ["a gap before the first tensor", `{${tensor("a", 4, 8)}}`, 8, /begin at byte 0, got 4/],
    [
      "overlapping tensors",
      `{${tensor("a", 0, 8)},${tensor("b", 4, 12)}}`,
      12,
      /got 4: an overlap/,
    ],
    ["data past the end", `{${tensor("a", 0, 8)}}`, 4, /expected 8 bytes of data, got 4/],
    ["bytes after the last tensor", `{${tensor("a", 0, 4)}}`, 5, /expected 4 bytes of data, got 5/],
    ["data without tensors", "{}", 4, /expected 0 bytes of data, got 4/],
    [
      "a shape that needs more bytes",
      `{${tensor("a", 0, 4, "[2]")}}`,
      4,
      /expected 8 bytes for "a" \(F32 \[2\]\), got 4/,
    ],
    ["a scalar of the wrong size", `{${tensor("a", 0, 8, "[]")}}`, 8, /expected 4 bytes/],
    ["an end before its begin", `{${tensor("a", 4, 0, "[1]")}}`, 4, /begin at byte 0/],
    [
      "a shape whose size overflows",
      `{${tensor("a", 0, 0, "[4294967296,4294967296,0]")}}`,
      0,
      /whole number of bytes/,
    ],
    ["a negative extent", `{${tensor("a", 0, 4, "[-1]")}}`, 4, /integer from 0/],
    ["a huge extent", `{${tensor("a", 0, 4, "[18446744073709551616]")}}`, 4, /integer from 0/],
    ["a fractional extent", `{${tensor("a", 0, 4, "[1.5]")}}`, 4, /integer from 0/],
    ["an extent in exponent form", `{${tensor("a", 0, 4, "[1e0]")}}`, 4, /integer from 0/],
    ["a nested shape", `{${tensor("a", 0, 4, "[[[[1]]]]")}}`, 4, /integer from 0/],
    ["a shape that is no array", `{${tensor("a", 0, 4, '"1"')}}`, 4, /expected "\["/],
    ["one offset", '{"a":{"dtype":"F32","shape":[1],"data_offsets":[0]}}', 4, /two data_offsets/],
    [
      "three offsets",
      '{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4,8]}}',
      4,
      /two data_offsets/,
    ],
    [
      "half a byte",
      '{"a":{"dtype":"F4","shape":[1],"data_offsets":[0,0]}}',
      0,
      /whole number of bytes/,
    ],
    [
      "an unknown dtype",
      '{"a":{"dtype":"F33","shape":[1],"data_offsets":[0,4]}}',
      4,
      /known dtype of "a", got "F33"/,
    ],
    [
      "a dtype that objects inherit",
      '{"a":{"dtype":"toString","shape":[1],"data_offsets":[0,4]}}',
      4,
      /known dtype/,
    ],
    ["a missing field", '{"a":{"dtype":"F32","shape":[1]}}', 4, /got fewer/],
    [
      "an unknown field",
      '{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4],"x":{"y":1}}}',
      4,
      /got "x"/,
    ],
    [
      "a repeated field",
      '{"a":{"dtype":"F32","dtype":"F16","shape":[1],"data_offsets":[0,4]}}',
      4,
      /got "dtype" again/,
    ],
    [
      "a repeated tensor",
      `{${tensor("a", 0, 4)},${tensor("a", 4, 8)}}`,
      8,
      /each key once, got "a" again/,
    ],
    ["repeated metadata", '{"__metadata__":{"k":"1","k":"2"}}', 0, /got "k" again/],
    ["two metadata objects", '{"__metadata__":{},"__metadata__":{}}', 0, /again/],
    ["metadata that is no string", '{"__metadata__":{"k":1}}', 0, /expected a string/],
    ["nested metadata", '{"__metadata__":{"k":{"l":"m"}}}', 0, /expected a string/],
    ["metadata that is no object", '{"__metadata__":"x"}', 0, /expected "\{"/],
    ["a tensor named __proto__", `{${tensor("__proto__", 0, 4)}}`, 4, /got "__proto__"/],
    ["metadata named __proto__", '{"__metadata__":{"__proto__":"x"}}', 0, /got "__proto__"/],
    ["an array as header", "[]", 0, /expected "\{"/],
    ["an empty header", "", 0, /expected "\{".*got the end/],
    ["text after the header", "{} x", 0, /expected the end/],
    ["deep nesting", '{"a":'.repeat(100_000), 0, /dtype, shape or data_offsets/],
    ["bytes that are no UTF-8", Uint8Array.of(0x7b, 0x22, 0xff, 0x22, 0x7d), 0, /header/],
    ["a cut-off header", '{"a":{"dtype":"F32","sha', 0, /string that ends/],
  ];

  it.each(refused)("%s", async (_, header, dataBytes, message) => {
    await expect(open(header, dataBytes)).rejects.toMatchObject({
      code: "format",
      message: expect.stringMatching(message),
    });
    await expect(open(header, dataBytes)).rejects.toThrow(/file\.safetensors: expected|valid/);
  });

  it("an empty file or one shorter than a length", async () => {
    for (const size of [0, 1, 7]) {
      await expect(openBytes(new Uint8Array(size))).rejects.toThrow(
        `expected a safetensors file, got ${size} bytes`,
      );
    }
  });

  it("a header longer than 100 MB, without reading it", async () => {
    await expect(open("{}", 0, 100_000_001n)).rejects.toThrow(/at most 100000000 bytes/);
    await expect(open("{}", 0, 2n ** 64n - 1n)).rejects.toThrow(/at most 100000000 bytes/);
  });

  it("a header longer than the file", async () => {
    await expect(open("{}", 0, 3n)).rejects.toThrow(/header of 3 bytes, got a file of 10/);
  });

  it.each([
    [
      "a Git LFS pointer",
      "version https://git-lfs.github.com/spec/v1\noid sha256:0",
      /Git LFS pointer/,
    ],
    ["a zip of PyTorch", "PK\u0003\u0004 and so on and on", /PyTorch checkpoint/],
    ["a web page", "<!doctype html><html></html>", /web page/],
    ["a JSON file", '{"_class_name":"UNet2DConditionModel"}', /JSON file/],
  ])("%s, with the reason", async (_, text, message) => {
    await expect(openBytes(new TextEncoder().encode(text))).rejects.toThrow(message);
  });
});
