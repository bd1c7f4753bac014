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
  const exact = new Float32Array(values.length / blockSize);
  for (let block = 0; block < exact.length; block++) {
    exact[block] = scaleOf(values, block * blockSize, dtype);
  }
  const scales = narrowFromFloat32(exact, "F16");
  const rounded = widenHalf(new Uint16Array(scales.buffer), "float16");
  if (!rounded.every(Number.isFinite)) {
    throw new AtelierError(
      "weights",
      said`${where}: expected finite numbers below ${dtype === "int8" ? 8e6 : 5e5}, got others. The file is damaged or belongs to a model that cannot be stored in ${dtype}.`,
    );
  }
  const codes = new Uint8Array((values.length * storedFacts(dtype).bits) / 8);
  for (let block = 0; block < rounded.length; block++) {
    const scale = rounded[block] ?? 0;
    const inverse = scale === 0 ? 0 : 1 / scale;
    const from = block * blockSize;
    if (dtype === "int8") {
      for (let i = from; i < from + blockSize; i++) codes[i] = rounded8((values[i] ?? 0) * inverse);
    } else {
      for (let i = from; i < from + blockSize; i += 2) {
        const first = rounded4((values[i] ?? 0) * inverse);
        codes[i >> 1] = first | (rounded4((values[i + 1] ?? 0) * inverse) << 4);
      }
    }
  }
  return [codes, scales];
}

// To the nearest: what is above zero is cut off, which takes no call for each of billions.
const rounded8 = (exact: number): number => ((exact + 128.5) | 0) - 128;

/** The four bits of −8 to 7; what the scale's own rounding puts beyond is drawn in. */
function rounded4(exact: number): number {
  const above = (exact + 8.5) | 0;
  return (above > 15 ? 15 : above < 0 ? 0 : above) ^ 8;
}

/** int8: the largest magnitude is 127. int4: the value of largest magnitude is −8, which has no positive peer. */
function scaleOf(values: Float32Array, from: number, dtype: BlockDType): number {
  let largest = 0;
  for (let i = from; i < from + blockSize; i++) {
    const value = values[i] ?? 0;
    // Nothing is larger than NaN, which is found later.
    if (Math.abs(value) > Math.abs(largest) || Number.isNaN(value)) largest = value;
  }
  return dtype === "int8" ? Math.abs(largest) / 127 : largest / -8;
}
