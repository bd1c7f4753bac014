/**
 * @file 8-bit sRGB pictures in host memory and their conversion to and from the tensors
 * that an autoencoder reads and writes. No platform code: decoders and encoders meet here.
 */

import { AtelierError, type FloatTensor, floatTensor, said } from "@atelier/engine";
import { roundHalfEven } from "./round-half-even.js";

/** An 8-bit sRGB picture, `data` holding `[height, width, 3]` bytes. */
export interface RgbPicture {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

/**
 * `x / 255` normalised by mean 0.5 and deviation 0.5, rounded to float32 after each operation:
 * the bits of torchvision's `ToTensor` followed by `Normalize([0.5], [0.5])`.
 */
const normalized: Float32Array = Float32Array.from(
  { length: 256 },
  (_, level) => Math.fround(Math.fround(level / 255) - 0.5) / 0.5,
);

/**
 * Converts a picture to a tensor `[3, height, width]` in [-1, 1].
 * @param options.flip mirrors the picture left to right.
 * @throws AtelierError `shape` when `data` does not hold `width × height × 3` bytes.
 */
export function pixelsFromRgb(
  picture: RgbPicture,
  { flip = false }: { readonly flip?: boolean } = {},
): FloatTensor {
  checkRgb("pixelsFromRgb", picture);
  const { width, height, data } = picture;
  const plane = width * height;
  const pixels = new Float32Array(3 * plane);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const source = 3 * (y * width + x);
      const target = y * width + (flip ? width - 1 - x : x);
      for (let channel = 0; channel < 3; channel++) {
        pixels[channel * plane + target] = normalized[data[source + channel] ?? 0] ?? 0;
      }
    }
  }
  return floatTensor(pixels, [3, height, width]);
}

/**
 * Converts a tensor `[3, height, width]` or `[1, 3, height, width]` in [-1, 1] to a picture.
 * Values outside are clamped and ties round to even, as in diffusers' `VaeImageProcessor`.
 * @throws AtelierError `shape` for another shape, `data` when a value is NaN.
 */
export function rgbFromPixels(pixels: FloatTensor): RgbPicture {
  const shape = pixels.shape.length === 4 ? pixels.shape.slice(1) : pixels.shape;
  const [channels, height = 0, width = 0] = shape;
  const isBatch = pixels.shape.length === 4 && pixels.shape[0] !== 1;
  if (shape.length !== 3 || channels !== 3 || isBatch) {
    throw new AtelierError(
      "shape",
      said`rgbFromPixels: expected [3, height, width] or [1, 3, height, width], got [${pixels.shape.join(", ")}].`,
    );
  }
  const plane = width * height;
  const data = new Uint8Array(3 * plane);
  for (let index = 0; index < 3 * plane; index++) {
    const value = pixels.data[index] ?? Number.NaN;
    if (Number.isNaN(value)) {
      throw new AtelierError(
        "data",
        said`rgbFromPixels: expected numbers, got NaN at element ${index}. The model that drew this picture overflowed; run it in float32.`,
        { context: { index } },
      );
    }
    const unit = Math.fround(Math.fround(value / 2) + 0.5);
    const level = roundHalfEven(Math.fround(Math.min(1, Math.max(0, unit)) * 255));
    data[3 * (index % plane) + Math.floor(index / plane)] = level;
  }
  return { width, height, data };
}

/** @throws AtelierError `shape` when the bytes do not fill the picture exactly. */
export function checkRgb(where: string, { width, height, data }: RgbPicture): void {
  const isWhole = Number.isInteger(width) && Number.isInteger(height) && width > 0 && height > 0;
  if (isWhole && data.length === 3 * width * height) return;
  throw new AtelierError(
    "shape",
    said`${where}: expected ${3 * width * height} bytes for a ${width}x${height} RGB picture, got ${data.length}.`,
  );
}
