/** @file Weights of eight bits with scales beside them, and what is refused of such files. */

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { byteView } from "@atelier/engine";
import { nodeFiles } from "@atelier/engine/node";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { SafetensorsDType } from "../../core/safetensors-dtype.js";
import { openTensorFile } from "../tensor-file.js";
import { type TensorSource, writeSafetensors } from "./write-safetensors.js";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "atelier-scaled-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

function tensor(
  name: string,
  dtype: SafetensorsDType,
  shape: readonly number[],
  bytes: Uint8Array,
): TensorSource {
  return {
    ...{ name, dtype, shape },
    async *chunks() {
      yield bytes;
    },
  };
}

/** 1, −2, 0.5 and 448 in E4M3. */
const weight = (name: string) => tensor(name, "F8_E4M3", [2, 2], Uint8Array.of(56, 192, 48, 126));
const number = (name: string, value: number, shape: readonly number[] = []) =>
  tensor(name, "F32", shape, byteView(Float32Array.of(value)));
const marker = (name: string) => tensor(name, "F8_E4M3", [2], new Uint8Array(2));

async function open(name: string, tensors: readonly TensorSource[]) {
  const path = join(folder, `${name}.safetensors`);
  await writeSafetensors(nodeFiles, path, tensors);
  return openTensorFile(nodeFiles, path);
}

describe("weights with scales", () => {
  it.each([
    ["older files", "q.scale_weight", [number("q.scale_input", 7), marker("scaled_fp8")]],
    ["newer files", "q.weight_scale", [tensor("q.comfy_quant", "U8", [1], Uint8Array.of(0))]],
  ] as const)("are multiplied by them, as in %s", async (name, scale, others) => {
    const plain = number("k.weight", 5, [1]);
    const file = await open(name, [weight("q.weight"), number(scale, 0.25, [1]), plain, ...others]);
    expect([...file.entries.keys()].sort()).toEqual(["k.weight", "q.weight"]);
    expect(file.entries.get("q.weight")).toMatchObject({
      dtype: "F32",
      isWhole: false,
      scale: 0.25,
    });
    const data = Float32Array.of(0.25, -0.5, 0.125, 112);
    expect(await file.readFloat32("q.weight")).toEqual({ dtype: "float32", shape: [2, 2], data });
    expect(await file.read("q.weight")).toMatchObject({ data });
    expect(await file.readBytes("q.weight")).toEqual(byteView(data));
    expect((await file.read("k.weight")).data).toEqual(Float32Array.of(5));
    await file.close();
  });

  it("without scales are what they are stored as", async () => {
    const file = await open("plain", [weight("q.weight")]);
    expect(file.entries.get("q.weight")?.dtype).toBe("F8_E4M3");
    expect((await file.readFloat32("q.weight")).data).toEqual(Float32Array.of(1, -2, 0.5, 448));
    await file.close();
  });

  it.each<readonly [string, readonly TensorSource[], RegExp]>([
    [
      "that are announced and missing",
      [
        marker("t5.scaled_fp8"),
        weight("t5.q.weight"),
        weight("t5.k.weight"),
        number("t5.q.scale_weight", 1),
      ],
      /a scale for each weight .* as "t5\.scaled_fp8" announces, got none for "t5\.k\.weight"/,
    ],
    [
      "of no weight",
      [number("q.scale_weight", 1)],
      /got a scale beside no weight \("q\.scale_weight"\)/,
    ],
    [
      "of a weight of another type",
      [tensor("q.weight", "U8", [4], new Uint8Array(4)), number("q.weight_scale", 1)],
      /got a scale beside U8 \("q\.weight_scale"\)\. Take another form of the model/,
    ],
    [
      "of which a weight has several",
      [weight("q.weight"), tensor("q.weight_scale", "F32", [2, 1], new Uint8Array(8))],
      /got several scales, \[2, 1\]/,
    ],
    [
      "of four bits",
      [weight("q.weight"), number("q.weight_scale", 1), number("q.weight_scale_2", 1)],
      /got a second scale of weights in four bits \("q\.weight_scale_2"\)/,
    ],
    [
      "and packing of bitsandbytes",
      [tensor("q.weight.quant_state.bitsandbytes__nf4", "U8", [1], Uint8Array.of(0))],
      /got weights packed by bitsandbytes \("q\.weight\.quant_state/,
    ],
    [
      "and packing of SVDQuant",
      [tensor("q.qweight", "I8", [1], Uint8Array.of(0))],
      /got weights packed by SVDQuant or GPTQ \("q\.qweight"\)\. Take another form/,
    ],
  ])("are refused with scales %s", async (name, tensors, message) => {
    const opening = open(name, tensors);
    await expect(opening).rejects.toMatchObject({ code: "weights" });
    await expect(opening).rejects.toThrow(message);
  });

  it("announced below a prefix leave others as they are", async () => {
    const file = await open("prefix", [
      ...[marker("t5.scaled_fp8"), weight("t5.q.weight"), number("t5.q.scale_weight", 2)],
      weight("clip.q.weight"),
    ]);
    expect((await file.readFloat32("clip.q.weight")).data[3]).toBe(448);
    expect((await file.readFloat32("t5.q.weight")).data[3]).toBe(896);
    await file.close();
  });
});
