/** @file Every code of the 16-bit floats, against their definitions. */

import { describe, expect, it } from "vitest";
import { type HalfDType, narrowHalf, widenHalf } from "./half.js";

const codes = Uint16Array.from({ length: 2 ** 16 }, (_, code) => code);

const layouts: Readonly<Record<HalfDType, readonly [exponentBits: number, fractionBits: number]>> =
  { float16: [5, 10], bfloat16: [8, 7] };

/** IEEE 754: (−1)^sign · 2^(exponent − bias) · 1.fraction, without the one where the exponent is 0. */
function meaningOf(code: number, dtype: HalfDType): number {
  const [exponentBits, fractionBits] = layouts[dtype];
  const bias = 2 ** (exponentBits - 1) - 1;
  const sign = code >= 2 ** 15 ? -1 : 1;
  const exponent = Math.floor(code / 2 ** fractionBits) % 2 ** exponentBits;
  const fraction = (code % 2 ** fractionBits) / 2 ** fractionBits;
  if (exponent === 2 ** exponentBits - 1) {
    return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  }
  return exponent === 0
    ? sign * fraction * 2 ** (1 - bias)
    : sign * (1 + fraction) * 2 ** (exponent - bias);
}

describe("widenHalf", () => {
  it.each(["float16", "bfloat16"] as const)("gives the value of every %s", (dtype) => {
    const values = widenHalf(codes, dtype);
    const wrong = codes.filter((code) => !Object.is(values[code], meaningOf(code, dtype)));
    expect([...wrong]).toEqual([]);
    expect(values.length).toBe(codes.length);
  });
});

describe("narrowHalf", () => {
  it.each(["float16", "bfloat16"] as const)(
    "gives every %s back, but one code for all NaN",
    (dtype) => {
      const values = widenHalf(codes, dtype);
      const again = narrowHalf(values, dtype);
      const wrong = codes.filter((code) => again[code] !== code && !Number.isNaN(values[code]));
      expect([...wrong]).toEqual([]);
      expect(narrowHalf(Float32Array.of(65519, 65520, 2 ** -26), "float16")).toEqual(
        Uint16Array.of(0x7bff, 0x7c00, 0),
      );
    },
  );
});
