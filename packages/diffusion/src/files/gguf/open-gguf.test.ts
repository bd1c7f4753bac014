/** @file GGUF files give the values that the gguf package gives, and hostile ones end in sentences. */

import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { nodeFiles } from "@atelier/engine/node";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { fixture } from "../../testing/fixtures.js";
import { openSafetensors } from "../safetensors/open-safetensors.js";
import { openTensorFile } from "../tensor-file.js";

const types = fixture("gguf/types.gguf");

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "atelier-gguf-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

it("unpacks every type to the bits of the gguf package", async () => {
  const expected = await openSafetensors(nodeFiles, fixture("gguf/values.safetensors"));
  const file = await openTensorFile(nodeFiles, types);
  expect([...file.entries.keys()].sort()).toEqual([...expected.entries.keys()].sort());
  expect(file.metadata.get("general.architecture")).toBe("flux");
  for (const name of expected.entries.keys()) {
    const tensor = await file.readFloat32(name);
    expect([name, tensor]).toEqual([name, await expected.readFloat32(name)]);
    const isPacked = name.includes("Q");
    expect(file.entries.get(name)?.isWhole).toBe(isPacked ? false : undefined);
  }
  await file.close();
  await expected.close();
});

/** Little-endian numbers, texts with their lengths, and bytes. */
type Part = { readonly u32: number } | { readonly u64: number } | string | Uint8Array;

function bytesOf(parts: readonly Part[]): Buffer {
  const encoded = parts.map((part) => {
    if (part instanceof Uint8Array) return Buffer.from(part);
    if (typeof part === "string") return bytesOf([{ u64: part.length }, Buffer.from(part)]);
    const bytes = Buffer.alloc("u32" in part ? 4 : 8);
    if ("u32" in part) bytes.writeUInt32LE(part.u32);
    else bytes.writeBigUInt64LE(BigInt(part.u64));
    return bytes;
  });
  return Buffer.concat(encoded);
}

const begin: readonly Part[] = [Buffer.from("GGUF"), { u32: 3 }];
const noData = Buffer.alloc(64);

/** A header with one tensor. */
const oneTensor = (type: number, extents: readonly number[], offset = 0): readonly Part[] => [
  ...[...begin, { u64: 1 }, { u64: 0 }, "w", { u32: extents.length }],
  ...[...extents.map((u64) => ({ u64 })), { u32: type }, { u64: offset }],
];

describe("what is no model is refused", () => {
  it.each<readonly [string, readonly Part[], string]>([
    ["another version", [Buffer.from("GGUF"), { u32: 9 }], "expected version 2 or 3, got 9"],
    ["a cut header", [...begin, { u64: 3 }], "got the end"],
    ["too many tensors", [...begin, { u64: 1e9 }, { u64: 0 }], "at most 100000 tensors"],
    ["too many fields", [...begin, { u64: 0 }, { u64: 1e9 }], "at most 10000 fields"],
    ["a long name", [...begin, { u64: 0 }, { u64: 1 }, { u64: 1e6 }], "at most 4096 bytes"],
    [
      "an endless list",
      [...begin, { u64: 0 }, { u64: 1 }, "a", { u32: 9 }, { u32: 0 }, { u64: 2 ** 50 }],
      "got the end",
    ],
    [
      "lists of lists",
      [...begin, { u64: 0 }, { u64: 1 }, "a", { u32: 9 }, { u32: 9 }, { u64: 1 }],
      "got a list of lists",
    ],
    ["an unknown type of value", [...begin, { u64: 0 }, { u64: 1 }, "a", { u32: 99 }], "got 99"],
    [
      "a language model",
      [...begin, { u64: 0 }, { u64: 1 }, "general.architecture", { u32: 8 }, "llama", noData],
      'got one of "llama"',
    ],
    [
      "a mad alignment",
      [...begin, { u64: 0 }, { u64: 1 }, "general.alignment", { u32: 4 }, { u32: 33 }, noData],
      "a power of two, got 33",
    ],
    ["packing that is not known", [...oneTensor(10, [256]), noData], 'got Q2_K in "w"'],
    ["five axes", [...oneTensor(0, [1, 1, 1, 1, 1]), noData], "at most 4 axes"],
    ["a tensor beyond the end", [...oneTensor(0, [64]), noData], "inside the file"],
    ["one that begins beyond it", [...oneTensor(0, [1], 2 ** 40), noData], "inside the file"],
    ["a size beyond numbers", [...oneTensor(0, [2 ** 40, 2 ** 40]), noData], "inside the file"],
    ["rows that are no blocks", [...oneTensor(2, [31]), noData], "inside the file"],
  ])("%s", async (name, parts, message) => {
    const path = join(folder, `${name}.gguf`);
    await writeFile(path, bytesOf(parts));
    const opening = openTensorFile(nodeFiles, path);
    await expect(opening).rejects.toMatchObject({ code: "format" });
    await expect(opening).rejects.toThrow(message);
    await expect(opening).rejects.toThrow(/take another form of the model\.$/);
  });

  it("a file cut anywhere in its header", async () => {
    const whole = await readFile(types);
    const path = join(folder, "cut.gguf");
    for (const length of [0, 3, 4, 20, 100, 400, 600]) {
      await writeFile(path, whole.subarray(0, length));
      await expect(openTensorFile(nodeFiles, path)).rejects.toMatchObject({ code: "format" });
    }
  });

  it("a web page under its name", async () => {
    const path = join(folder, "page.gguf");
    await writeFile(path, "<!DOCTYPE html><title>Log in</title>");
    await expect(openTensorFile(nodeFiles, path)).rejects.toThrow(
      "This is a web page: download the file again.",
    );
  });
});
