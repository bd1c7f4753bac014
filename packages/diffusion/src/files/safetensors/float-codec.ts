/**
 * @file Floats of other widths to and from float32: widening is exact (float64 excepted),
 * narrowing rounds to the nearest, ties to even, as PyTorch does.
 */

import { AtelierError, byteView, narrowHalf, said, widenHalf } from "@atelier/engine";
import type { SafetensorsDType } from "../../core/safetensors-dtype.js";

/** The float types that float32 values can be stored as. */
export type StoredFloat = "F32" | "F16" | "BF16";

/** A float with few bits: sign, exponent, mantissa; how the largest codes are meant differs. */
interface SmallFloat {
  readonly exponentBits: number;
  readonly mantissaBits: number;
  readonly bias: number;
  /** `ieee`: infinities and NaN; `fn`: only the largest code is NaN; `fnuz`: only "−0" is NaN. */
  readonly special: "ieee" | "fn" | "fnuz";
}

const smallFloats = {
  F8_E5M2: { exponentBits: 5, mantissaBits: 2, bias: 15, special: "ieee" },
  F8_E4M3: { exponentBits: 4, mantissaBits: 3, bias: 7, special: "fn" },
  F8_E5M2FNUZ: { exponentBits: 5, mantissaBits: 2, bias: 16, special: "fnuz" },
  F8_E4M3FNUZ: { exponentBits: 4, mantissaBits: 3, bias: 8, special: "fnuz" },
} as const satisfies Readonly<Record<string, SmallFloat>>;

/** One float32 per code, made on first use. */
const tables = new Map<string, Float32Array>();

/**
 * The values of little-endian floats as float32; float64 is rounded.
 * @throws AtelierError `dtype` for types that are no floats or are packed (F4, F6).
 */
export function widenToFloat32(bytes: Uint8Array, dtype: SafetensorsDType): Float32Array {
  switch (dtype) {
    case "F32":
      return new Float32Array(aligned(bytes, 4));
    case "F64":
      return Float32Array.from(new Float64Array(aligned(bytes, 8)));
    case "F16":
      return widenHalf(new Uint16Array(aligned(bytes, 2)), "float16");
    case "BF16":
      return widenHalf(new Uint16Array(aligned(bytes, 2)), "bfloat16");
    case "F8_E4M3":
    case "F8_E5M2":
    case "F8_E4M3FNUZ":
    case "F8_E5M2FNUZ":
      return lookUp(bytes, table(dtype, smallFloats[dtype]));
    case "F8_E8M0":
      return Float32Array.from(bytes, (code) => (code === 255 ? Number.NaN : 2 ** (code - 127)));
    default:
      throw new AtelierError(
        "dtype",
        said`widenToFloat32: expected floats of 8, 16, 32 or 64 bits, got ${dtype}. Read the raw bytes instead.`,
      );
  }
}

/** The little-endian bytes of float32 values stored as another float type. */
export function narrowFromFloat32(values: Float32Array, dtype: StoredFloat): Uint8Array {
  if (dtype === "F32") return byteView(values);
  return byteView(narrowHalf(values, dtype === "F16" ? "float16" : "bfloat16"));
}

/** The buffer of exactly these bytes, copied where they do not start at a multiple of `size`. */
export function aligned(bytes: Uint8Array, size: number): ArrayBuffer {
  const { buffer, byteOffset, byteLength } = bytes;
  const isWhole = byteOffset === 0 && byteLength === buffer.byteLength && byteLength % size === 0;
  if (isWhole && buffer instanceof ArrayBuffer) return buffer;
  const copy = new ArrayBuffer(byteLength);
  new Uint8Array(copy).set(bytes);
  return copy;
}

function lookUp(codes: Uint8Array, values: Float32Array): Float32Array {
  const result = new Float32Array(codes.length);
  for (let i = 0; i < codes.length; i++) result[i] = values[codes[i] ?? 0] ?? 0;
  return result;
}

function table(name: string, format: SmallFloat): Float32Array {
  const known = tables.get(name);
  if (known !== undefined) return known;
  const length = 2 ** (1 + format.exponentBits + format.mantissaBits);
  const values = Float32Array.from({ length }, (_, code) => decode(code, format));
  tables.set(name, values);
  return values;
}

function decode(code: number, format: SmallFloat): number {
  const { exponentBits, mantissaBits, bias, special } = format;
  const signBit = 2 ** (exponentBits + mantissaBits);
  const magnitude = code % signBit;
  const sign = code >= signBit ? -1 : 1;
  const exponent = Math.floor(magnitude / 2 ** mantissaBits);
  const fraction = (magnitude % 2 ** mantissaBits) / 2 ** mantissaBits;
  if (special === "fnuz" && code === signBit) return Number.NaN;
  if (special === "fn" && magnitude === signBit - 1) return Number.NaN;
  if (special === "ieee" && exponent === 2 ** exponentBits - 1) {
    return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  }
  // Exponent 0 marks subnormal numbers, which have no implicit leading one.
  return exponent === 0
    ? sign * fraction * 2 ** (1 - bias)
    : sign * (1 + fraction) * 2 ** (exponent - bias);
}
