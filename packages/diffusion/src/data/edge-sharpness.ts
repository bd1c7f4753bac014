/**
 * @file Whether a picture is blurred, told by its edges and not by how much detail it has: the variance of the
 * Laplacian (Pech-Pacheco et al. 2000, "Diatom autofocusing in brightfield microscopy") is as small for a sharp drawing
 * of few lines as for a blurred photograph. As Marziliano et al. 2002 ("A no-reference perceptual blur metric", ICIP)
 * do, edges are measured across: of a sharp one most of the height lies between two neighbouring pixels.
 */

import type { RgbPicture } from "../core/rgb-picture.js";

/** Of all pixels, those that are edges: the steepest. */
const edgeShare = 0.01;
/** A slope of fewer levels a pixel is no edge, however few there are. */
const leastSlope = 4;
/** How far an edge's height is looked for to both sides, in pixels. */
const reach = 4;
/** A subject may be sharp before a blurred background, so the sharpest tenth of the edges counts. */
const countedQuantile = 0.9;

/**
 * The largest step between two neighbouring pixels as a share of the height of the edge that it belongs to, over the
 * sharpest tenth of a picture's edges: at least 0.7 for sharp photographs and drawings; of a step blurred by a
 * Gaussian of `sigma` pixels erf(0.5 / (√2·sigma)), which is 0.38 at 1 and 0.2 at 2 pixels. `undefined` for a picture
 * without edges. Blur along a line leaves the edges along it sharp, and is not seen.
 */
export function edgeSharpness(picture: RgbPicture): number | undefined {
  const { width, height } = picture;
  const levels = luminanceOf(picture);
  const slopes = slopesOf(levels, picture);
  const steep = Math.max(leastSlope, steepest(slopes)) ** 2;
  const shares: number[] = [];
  for (let y = 1; y < height - 1; y++) {
    for (let x = 1; x < width - 1; x++) {
      const i = y * width + x;
      if ((slopes[i] ?? 0) < steep) continue;
      const across = difference(levels, i, 1) >= difference(levels, i, width);
      const [at, along, step] = across ? [x, width, 1] : [y, height, width];
      if (at < reach || at >= along - reach) continue;
      shares.push(stepShare(levels, i, step));
    }
  }
  return shares.length === 0 ? undefined : quantile(shares, countedQuantile);
}

function luminanceOf({ width, height, data }: RgbPicture): Float32Array {
  const levels = new Float32Array(width * height);
  for (let i = 0; i < levels.length; i++) {
    const at = 3 * i;
    levels[i] = 0.299 * (data[at] ?? 0) + 0.587 * (data[at + 1] ?? 0) + 0.114 * (data[at + 2] ?? 0);
  }
  return levels;
}

/** Squares of the gradient by central differences, 0 at the border. */
function slopesOf(
  levels: Float32Array,
  { width, height }: Pick<RgbPicture, "width" | "height">,
): Float32Array {
  const slopes = new Float32Array(levels.length);
  for (let y = 1; y < height - 1; y++) {
    for (let x = 1; x < width - 1; x++) {
      const i = y * width + x;
      slopes[i] = (difference(levels, i, 1) ** 2 + difference(levels, i, width) ** 2) / 4;
    }
  }
  return slopes;
}

const difference = (levels: Float32Array, i: number, step: number): number =>
  Math.abs((levels[i + step] ?? 0) - (levels[i - step] ?? 0));

/** Of the pixels beside one across its edge: the largest step near it over the whole height. */
function stepShare(levels: Float32Array, i: number, step: number): number {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  let largest = 0;
  for (let k = -reach; k <= reach; k++) {
    const level = levels[i + k * step] ?? 0;
    low = Math.min(low, level);
    high = Math.max(high, level);
    if (k < -2 || k > 1) continue;
    largest = Math.max(largest, Math.abs((levels[i + (k + 1) * step] ?? 0) - level));
  }
  return largest / (high - low);
}

/** The slope, to a quarter of a level, that {@link edgeShare} of the pixels have; counted, since sorting takes longer. */
function steepest(squares: Float32Array): number {
  const counts = new Uint32Array(4 * 256);
  for (const square of squares) {
    const bin = Math.floor(4 * Math.sqrt(square));
    counts[bin] = (counts[bin] ?? 0) + 1;
  }
  let left = edgeShare * squares.length;
  for (let bin = counts.length - 1; bin >= 0; bin--) {
    left -= counts[bin] ?? 0;
    if (left <= 0) return bin / 4;
  }
  return 0;
}

function quantile(values: readonly number[], share: number): number {
  const sorted = Float32Array.from(values).sort();
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}
