/** @file Weights of 16 bits and less, widened to float32 on the host, which is exact. */

import { isHalf, widenHalf } from "./half.js";
import { blockSize, isBlocks, type StoredDType } from "./stored-dtype.js";

/** A float32 weight as it is stored, little-endian and row-major. */
export interface StoredWeight {
  readonly dtype: StoredDType;
  /** Two values of int4 share a byte, the first in its lower half. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Of integers: the float16 scale of each {@link blockSize} in a row. */
  readonly scales?: Uint16Array | undefined;
}

/** The values of a weight; nothing for types that do not stand for float32. */
export function widenStored({ dtype, bytes, scales }: StoredWeight): Float32Array | undefined {
  if (isHalf(dtype)) return widenHalf(new Uint16Array(bytes.buffer, bytes.byteOffset), dtype);
  if (dtype === "float8_e4m3") return Float32Array.from(bytes, (code) => float8Values[code] ?? 0);
  if (!isBlocks(dtype) || scales === undefined) return undefined;
  const factors = widenHalf(scales, "float16");
  const integers = new Int8Array(bytes.buffer, bytes.byteOffset, bytes.length);
  const valueAt =
    dtype === "int8"
      ? (i: number) => integers[i] ?? 0
      : // Shifted up, the sign of four bits is the sign of 32.
        (i: number) => ((bytes[i >> 1] ?? 0) << (i % 2 === 0 ? 28 : 24)) >> 28;
  const values = new Float32Array(factors.length * blockSize);
  for (let i = 0; i < values.length; i++) {
    values[i] = valueAt(i) * (factors[Math.floor(i / blockSize)] ?? 0);
  }
  return values;
}

/** E4M3 without infinities (Micikevicius et al. 2022, arXiv 2209.05433, table 1): bias 7, all ones are NaN. */
const float8Values = Float32Array.from({ length: 256 }, (_, code) => {
  const sign = code >= 128 ? -1 : 1;
  const exponent = (code >> 3) & 15;
  const fraction = code & 7;
  if ((code & 127) === 127) return Number.NaN;
  return sign * (exponent === 0 ? fraction * 2 ** -9 : (8 + fraction) * 2 ** (exponent - 10));
});
