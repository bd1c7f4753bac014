/**
 * @file How pictures are prepared for a published picture encoder, as preprocessor_config.json says it: resized,
 * cropped to the centre, normalised. Pixels are those of transformers' processors on Pillow, bit for bit.
 */

import { type FloatTensor, floatTensor } from "@atelier/engine";
import { z } from "zod";
import { type ConfigRules, readConfig } from "../core/read-config.js";
import type { RgbPicture } from "../core/rgb-picture.js";
import { type ResampleFilter, resampleRgb, type Window } from "./resample.js";
import type { PictureSize } from "./resize-crop.js";

/** One value for red, green and blue each. */
type PerChannel = readonly [red: number, green: number, blue: number];

/** A processor's settings. */
export interface PictureProcessor {
  /** Pixels of the shorter side, or of both, whatever becomes of their ratio. */
  readonly resize: { readonly shortestEdge: number } | PictureSize;
  readonly filter: ResampleFilter;
  /** What is kept of the centre; never more than there is. */
  readonly crop: PictureSize;
  /** What a level from 0 to 255 is multiplied by. */
  readonly rescaleFactor: number;
  /** Subtracted afterwards. */
  readonly mean: PerChannel;
  /** Divided by at last. */
  readonly standardDeviation: PerChannel;
}

/** Larger pictures are no encoder's; what is prepared lies in memory as a whole. */
const extent = z.int().min(1).max(4096);
const perChannel = z.tuple([z.number(), z.number(), z.number()]);
/** Old files have one number. */
const square = extent.transform((side) => ({ width: side, height: side }));
const sides = z.strictObject({ height: extent, width: extent });

/** By Pillow's numbers, which transformers writes. */
const filters = { 1: "lanczos", 2: "bilinear", 3: "bicubic" } as const;

const fields = z.object({
  image_processor_type: z
    .enum(["CLIPImageProcessor", "BitImageProcessor"].flatMap((name) => [name, `${name}Fast`]))
    .optional(),
  size: z
    .union([
      extent.transform((shortestEdge) => ({ shortestEdge })),
      z
        .strictObject({ shortest_edge: extent })
        .transform(({ shortest_edge: shortestEdge }) => ({ shortestEdge })),
      sides,
    ])
    .prefault(224),
  crop_size: z.union([square, sides]).prefault(224),
  resample: z.literal([1, 2, 3]).default(3),
  rescale_factor: z
    .number()
    .positive()
    .default(1 / 255),
  image_mean: perChannel.default([0.48145466, 0.4578275, 0.40821073]),
  image_std: z
    .tuple([z.number().positive(), z.number().positive(), z.number().positive()])
    .default([0.26862954, 0.26130258, 0.27577711]),
});

const rules: ConfigRules<typeof fields.shape> = {
  where: "preprocessor_config.json",
  classNames: [],
  fields,
  neutral: {
    data_format: ["channels_first"],
    default_to_square: [false],
    do_center_crop: [true],
    do_normalize: [true],
    do_rescale: [true],
    do_resize: [true],
    feature_extractor_type: ["CLIPFeatureExtractor", "BitFeatureExtractor"],
  },
  // Pictures are RGB when they come here.
  ignored: ["do_convert_rgb", "processor_class"],
  check({ size, crop_size: crop }) {
    const [width, height] =
      "shortestEdge" in size ? [size.shortestEdge, size.shortestEdge] : [size.width, size.height];
    return crop.width <= width && crop.height <= height
      ? []
      : [`crop_size: ${crop.width}x${crop.height} is larger than what size leaves`];
  },
};

/**
 * Reads the settings of `CLIPImageProcessor` or `BitImageProcessor`, old and new forms.
 * @throws AtelierError `config` naming every unsupported field.
 */
export function readPictureProcessor(value: unknown): PictureProcessor {
  const config = readConfig(value, rules);
  return {
    resize: config.size,
    filter: filters[config.resample],
    crop: config.crop_size,
    rescaleFactor: config.rescale_factor,
    mean: config.image_mean,
    standardDeviation: config.image_std,
  };
}

/** What a picture is resized to, and the part of it that is kept. */
export interface PicturePlan {
  readonly resized: PictureSize;
  readonly window: Window;
}

/** Geometry alone, no pixels. */
export function planPicture({ resize, crop }: PictureProcessor, picture: PictureSize): PicturePlan {
  const resized =
    "shortestEdge" in resize ? withShortestEdge(resize.shortestEdge, picture) : resize;
  const left = Math.floor((resized.width - crop.width) / 2);
  const top = Math.floor((resized.height - crop.height) / 2);
  return { resized, window: { left, top, ...crop } };
}

/**
 * Prepares pictures of any size: `[pictures, 3, crop.height, crop.width]`.
 * @throws AtelierError `shape` for bytes that do not fill their picture.
 */
export function processPictures(
  processor: PictureProcessor,
  pictures: readonly RgbPicture[],
): FloatTensor {
  const { width, height } = processor.crop;
  const levels = normalizedLevels(processor);
  const plane = width * height;
  const pixels = new Float32Array(pictures.length * 3 * plane);
  for (const [row, picture] of pictures.entries()) {
    const { resized, window } = planPicture(processor, picture);
    const { data } = resampleRgb(picture, resized, { filter: processor.filter, window });
    for (const [channel, values] of levels.entries()) {
      const start = (3 * row + channel) * plane;
      for (let i = 0; i < plane; i++) pixels[start + i] = values[data[3 * i + channel] ?? 0] ?? 0;
    }
  }
  return floatTensor(pixels, [pictures.length, 3, height, width]);
}

/** In a few words, for people who compare scores. */
export function describeProcessor({ resize, filter, crop }: PictureProcessor): string {
  const size =
    "shortestEdge" in resize
      ? `shorter side ${resize.shortestEdge}`
      : `${resize.width}x${resize.height}`;
  return `${crop.width}x${crop.height} pixels (${filter} to ${size}, centre crop)`;
}

function withShortestEdge(shortestEdge: number, { width, height }: PictureSize): PictureSize {
  const scaled = (side: number): number =>
    Math.floor((shortestEdge * side) / Math.min(width, height));
  return { width: scaled(width), height: scaled(height) };
}

/** What becomes of each level of each channel, rounded to float32 where NumPy rounds. */
function normalizedLevels({
  rescaleFactor,
  mean,
  standardDeviation,
}: PictureProcessor): Float32Array[] {
  return mean.map((shift, channel) => {
    const divisor = Math.fround(standardDeviation[channel] ?? 1);
    return Float32Array.from({ length: 256 }, (_, level) => {
      const rescaled = Math.fround(level * rescaleFactor);
      return Math.fround(rescaled - Math.fround(shift)) / divisor;
    });
  });
}
