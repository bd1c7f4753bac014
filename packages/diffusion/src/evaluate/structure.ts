/**
 * @file How near a picture is to another one pixel by pixel, where judges only tell whether both show the
 * same: structural similarity (Wang et al. 2004, IEEE TIP 13/4, equation 13) after the best small shift
 * and scale, and sharpness.
 */

import { AtelierError, said } from "@atelier/engine";
import type { RgbPicture } from "../core/rgb-picture.js";
import { resampleRgb } from "../data/resample.js";

/** Which pixels count, `[height, width]`: weights of at least 0. */
export type PixelWeights = ArrayLike<number>;

/** Width of the Gaussian window in pixels. */
const sigma = 1.5;
/** Taps beside the middle one, as scikit-image cuts the window off. */
const radius = 5;
/** (K₁·L)² and (K₂·L)², with the paper's K₁ = 0.01, K₂ = 0.03 and L = 255. */
const c1 = 2.55 ** 2;
const c2 = 7.65 ** 2;
const largestShift = 4;
const scales = [0.9, 0.95, 1, 1.05, 1.1] as const;

/**
 * The structural similarity of two pictures around each pixel, `[height, width]`, the mean of the three
 * channels: 1 where both are the same. Equal to scikit-image's with `gaussian_weights`, `sigma=1.5`.
 * @throws AtelierError `shape` for pictures of two sizes.
 */
export function structuralSimilarity(a: RgbPicture, b: RgbPicture): Float64Array {
  requireSameSize("structuralSimilarity", a, b);
  const { width, height } = a;
  const similarity = new Float64Array(width * height);
  for (let channel = 0; channel < 3; channel++) {
    const [x, y] = [planeOf(a, channel), planeOf(b, channel)];
    const blur = (values: Float64Array): Float64Array => gaussian(values, { width, height });
    const [meanX, meanY] = [blur(x), blur(y)];
    const [xx, yy, xy] = [blur(product(x, x)), blur(product(y, y)), blur(product(x, y))];
    for (let i = 0; i < similarity.length; i++) {
      const [mx, my] = [meanX[i] ?? 0, meanY[i] ?? 0];
      const [vx, vy] = [(xx[i] ?? 0) - mx * mx, (yy[i] ?? 0) - my * my];
      const covariance = (xy[i] ?? 0) - mx * my;
      const above = (2 * mx * my + c1) * (2 * covariance + c2);
      const below = (mx * mx + my * my + c1) * (vx + vy + c2);
      similarity[i] = (similarity[i] ?? 0) + above / below / 3;
    }
  }
  return similarity;
}

/**
 * Structural similarity over a part of the truth, after the shift of at most 4 pixels and the scale within
 * 10 % that bring the picture nearest: 1 for the very same, about 0 for nothing alike.
 * @param weights the part that counts; everything by default
 * @throws AtelierError `shape` for pictures of two sizes, or weights of another one.
 */
export function structure(picture: RgbPicture, truth: RgbPicture, weights?: PixelWeights): number {
  requireSameSize("structure", picture, truth);
  const { width, height } = truth;
  if (weights !== undefined && weights.length !== width * height) {
    throw new AtelierError(
      "shape",
      said`structure: expected ${width * height} weights for ${width}x${height} pixels, got ${weights.length}.`,
    );
  }
  const aligned = align(picture, truth, weights);
  return Math.max(
    ...[picture, aligned].map((moved) => weightedMean(structuralSimilarity(moved, truth), weights)),
  );
}

/**
 * The root mean square of the gradient of luminance, in levels a pixel. Squares, since edges are what makes a
 * picture sharp, and faint noise everywhere is not.
 */
export function sharpness(picture: RgbPicture): number {
  const { width, height, data } = picture;
  const luminance = Float64Array.from({ length: width * height }, (_, i) => {
    const [red = 0, green = 0, blue = 0] = data.subarray(3 * i, 3 * i + 3);
    return 0.299 * red + 0.587 * green + 0.114 * blue;
  });
  let sum = 0;
  for (let y = 0; y < height - 1; y++) {
    for (let x = 0; x < width - 1; x++) {
      const i = y * width + x;
      const here = luminance[i] ?? 0;
      sum += ((luminance[i + 1] ?? 0) - here) ** 2 + ((luminance[i + width] ?? 0) - here) ** 2;
    }
  }
  return Math.sqrt(sum / ((width - 1) * (height - 1)));
}

/**
 * The picture, scaled about its middle and shifted so that it differs least from the truth (sum of squares).
 * What comes into view continues the edge.
 */
function align(picture: RgbPicture, truth: RgbPicture, weights?: PixelWeights): RgbPicture {
  let best: Placing = { from: picture, dx: 0, dy: 0 };
  let least = Number.POSITIVE_INFINITY;
  for (const scale of scales) {
    const from = scale === 1 ? picture : resized(picture, scale);
    for (let dy = -largestShift; dy <= largestShift; dy++) {
      for (let dx = -largestShift; dx <= largestShift; dx++) {
        const difference = squaredDifference({ from, dx, dy }, truth, { weights, least });
        if (difference < least) [best, least] = [{ from, dx, dy }, difference];
      }
    }
  }
  return window(best, truth);
}

