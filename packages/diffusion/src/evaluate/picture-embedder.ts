/** @file A picture encoder as an embedder: pictures are brought to its size as training pictures are. */

import {
  createWeights,
  type FloatTensor,
  floatTensor,
  input,
  type ParameterSource,
  type Runtime,
} from "@atelier/engine";
import { pixelsFromRgb, type RgbPicture } from "../core/rgb-picture.js";
import { resampleRgb } from "../data/resample.js";
import { planResizeCrop } from "../data/resize-crop.js";
import type { PictureEncoderConfig } from "../models/picture-encoder/config.js";
import { createBatchEmbedder } from "./batch-embedder.js";
import type { ImageEmbedder } from "./judge.js";
import { embedPictures } from "./unit-embeddings.js";

/** What a picture embedder is made of. */
export interface PictureEmbedderOptions {
  /** Of the encoder, for {@link ImageEmbedder.description}. */
  readonly name: string;
  readonly config: PictureEncoderConfig;
  /** By the names of `embedPictures`. */
  readonly parameters: ReadonlyMap<string, ParameterSource>;
  readonly runtime: Runtime;
  /** Pictures that are encoded at once. */
  readonly batch?: number;
}

/** Makes an embedder of pictures; it compiles its graphs at their first use. */
export function createPictureEmbedder({
  name,
  config,
  parameters,
  runtime,
  batch = 16,
}: PictureEmbedderOptions): ImageEmbedder & AsyncDisposable {
  const size = config.pictureSize;
  const embedder = createBatchEmbedder<RgbPicture>({
    rowsName: "pictures",
    runtime,
    parameters,
    batch,
    prepare: (pictures) => ({
      key: "pictures",
      build: () =>
        embedPictures(config, createWeights(), input("pictures", [pictures.length, 3, size, size])),
      values: { pictures: pixelBatch(pictures, size) },
    }),
  });
  return {
    description: `${name}, ${size}x${size} pixels (lanczos, centre crop)`,
    embedPictures: (pictures) => embedder.embed(pictures),
    [Symbol.asyncDispose]: () => embedder[Symbol.asyncDispose](),
  };
}

/** Pictures of any size as `[pictures, 3, size, size]` from −1 to 1. */
export function pixelBatch(pictures: readonly RgbPicture[], size: number): FloatTensor {
  const pixels = new Float32Array(pictures.length * 3 * size ** 2);
  for (const [row, picture] of pictures.entries()) {
    pixels.set(pixelsFromRgb(coverSquare(picture, size)).data, row * 3 * size ** 2);
  }
  return floatTensor(pixels, [pictures.length, 3, size, size]);
}

/** The centre of a picture that was resized to just cover the square. */
function coverSquare(picture: RgbPicture, size: number): RgbPicture {
  const square = { width: size, height: size };
  const { resized, crop } = planResizeCrop(picture, { ...square, multiple: 1 });
  return resampleRgb(picture, resized, { window: { ...crop, ...square } });
}
