/**
 * @file What is kept of a picture to compare it with others and to tell whether it is sharp: a few kilobytes,
 * computed once from its pixels.
 */

import { sha256Hex } from "../core/content-hash.js";
import { checkRgb, type RgbPicture } from "../core/rgb-picture.js";
import { edgeSharpness } from "./edge-sharpness.js";
import { resampleRgb } from "./resample.js";

/** Pixels along both edges of a signature's thumbnail. */
export const thumbnailEdge = 32;

/** Shorter sides that sharpness is measured at, the largest first. */
export const sharpnessEdges = [512, 256, 128, 64] as const;

/** Raise when the same picture gets another signature than before. */
export const signatureVersion = 1;

/** A picture in short. */
export interface PictureSignature {
  /** SHA-256 of its file's bytes. */
  readonly file: string;
  /** The same for pictures of the same size and pixels, however they are stored. */
  readonly pixels: string;
  /** `[32, 32, 3]` bytes: the whole picture, whatever its proportions. */
  readonly thumbnail: Uint8Array;
  /**
   * {@link edgeSharpness} of the picture reduced to each of {@link sharpnessEdges}, or as it is where it is smaller;
   * `undefined` where it has no edges.
   */
  readonly sharpness: readonly (number | undefined)[];
}

/** The signature of a decoded picture. @throws AtelierError `shape` as `checkRgb`. */
export async function signatureOf(picture: RgbPicture, file: string): Promise<PictureSignature> {
  checkRgb("signatureOf", picture);
  const { width, height } = picture;
  const [largest] = sharpnessEdges;
  // Whole factors first, since means of blocks are ten times as fast as a filter.
  const near = meanOfBlocks(picture, Math.floor(Math.min(width, height) / largest));
  const sharpness: (number | undefined)[] = [];
  let reduced = near;
  for (const edge of sharpnessEdges) {
    reduced = reduceTo(reduced, edge);
    sharpness.push(edgeSharpness(reduced));
  }
  const size = new TextEncoder().encode(`${width}x${height}\n`);
  const bytes = new Uint8Array(size.length + near.data.length);
  bytes.set(size);
  bytes.set(near.data, size.length);
  return {
    file,
    // Of pictures larger than a megapixel the pixels after that reduction: no difference between such is seen.
    pixels: await sha256Hex(bytes),
    thumbnail: resampleRgb(reduced, { width: thumbnailEdge, height: thumbnailEdge }).data,
    sharpness,
  };
}

/** The picture with a shorter side of `edge` pixels, or as it is where that is no longer. */
function reduceTo(picture: RgbPicture, edge: number): RgbPicture {
  const { width, height } = picture;
  const shorter = Math.min(width, height);
  if (shorter <= edge) return picture;
  const scaled = (extent: number) => Math.max(1, Math.round((extent * edge) / shorter));
  const resized = { width: scaled(width), height: scaled(height) };
  return resampleRgb(picture, resized);
}

/** The means of blocks of `factor` by `factor` pixels; what is left at right and bottom is left out. */
function meanOfBlocks(picture: RgbPicture, factor: number): RgbPicture {
  if (factor < 2) return picture;
  const { data: levels } = picture;
  const stride = 3 * picture.width;
  const [width, height] = [picture.width, picture.height].map((side) => Math.floor(side / factor));
  const extents = { width: width ?? 0, height: height ?? 0 };
  const data = new Uint8Array(3 * extents.width * extents.height);
  const sums = new Uint32Array(3 * extents.width);
  const count = factor * factor;
  for (let y = 0; y < extents.height; y++) {
    sums.fill(0);
    for (let row = y * factor; row < (y + 1) * factor; row++) {
      let from = row * stride;
      for (let to = 0; to < sums.length; to += 3) {
        let red = 0;
        let green = 0;
        let blue = 0;
        for (let k = 0; k < factor; k++) {
          red += levels[from] ?? 0;
          green += levels[from + 1] ?? 0;
          blue += levels[from + 2] ?? 0;
          from += 3;
        }
        sums[to] = (sums[to] ?? 0) + red;
        sums[to + 1] = (sums[to + 1] ?? 0) + green;
        sums[to + 2] = (sums[to + 2] ?? 0) + blue;
      }
    }
    const target = y * sums.length;
    for (let i = 0; i < sums.length; i++) data[target + i] = Math.round((sums[i] ?? 0) / count);
  }
  return { ...extents, data };
}
