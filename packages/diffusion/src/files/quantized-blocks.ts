/**
 * @file Float32 weights as integers with a scale for each 32 of them in a row, as GGUF's Q8_0 and Q4_0 have
 * them; what was stored so once comes out the same when it is stored again.
 */

import {
  AtelierError,
  type BlockDType,
  blockSize,
  said,
  storedFacts,
  widenHalf,
} from "@atelier/engine";
import { narrowFromFloat32 } from "./safetensors/float-codec.js";

/** The codes, then the float16 scales of all blocks. */
export type BlockBytes = readonly [codes: Uint8Array, scales: Uint8Array];

/**
 * Rounds values to blocks.
 * @param values rows of whole blocks
 * @throws AtelierError `weights` for NaN, infinities, and values beyond what scales in 16 bits reach.
 */
export function quantizeBlocks(where: string, values: Float32Array, dtype: BlockDType): BlockBytes {
  const exact = Float32Array.from({ length: values.length / blockSize }, (_, block) =>
    scaleOf(values, block * blockSize, dtype),
  );
  const scales = narrowFromFloat32(exact, "F16");
  const rounded = widenHalf(new Uint16Array(scales.buffer), "float16");
  if (!rounded.every(Number.isFinite)) {
    throw new AtelierError(
      "weights",
      said`${where}: expected finite numbers below ${dtype === "int8" ? 8e6 : 5e5}, got others. The file is damaged or belongs to a model that cannot be stored in ${dtype}.`,
    );
  }
  const [least, largest] = dtype === "int8" ? [-127, 127] : [-8, 7];
  const codes = new Uint8Array((values.length * storedFacts(dtype).bits) / 8);
  for (let i = 0; i < values.length; i++) {
    const scale = rounded[Math.floor(i / blockSize)] ?? 0;
    const exactCode = scale === 0 ? 0 : (values[i] ?? 0) / scale;
    const code = Math.min(largest, Math.max(least, roundHalfAway(exactCode)));
    if (dtype === "int8") codes[i] = code;
    else codes[i >> 1] = (codes[i >> 1] ?? 0) | ((code & 15) << (i % 2 === 0 ? 0 : 4));
  }
  return [codes, scales];
}

/** int8: the largest magnitude is 127. int4: the value of largest magnitude is −8, which has no positive peer. */
function scaleOf(values: Float32Array, from: number, dtype: BlockDType): number {
  let largest = 0;
  for (let i = from; i < from + blockSize; i++) {
    const value = values[i] ?? 0;
    // Nothing is larger than NaN, which is found below.
    if (Number.isNaN(value) || Math.abs(value) > Math.abs(largest)) largest = value;
  }
  return dtype === "int8" ? Math.abs(largest) / 127 : largest / -8;
}

/** To the nearest integer, halves away from zero. */
const roundHalfAway = (value: number): number => Math.sign(value) * Math.round(Math.abs(value));
