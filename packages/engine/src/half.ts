/**
 * @file The 16-bit floats: widened to float32, which is exact, and float32 rounded to them, to the nearest, ties
 * to even, as PyTorch does.
 */

/** Floats of 16 bits: IEEE 754's, and the upper half of a float32. */
export type HalfDType = "float16" | "bfloat16";

/** Whether values of this type are floats of 16 bits. */
export function isHalf(dtype: string): dtype is HalfDType {
  return dtype === "float16" || dtype === "bfloat16";
}

/** Float32 bits by code, made on first use. */
let float16Bits: Uint32Array | undefined;

/** The values of 16-bit floats. A NaN stays one. */
export function widenHalf(codes: Uint16Array, dtype: HalfDType): Float32Array {
  const bits = new Uint32Array(codes.length);
  if (dtype === "bfloat16") {
    for (let i = 0; i < bits.length; i++) bits[i] = (codes[i] ?? 0) << 16;
  } else {
    float16Bits ??= Uint32Array.from({ length: 2 ** 16 }, (_, code) => widenFloat16(code));
    for (let i = 0; i < bits.length; i++) bits[i] = float16Bits[codes[i] ?? 0] ?? 0;
  }
  return new Float32Array(bits.buffer);
}

/** The float32 bits of a float16: exponents are moved from bias 15 to 127. */
function widenFloat16(code: number): number {
  const sign = (code & 0x8000) << 16;
  const exponent = (code >>> 10) & 0x1f;
  const fraction = code & 0x3ff;
  if (exponent === 0x1f) return sign | 0x7f800000 | (fraction << 13);
  if (exponent > 0) return sign | ((exponent + 112) << 23) | (fraction << 13);
  // Subnormal numbers count steps of 2⁻²⁴; float32 has them as normal ones.
  const [magnitude = 0] = new Uint32Array(Float32Array.of(fraction * 2 ** -24).buffer);
  return sign | magnitude;
}

/** The codes of float32 values as 16-bit floats. */
export function narrowHalf(values: Float32Array, dtype: HalfDType): Uint16Array {
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length);
  const narrow = dtype === "float16" ? toFloat16 : toBfloat16;
  const codes = new Uint16Array(values.length);
  for (let i = 0; i < codes.length; i++) codes[i] = narrow(bits[i] ?? 0);
  return codes;
}

const half = new Float32Array(1);
const halfBits = new Uint32Array(half.buffer);

function toFloat16(bits: number): number {
  const sign = (bits >>> 16) & 0x8000;
  const magnitude = bits & 0x7fffffff;
  if (magnitude > 0x7f800000) return sign | 0x7e00;
  // 65520 and above round to infinity.
  if (magnitude >= 0x477ff000) return sign | 0x7c00;
  if (magnitude < 0x38800000) {
    // Below 2⁻¹⁴ the result counts steps of 2⁻²⁴, the last place of float32 at 0.5.
    halfBits[0] = magnitude;
    half[0] = (half[0] ?? 0) + 0.5;
    return sign | (halfBits[0] - 0x3f000000);
  }
  const rounded = magnitude + 0xfff + ((magnitude >>> 13) & 1);
  return sign | ((rounded - 0x38000000) >>> 13);
}

function toBfloat16(bits: number): number {
  if ((bits & 0x7fffffff) > 0x7f800000) return 0x7fc0;
  return (bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16;
}
