/** @file Writing: the same bytes as the official library, and nothing left behind on failure. */

import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { floatTensor, intTensor } from "@atelier/engine";
import { nodeFiles } from "@atelier/engine/node";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { fixture } from "../../testing/fixtures.js";
import { openSafetensors } from "./open-safetensors.js";
import { type TensorSource, tensorSource, writeSafetensors } from "./write-safetensors.js";

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "atelier-safetensors-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const out = () => join(folder, "out.safetensors");
const source = (name: string, values: number[]) =>
  tensorSource(name, floatTensor(values, [values.length]));

describe("writeSafetensors", () => {
  it.each(["all-dtypes.safetensors", "float-codec.safetensors"])(
    "writes %s again byte for byte, whatever the order of its tensors",
    async (name) => {
      const original = await openSafetensors(nodeFiles, fixture("safetensors", name));
      const tensors: TensorSource[] = [];
      for (const [key, { dtype, shape }] of [...original.entries].reverse()) {
        const bytes = await original.readBytes(key);
        tensors.push({
          name: key,
          dtype,
          shape,
          chunks: () => [bytes.subarray(0, 5), bytes.subarray(5)],
        });
      }
      const size = await writeSafetensors(nodeFiles, out(), tensors, {
        metadata: original.metadata,
      });
      await original.close();
      const expected = await readFile(fixture("safetensors", name));
      expect(size).toBe(expected.length);
      expect(expected.equals(await readFile(out()))).toBe(true);
    },
  );

  it("keeps metadata in the order it is given", async () => {
    const metadata = new Map([
      ["z", "1"],
      ["a", "2"],
    ]);
    await writeSafetensors(nodeFiles, out(), [], { metadata });
    expect(await readFile(out(), "latin1")).toContain('{"__metadata__":{"z":"1","a":"2"}}');
  });

  it("stores float32 in 16 bits on request, and nothing else", async () => {
    const tensors = [
      tensorSource("half", floatTensor([1, -0.1], [2]), { dtype: "F16" }),
      tensorSource("brain", floatTensor([1, -0.1], [2]), { dtype: "BF16" }),
      tensorSource("ids", intTensor([3], [1])),
    ];
    await writeSafetensors(nodeFiles, out(), tensors);
    const file = await openSafetensors(nodeFiles, out());
    expect(await file.readFloat32("half")).toEqual(floatTensor([1, -0.0999755859375], [2]));
    expect(await file.readFloat32("brain")).toEqual(floatTensor([1, -0.10009765625], [2]));
    expect(await file.read("ids")).toEqual(intTensor([3], [1]));
    await file.close();
    const large = floatTensor([1e5], [1]);
    expect(() => tensorSource("x", large, { dtype: "F16" })).toThrow(/fit F16.*BF16 or F32/);
    expect(() => tensorSource("ids", intTensor([3], [1]), { dtype: "F16" })).toThrow(/got int64/);
  });

  it("writes a slice of a larger array, not the whole of it", async () => {
    const values = Float32Array.of(1, 2, 3, 4).subarray(1, 3);
    for (const dtype of ["F32", "F16"] as const) {
      await writeSafetensors(nodeFiles, out(), [
        tensorSource("x", floatTensor(values, [2]), { dtype }),
      ]);
      const file = await openSafetensors(nodeFiles, out());
      expect((await file.readFloat32("x")).data).toEqual(Float32Array.of(2, 3));
      await file.close();
    }
  });

  it("refuses repeated and reserved names before it writes", async () => {
    const write = (...names: string[]) =>
      writeSafetensors(
        nodeFiles,
        out(),
        names.map((name) => source(name, [1])),
      );
    await expect(write("a", "a")).rejects.toThrow(/used once, got "a"/);
    await expect(write("__metadata__")).rejects.toMatchObject({ code: "format" });
    await expect(write("__proto__")).rejects.toMatchObject({ code: "format" });
    expect(await readdir(folder)).toEqual([]);
  });

  it("keeps the old file when a source gives fewer bytes than its shape needs", async () => {
    await writeSafetensors(nodeFiles, out(), [source("x", [1])]);
    const before = await readFile(out());
    const short: TensorSource = { ...source("x", [1]), shape: [2] };
    await expect(writeSafetensors(nodeFiles, out(), [short])).rejects.toThrow(
      /expected 8 bytes for "x", got 4/,
    );
    expect(await readFile(out())).toEqual(before);
    expect(await readdir(folder)).toEqual(["out.safetensors"]);
  });
});
