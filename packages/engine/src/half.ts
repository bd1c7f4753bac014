/** @file The 16-bit floats that weights are stored in, widened to float32, which is exact. */

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
