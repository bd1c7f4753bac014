/** @file Numbers are rounded to blocks as ggml rounds them. */

import { widenStored } from "@atelier/engine";
import { nodeFiles } from "@atelier/engine/node";
import { describe, expect, it } from "vitest";
import { fixture } from "../testing/fixtures.js";
import { quantizeBlocks } from "./quantized-blocks.js";
import { openSafetensors } from "./safetensors/open-safetensors.js";

describe.each([
  ["int4", "Q4_0"],
  ["int8", "Q8_0"],
] as const)("%s", (dtype, name) => {
  const rounded = (values: Float32Array): Float32Array => {
    const [codes, scales] = quantizeBlocks("w", values, dtype);
    const bytes = new Uint8Array(codes);
    return widenStored({ dtype, bytes, scales: new Uint16Array(scales.buffer) }) ?? values;
  };

  it(`rounds as ${name} of the gguf package`, async () => {
    await using file = await openRounded();
    const { data } = await file.readFloat32("numbers");
    const { data: expected } = await file.readFloat32(name);
    // ggml rounds with the scale before it is cut to 16 bits: a code may differ where a number lies in the middle.
    const ours = rounded(data);
    const differ = expected.filter((value, i) => value !== ours[i]).length;
    expect(differ).toBeLessThan(0.01 * data.length);
    const error = (values: Float32Array) =>
      values.reduce((sum, value, i) => sum + (value - (data[i] ?? 0)) ** 2, 0);
    expect(error(ours)).toBeLessThanOrEqual(error(expected) * 1.001);
  });

  it("leaves what is rounded as it is", async () => {
    await using file = await openRounded();
    const { data } = await file.readFloat32(name);
    expect(rounded(data).map(Math.abs)).toEqual(data.map(Math.abs));
  });

  it.each([
    ["NaN", Number.NaN],
    ["an infinity", Number.POSITIVE_INFINITY],
    ["what scales of 16 bits do not reach", 1e8],
  ])("refuses %s", (_, value) => {
    const values = new Float32Array(64).fill(0.5);
    values[40] = value;
    expect(() => quantizeBlocks("unet: conv1.weight", values, dtype)).toThrow(
      "unet: conv1.weight: expected finite numbers below",
    );
  });
});

async function openRounded() {
  const file = await openSafetensors(nodeFiles, fixture("gguf/rounded.safetensors"));
  return { ...file, [Symbol.asyncDispose]: () => file.close() };
}