/** A scaled picture behind a window of another size: its middle, moved by some pixels. */
interface Placing {
  readonly from: RgbPicture;
  readonly dx: number;
  readonly dy: number;
}

function resized(picture: RgbPicture, scale: number): RgbPicture {
  const width = Math.max(1, Math.round(picture.width * scale));
  const height = Math.max(1, Math.round(picture.height * scale));
  return resampleRgb(picture, { width, height }, { filter: "bicubic" });
}

function window(placing: Placing, { width, height }: RgbPicture): RgbPicture {
  const data = new Uint8Array(3 * width * height);
  const [columns, rows] = sourcesOf(placing, { width, height });
  for (const [y, row] of rows.entries()) {
    for (const [x, column] of columns.entries()) {
      const source = 3 * (row * placing.from.width + column);
      data.set(placing.from.data.subarray(source, source + 3), 3 * (y * width + x));
    }
  }
  return { width, height, data };
}

/** The column and the row that each column and row of a window of this size shows. */
function sourcesOf(
  { from, dx, dy }: Placing,
  { width, height }: Pick<RgbPicture, "width" | "height">,
): [columns: Int32Array, rows: Int32Array] {
  const along = (size: number, whole: number, shift: number): Int32Array => {
    const start = Math.round((whole - size) / 2) - shift;
    return Int32Array.from({ length: size }, (_, at) => clamp(at + start, whole));
  };
  return [along(width, from.width, dx), along(height, from.height, dy)];
}

const clamp = (index: number, size: number): number => Math.min(size - 1, Math.max(0, index));

/** Stops where it exceeds `least`. */
function squaredDifference(
  placing: Placing,
  truth: RgbPicture,
  { weights, least }: { readonly weights: PixelWeights | undefined; readonly least: number },
): number {
  const { width, height, data } = truth;
  const { from } = placing;
  const [columns, rows] = sourcesOf(placing, truth);
  let sum = 0;
  for (let y = 0; y < height && sum < least; y++) {
    const row = from.width * (rows[y] ?? 0);
    for (let x = 0; x < width; x++) {
      const weight = weights === undefined ? 1 : (weights[y * width + x] ?? 0);
      if (weight === 0) continue;
      const source = 3 * (row + (columns[x] ?? 0));
      const target = 3 * (y * width + x);
      for (let channel = 0; channel < 3; channel++) {
        const difference = (from.data[source + channel] ?? 0) - (data[target + channel] ?? 0);
        sum += weight * difference * difference;
      }
    }
  }
  return sum;
}

function weightedMean(values: Float64Array, weights?: PixelWeights): number {
  let [sum, total] = [0, 0];
  for (const [i, value] of values.entries()) {
    const weight = weights === undefined ? 1 : (weights[i] ?? 0);
    sum += weight * value;
    total += weight;
  }
  return sum / total;
}

function planeOf({ width, height, data }: RgbPicture, channel: number): Float64Array {
  return Float64Array.from({ length: width * height }, (_, i) => data[3 * i + channel] ?? 0);
}

const product = (x: Float64Array, y: Float64Array): Float64Array =>
  x.map((value, i) => value * (y[i] ?? 0));

const taps: readonly number[] = normalized(
  Array.from({ length: 2 * radius + 1 }, (_, i) =>
    Math.exp(-((i - radius) ** 2) / (2 * sigma ** 2)),
  ),
);

function normalized(values: readonly number[]): number[] {
  const total = values.reduce((sum, value) => sum + value, 0);
  return values.map((value) => value / total);
}

/** Blurs along both axes; beyond an edge the picture is mirrored, the edge pixel included. */
function gaussian(
  values: Float64Array,
  { width, height }: Pick<RgbPicture, "width" | "height">,
): Float64Array {
  const across = new Float64Array(values.length);
  const down = new Float64Array(values.length);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      let sum = 0;
      for (const [tap, weight] of taps.entries()) {
        sum += weight * (values[y * width + mirrored(x + tap - radius, width)] ?? 0);
      }
      across[y * width + x] = sum;
    }
  }
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      let sum = 0;
      for (const [tap, weight] of taps.entries()) {
        sum += weight * (across[mirrored(y + tap - radius, height) * width + x] ?? 0);
      }
      down[y * width + x] = sum;
    }
  }
  return down;
}

function mirrored(index: number, size: number): number {
  const period = 2 * size;
  const within = ((index % period) + period) % period;
  return within < size ? within : period - 1 - within;
}

function requireSameSize(where: string, a: RgbPicture, b: RgbPicture): void {
  if (a.width === b.width && a.height === b.height) return;
  throw new AtelierError(
    "shape",
    said`${where}: expected two pictures of one size, got ${a.width}x${a.height} and ${b.width}x${b.height}. Resize one of them.`,
  );
}
