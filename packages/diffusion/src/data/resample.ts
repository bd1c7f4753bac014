/**
 * @file Resizes 8-bit pictures exactly as Pillow does, bit for bit, because diffusers prepares
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
  resized: { readonly width: number; readonly height: number },
  {
    filter = "lanczos",
    window = { left: 0, top: 0, ...resized },
  }: { readonly filter?: ResampleFilter; readonly window?: Window } = {},
): RgbPicture {
  checkRgb("resampleRgb", picture);
  checkWindow(resized, window);
  const columns = tapsOf(picture.width, resized.width, window.left, window.width, filter);
  const rows = tapsOf(picture.height, resized.height, window.top, window.height, filter);
  const firstRow = Math.min(...rows.map((taps) => taps.start));
  const endRow = Math.max(...rows.map((taps) => taps.start + taps.weights.length));
  const band = new Uint8Array(3 * window.width * (endRow - firstRow));
  for (let y = firstRow; y < endRow; y++) {
    const source = 3 * y * picture.width;
    const target = 3 * (y - firstRow) * window.width;
    for (let x = 0; x < window.width; x++) {
      weighPixel(picture.data, source, 3, columns[x], band, target + 3 * x);
    }
  }
  const data = new Uint8Array(3 * window.width * window.height);
  const stride = 3 * window.width;
  for (let y = 0; y < window.height; y++) {
    for (let x = 0; x < window.width; x++) {
      const source = 3 * x - firstRow * stride;
      weighPixel(band, source, stride, rows[y], data, y * stride + 3 * x);
    }
  }
  return { width: window.width, height: window.height, data };
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

function checkWindow(resized: { width: number; height: number }, window: Window): void {
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
