/**
 * @file A picture encoder as an embedder. To Atelier's own, pictures are brought as training pictures are; to published
 * ones as their processor says.
 */

import {
  createWeights,
  type FloatTensor,
  floatTensor,
  type GraphNode,
  input,
  type ParameterSource,
  type Runtime,
  type Weights,
} from "@atelier/engine";
import { pixelsFromRgb, type RgbPicture } from "../core/rgb-picture.js";
import {
  describeProcessor,
  type PictureProcessor,
  processPictures,
} from "../data/picture-processor.js";
import { resampleRgb } from "../data/resample.js";
import { planResizeCrop } from "../data/resize-crop.js";
import type { PictureEncoderConfig } from "../models/picture-encoder/config.js";
import { createBatchEmbedder } from "./batch-embedder.js";
import type { ImageEmbedder } from "./judge.js";
import { embedPictures } from "./unit-embeddings.js";

/** What a picture embedder is made of. */
export interface PictureEmbedderOptions extends EncoderOptions {
  /** Of the encoder, for {@link ImageEmbedder.description}. */
  readonly name: string;
  readonly config: PictureEncoderConfig;
}

/** Where an encoder's parameters are, and what runs it. */
interface EncoderOptions {
  /** By the names of its graph: those of `embedPictures`. */
  readonly parameters: ReadonlyMap<string, ParameterSource>;
  readonly runtime: Runtime;
  /** Pictures that are encoded at once. */
  readonly batch?: number;
}

/** Makes an embedder of pictures; it compiles its graphs at their first use. */
export function createPictureEmbedder({
  name,
  config,
  ...options
}: PictureEmbedderOptions): ImageEmbedder & AsyncDisposable {
  const size = config.pictureSize;
  return createEmbedder({
    description: `${name}, ${size}x${size} pixels (lanczos, centre crop)`,
    prepare: (pictures) => pixelBatch(pictures, size),
    encode: (weights, pictures) => embedPictures(config, weights, pictures),
    ...options,
  });
}

/** What an embedder with a processor is made of. */
export interface ProcessedEmbedderOptions extends EncoderOptions {
  /** Of the encoder, for {@link ImageEmbedder.description}. */
  readonly name: string;
  readonly processor: PictureProcessor;
  /** Unit vectors `[pictures, width]` of what the processor makes of pictures. */
  readonly encode: (weights: Weights, pictures: GraphNode) => GraphNode;
}

/** Makes an embedder of a published encoder, which sees pictures as its processor prepares them. */
export function createProcessedEmbedder({
  name,
  processor,
  ...options
}: ProcessedEmbedderOptions): ImageEmbedder & AsyncDisposable {
  return createEmbedder({
    description: `${name}, ${describeProcessor(processor)}`,
    prepare: (pictures) => processPictures(processor, pictures),
    ...options,
  });
}

function createEmbedder({
  description,
  prepare,
  encode,
  parameters,
  runtime,
  batch = 16,
}: EncoderOptions & {
  readonly description: string;
  readonly prepare: (pictures: readonly RgbPicture[]) => FloatTensor;
  readonly encode: ProcessedEmbedderOptions["encode"];
}): ImageEmbedder & AsyncDisposable {
  const embedder = createBatchEmbedder<RgbPicture>({
    rowsName: "pictures",
    runtime,
    parameters,
    batch,
    prepare(rows) {
      const pictures = prepare(rows);
      const build = () => encode(createWeights(), input("pictures", pictures.shape));
      return { key: "pictures", build, values: { pictures } };
    },
  });
  return {
    description,
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
