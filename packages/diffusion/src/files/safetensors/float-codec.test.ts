/** @file Float conversions against PyTorch 2.13 (test/parity/make-safetensors-fixture.py). */

import { nodeFiles } from "@atelier/engine/node";
import { describe, expect, it } from "vitest";
import { fixture } from "../../testing/fixtures.js";
import { narrowFromFloat32, widenToFloat32 } from "./float-codec.js";
import { openSafetensors, type SafetensorsFile } from "./open-safetensors.js";

const path = fixture("safetensors/float-codec.safetensors");

async function withOracle<T>(use: (file: SafetensorsFile) => Promise<T>): Promise<T> {
  const file = await openSafetensors(nodeFiles, path);
  try {
    return await use(file);
  } finally {
    await file.close();
  }
}

/** Index of the first pair that differs in any bit, NaN being equal to NaN; −1 when none does. */
function firstDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  expect(a.length).toBe(b.length);
  return Array.from(a).findIndex((value, i) => !Object.is(value, b[i]));
}

const codes16 = Uint16Array.from({ length: 65536 }, (_, code) => code);
const bytes16 = new Uint8Array(codes16.buffer);

describe("widening", () => {
  it.each(["F8_E4M3", "F8_E5M2", "F8_E4M3FNUZ", "F8_E5M2FNUZ", "F8_E8M0"] as const)(
    "decodes all 256 codes of %s as PyTorch does",
    async (dtype) => {
      const [codes, expected] = await withOracle(async (file) => [
        await file.readBytes(dtype.toLowerCase()),
        await file.readFloat32(`${dtype.toLowerCase()}.f32`),
      ]);
      expect(firstDifference(widenToFloat32(codes, dtype), expected.data)).toBe(-1);
    },
  );

  it("rounds float64 to float32", () => {
    const bytes = new Uint8Array(Float64Array.of(0.1, -1e300, Number.NaN).buffer);
    expect(widenToFloat32(bytes, "F64")).toEqual(Float32Array.of(0.1, -Infinity, Number.NaN));
  });

  it("reads bytes that start at an odd address", () => {
    const bytes = new Uint8Array(9);
    bytes.set(new Uint8Array(Float32Array.of(1.5, -2).buffer), 1);
    expect(widenToFloat32(bytes.subarray(1), "F32")).toEqual(Float32Array.of(1.5, -2));
  });

  it("refuses integers and packed types", () => {
    expect(() => widenToFloat32(new Uint8Array(4), "I32")).toThrow(/got I32/);
    expect(() => widenToFloat32(new Uint8Array(4), "F4")).toThrow(/got F4/);
  });
});

describe("narrowing", () => {
  it.each(["F16", "BF16"] as const)(
    "rounds random values, ties, subnormals and limits to %s as PyTorch does",
    async (dtype) => {
      const [values, expected] = await withOracle(async (file) => [
        await file.readFloat32("values"),
        await file.readBytes(`values.${dtype.toLowerCase()}`),
      ]);
      expect(firstDifference(narrowFromFloat32(values.data, dtype), expected)).toBe(-1);
    },
  );

  it.each(["F16", "BF16"] as const)("gives back every %s code that was widened", (dtype) => {
    const values = widenToFloat32(bytes16, dtype);
    const isNumber = (_: number, i: number) => !Number.isNaN(values[i]);
    const back = new Uint16Array(narrowFromFloat32(values, dtype).slice().buffer);
    expect(firstDifference(back.filter(isNumber), codes16.filter(isNumber))).toBe(-1);
  });

  it.each(["F16", "BF16"] as const)("keeps NaN in %s", (dtype) => {
    const nan = narrowFromFloat32(Float32Array.of(Number.NaN), dtype);
    expect(widenToFloat32(nan, dtype)).toEqual(Float32Array.of(Number.NaN));
  });
});
