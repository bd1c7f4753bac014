/**
 * @file Writes 8-bit RGB pictures as PNG with text chunks, on every platform alike: the bytes
 * depend only on the picture, the text and the platform's zlib.
 */

import { checkRgb, type RgbPicture } from "../../core/rgb-picture.js";
import { encodeChunk, pngSignature } from "./png-chunks.js";
import { encodeTextChunk } from "./png-text.js";
import { concatBytes, deflate } from "./zlib-stream.js";

/** Options of {@link encodePng}. */
export interface PngOptions {
  /** Texts by keyword, such as `parameters`. */
  readonly text?: Readonly<Record<string, string>>;
}

/**
 * Encodes a picture as PNG.
 * @throws AtelierError `shape` when the bytes do not fill the picture, `data` for a text that PNG
 * cannot hold.
 */
export async function encodePng(
  picture: RgbPicture,
  { text = {} }: PngOptions = {},
): Promise<Uint8Array> {
  checkRgb("encodePng", picture);
  const header = new Uint8Array(13);
  const view = new DataView(header.buffer);
  view.setUint32(0, picture.width);
  view.setUint32(4, picture.height);
  // 8 bits a sample, colour type RGB; the default compression, filtering and no interlacing.
  header.set([8, 2], 8);
  return concatBytes([
    pngSignature,
    encodeChunk("IHDR", header),
    ...Object.entries(text).map(([keyword, value]) => encodeTextChunk(keyword, value)),
    encodeChunk("IDAT", await deflate(filterRows(picture))),
    encodeChunk("IEND", new Uint8Array(0)),
  ]);
}

/** The five predictions of a byte from its neighbours `a` left, `b` above and `c` above left. */
const predictors: readonly ((a: number, b: number, c: number) => number)[] = [
  () => 0,
  (a) => a,
  (_a, b) => b,
  (a, b) => (a + b) >> 1,
  predictPaeth,
];

/**
 * Rows as differences from a prediction, each row by the predictor that leaves the smallest sum
 * of absolute differences (PNG specification, section 12.7).
 */
function filterRows({ width, height, data }: RgbPicture): Uint8Array {
  const stride = 3 * width;
  const filtered = new Uint8Array(height * (stride + 1));
  const trial = new Uint8Array(stride);
  for (let y = 0; y < height; y++) {
    const start = y * stride;
    let smallest = Number.POSITIVE_INFINITY;
    for (const [type, predict] of predictors.entries()) {
      const size = filterRow(data, { start, stride, isFirst: y === 0 }, predict, trial);
      if (size >= smallest) continue;
      smallest = size;
      filtered[y * (stride + 1)] = type;
      filtered.set(trial, y * (stride + 1) + 1);
    }
  }
  return filtered;
}

/** Writes a row's differences to `trial` and returns the sum of their absolute values. */
function filterRow(
  data: Uint8Array,
  row: { readonly start: number; readonly stride: number; readonly isFirst: boolean },
  predict: (a: number, b: number, c: number) => number,
  trial: Uint8Array,
): number {
  const { start, stride, isFirst } = row;
  let sum = 0;
  for (let x = 0; x < stride; x++) {
    const at = start + x;
    const a = x < 3 ? 0 : (data[at - 3] ?? 0);
    const b = isFirst ? 0 : (data[at - stride] ?? 0);
    const c = x < 3 || isFirst ? 0 : (data[at - stride - 3] ?? 0);
    const difference = ((data[at] ?? 0) - predict(a, b, c)) & 255;
    trial[x] = difference;
    sum += difference < 128 ? difference : 256 - difference;
  }
  return sum;
}

/** The neighbour nearest to `a + b - c`; ties go to `a`, then `b` (PNG specification, 9.4). */
function predictPaeth(a: number, b: number, c: number): number {
  const estimate = a + b - c;
  const toA = Math.abs(estimate - a);
  const toB = Math.abs(estimate - b);
  const toC = Math.abs(estimate - c);
  if (toA <= toB && toA <= toC) return a;
  return toB <= toC ? b : c;
}
