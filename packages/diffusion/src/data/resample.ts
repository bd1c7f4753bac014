/**
 * @file Resizes 8-bit pictures exactly as Pillow 13 does, bit for bit, because diffusers prepares
 * its training pictures with Pillow. Only the wanted window of the resized picture is computed.
 */

import { AtelierError, said } from "@atelier/engine";
import { checkRgb, type RgbPicture } from "../core/rgb-picture.js";

/** Interpolation filters; all are widened when shrinking, so that nothing aliases. */
export type ResampleFilter = "bilinear" | "bicubic" | "lanczos";

/** A window of the resized picture, in its pixels. */
export interface Window {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

interface Kernel {
  readonly support: number;
  readonly weigh: (x: number) => number;
}

const kernels: { readonly [K in ResampleFilter]: Kernel } = {
  bilinear: { support: 1, weigh: (x) => Math.max(0, 1 - Math.abs(x)) },
  bicubic: { support: 2, weigh: weighBicubic },
  lanczos: { support: 3, weigh: (x) => (x >= -3 && x < 3 ? sinc(x) * sinc(x / 3) : 0) },
};

/** Pillow's fixed point for 8-bit pictures: 32 bits less 8 of the sample and 2 of headroom. */
const precisionBits = 22;

/**
 * Resizes a picture to `resized` and returns the window of it.
 * @throws AtelierError `shape` when the window leaves the resized picture.
 */
export function resampleRgb(
  picture: RgbPicture,
  resized: Extents,
  {
    filter = "lanczos",
    window = { left: 0, top: 0, ...resized },
  }: { readonly filter?: ResampleFilter; readonly window?: Window } = {},
): RgbPicture {
  checkRgb("resampleRgb", picture);
  checkWindow(resized, window);
  const columns = tapsOf(picture.width, resized.width, window.left, window.width, filter);
  const rows = tapsOf(picture.height, resized.height, window.top, window.height, filter);
  const whole = { data: picture.data, width: picture.width, left: 0, top: 0 };
  const { data } = isVerticalFirst(picture, resized)
    ? weighColumns(weighRows(whole, rows, spanOf(columns)), columns, [0, window.height])
    : weighRows(weighColumns(whole, columns, spanOf(rows)), rows, [0, window.width]);
  return { width: window.width, height: window.height, data };
}

/**
 * Which pass comes first matters, as each rounds to bytes. Pillow up to 12 always resized horizontally first; Pillow 13
 * (python-pillow/Pillow#9549) vertically, where a height shrinks by more than twice what the width does.
 */
function isVerticalFirst(picture: Extents, resized: Extents): boolean {
  const lost = picture.height - resized.height;
  return lost > 0 && lost > 2 * (picture.width - resized.width);
}

interface Extents {
  readonly width: number;
  readonly height: number;
}

/** A part of a picture of which the first pixel stands at `left`, `top`. */
interface Part {
  readonly data: Uint8Array;
  readonly width: number;
  readonly left: number;
  readonly top: number;
}

/** From the first of these rows or columns to the one behind the last. */
type Span = readonly [start: number, end: number];

function spanOf(taps: readonly Taps[]): Span {
  const ends = taps.map(({ start, weights }) => start + weights.length);
  return [Math.min(...taps.map(({ start }) => start)), Math.max(...ends)];
}

/** The horizontal pass, of the rows of a span. */
function weighColumns(source: Part, columns: readonly Taps[], [start, end]: Span): Part {
  const width = columns.length;
  const data = new Uint8Array(3 * width * (end - start));
  for (let y = start; y < end; y++) {
    const row = 3 * ((y - source.top) * source.width - source.left);
    const target = 3 * (y - start) * width;
    for (let x = 0; x < width; x++) {
      weighPixel(source.data, row, 3, columns[x], data, target + 3 * x);
    }
  }
  return { data, width, left: 0, top: start };
}

/** The vertical pass, of the columns of a span. */
function weighRows(source: Part, rows: readonly Taps[], [start, end]: Span): Part {
  const width = end - start;
  const data = new Uint8Array(3 * width * rows.length);
  const stride = 3 * source.width;
  for (let y = 0; y < rows.length; y++) {
    for (let x = start; x < end; x++) {
      const column = 3 * (x - source.left) - source.top * stride;
      const target = 3 * (y * width + x - start);
      weighPixel(source.data, column, stride, rows[y], data, target);
    }
  }
  return { data, width, left: start, top: 0 };
}

/** Input samples and fixed-point weights that make one output sample. */
interface Taps {
  readonly start: number;
  readonly weights: Int32Array;
}

function tapsOf(
  inputSize: number,
  outputSize: number,
  first: number,
  count: number,
  filter: ResampleFilter,
): Taps[] {
  if (inputSize === outputSize) {
    const weights = Int32Array.of(1 << precisionBits);
    return Array.from({ length: count }, (_, index) => ({ start: first + index, weights }));
  }
  const { support, weigh } = kernels[filter];
  const scale = inputSize / outputSize;
  const stretch = Math.max(1, scale);
  return Array.from({ length: count }, (_, index) => {
    const centre = (first + index + 0.5) * scale;
    const start = Math.max(0, Math.trunc(centre - support * stretch + 0.5));
    const end = Math.min(inputSize, Math.trunc(centre + support * stretch + 0.5));
    const raw = Array.from({ length: end - start }, (_, tap) =>
      weigh((tap + start - centre + 0.5) * (1 / stretch)),
    );
    const total = raw.reduce((sum, weight) => sum + weight, 0);
    return { start, weights: Int32Array.from(raw, (weight) => toFixedPoint(weight / total)) };
  });
}

/** Sums the taps of the three channels of one pixel; `step` bytes lie between two taps. */
function weighPixel(
  from: Uint8Array,
  offset: number,
  step: number,
  taps: Taps | undefined,
  to: Uint8Array,
  target: number,
): void {
  if (taps === undefined) return;
  const { start, weights } = taps;
  const half = 1 << (precisionBits - 1);
  let red = half;
  let green = half;
  let blue = half;
  let position = offset + start * step;
  for (let tap = 0; tap < weights.length; tap++) {
    const weight = weights[tap] ?? 0;
    red += (from[position] ?? 0) * weight;
    green += (from[position + 1] ?? 0) * weight;
    blue += (from[position + 2] ?? 0) * weight;
    position += step;
  }
  to[target] = clampByte(red >> precisionBits);
  to[target + 1] = clampByte(green >> precisionBits);
  to[target + 2] = clampByte(blue >> precisionBits);
}

function checkWindow(resized: Extents, window: Window): void {
  const { left, top, width, height } = window;
  const fits =
    [left, top, width, height].every(Number.isInteger) &&
    [left, top].every((offset) => offset >= 0) &&
    [width, height].every((extent) => extent > 0) &&
    left + width <= resized.width &&
    top + height <= resized.height;
  if (fits) return;
  throw new AtelierError(
    "shape",
    said`resampleRgb: expected a window inside ${resized.width}x${resized.height}, got ${width}x${height} at left ${left}, top ${top}.`,
  );
}

function clampByte(value: number): number {
  return Math.min(255, Math.max(0, value));
}

/** Rounds half away from zero. */
function toFixedPoint(weight: number): number {
  const scaled = weight * (1 << precisionBits);
  return Math.trunc(weight < 0 ? scaled - 0.5 : scaled + 0.5);
}

function sinc(x: number): number {
  return x === 0 ? 1 : Math.sin(x * Math.PI) / (x * Math.PI);
}

/** Keys' cubic with a = -0.5. */
function weighBicubic(x: number): number {
  const a = -0.5;
  const t = Math.abs(x);
  if (t < 1) return ((a + 2) * t - (a + 3)) * t * t + 1;
  return t < 2 ? (((t - 5) * t + 8) * t - 4) * a : 0;
}
