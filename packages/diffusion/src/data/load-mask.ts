/**
 * @file Masks of masked training: what of a picture counts. A mask follows the picture's own resize, crop
 * and mirror exactly and is then averaged over the pixels of each latent, as kohya's sd-scripts does.
 */

import { AtelierError, type FloatTensor, floatTensor, said } from "@atelier/engine";
import { pixelsFromRgb, type RgbPicture } from "../core/rgb-picture.js";
import type { PictureDecoder } from "./picture-decoder.js";
import { resampleRgb } from "./resample.js";
import type { ResizeCropPlan } from "./resize-crop.js";

/** A mask file, or the picture itself where its alpha channel is the mask. */
export interface MaskSource {
  readonly kind: "alpha" | "file";
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** How a mask is prepared. */
export interface MaskOptions {
  /** Of the picture that it belongs to. */
  readonly plan: ResizeCropPlan;
  /** Pixels per latent along an edge. */
  readonly latentFactor: number;
  /** What hidden places still count: 0 for not at all. */
  readonly unmaskedWeight: number;
  readonly maxPixels?: number;
}

/**
 * Weights of latents `[1, 1, height, width]` from 0 to 1; `undefined` for a picture without an alpha channel.
 * @throws AtelierError `data` for a file that does not decode, or is not as large as its picture.
 */
export async function loadMask(
  source: MaskSource,
  decoder: PictureDecoder,
  { plan, latentFactor, unmaskedWeight, maxPixels = 2 ** 27 }: MaskOptions,
): Promise<FloatTensor | undefined> {
  const limits = { background: [0, 0, 0], maxPixels } as const;
  const { name, bytes } = source;
  const mask =
    source.kind === "alpha"
      ? await decoder.decodeAlpha(bytes, name, limits)
      : await decoder.decode(bytes, name, limits);
  if (mask === undefined) return undefined;
  requireSize(name, mask, plan);
  const { crop, resized, target, flip } = plan;
  const left = flip ? resized.width - target.width - crop.left : crop.left;
  const window = { left, top: crop.top, ...target };
  const shown = pixelsFromRgb(resampleRgb(mask, resized, { filter: "bilinear", window }), { flip });
  return averageOverLatents(shown, latentFactor, unmaskedWeight);
}

/** Means over blocks of the first channel of `[3, height, width]` in [−1, 1], between the weight and 1. */
function averageOverLatents(
  { data, shape }: FloatTensor,
  factor: number,
  unmaskedWeight: number,
): FloatTensor {
  const [, height = 0, width = 0] = shape;
  const [rows, columns] = [height / factor, width / factor];
  const weights = new Float32Array(rows * columns);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = Math.floor(y / factor) * columns + Math.floor(x / factor);
      weights[at] = (weights[at] ?? 0) + ((data[y * width + x] ?? 0) + 1) / 2;
    }
  }
  const area = factor ** 2;
  const between = weights.map((sum) => unmaskedWeight + (1 - unmaskedWeight) * (sum / area));
  return floatTensor(between, [1, 1, rows, columns]);
}

function requireSize(
  name: string,
  { width, height }: RgbPicture,
  { original }: ResizeCropPlan,
): void {
  if (width === original.width && height === original.height) return;
  throw new AtelierError(
    "data",
    said`mask ${name}: expected ${original.width}x${original.height} pixels as its picture has, got ${width}x${height}. Draw the mask over the picture itself.`,
    { context: { mask: name } },
  );
}
