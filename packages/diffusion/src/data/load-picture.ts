/**
 * @file From the bytes of a picture file to the tensor that the autoencoder reads: identified,
 * held to limits, decoded, resized, cropped. Bad pictures stop here with their name.
 */

import {
  AtelierError,
  type FileStore,
  type FloatTensor,
  type Sentence,
  said,
} from "@atelier/engine";
import { describeImpostor } from "../core/read-text.js";
import { pixelsFromRgb } from "../core/rgb-picture.js";
import { type Warning, warning } from "../core/warnings/warning.js";
import { pictureFormatText } from "../english/picture-format-text.js";
import type { PictureDecoder, PictureInfo, RgbColor } from "./picture-decoder.js";
import { identifyPicture, isUntoldAnimation } from "./picture-format.js";
import { type ResampleFilter, resampleRgb } from "./resample.js";
import { planResizeCrop, type ResizeCropOptions, type ResizeCropPlan } from "./resize-crop.js";

/** How a picture becomes a training tensor. */
export interface PictureOptions extends ResizeCropOptions {
  /** `lanczos` is the default of diffusers' training scripts. */
  readonly filter?: ResampleFilter;
  /** What transparent pixels are laid on; white by default. */
  readonly background?: RgbColor;
  /** `refuse` (the default) an animation, or use its `first-frame` with a warning. */
  readonly animated?: "refuse" | "first-frame";
  /** Pictures whose shorter side has fewer pixels are refused; 16 by default. */
  readonly minSidePixels?: number;
  /** Larger pictures are refused as decompression bombs; 2^27 (134 megapixels) by default. */
  readonly maxPixels?: number;
}

/** A picture ready for the autoencoder. */
export interface LoadedPicture {
  /** `[3, height, width]` in [-1, 1]. */
  readonly pixels: FloatTensor;
  readonly plan: ResizeCropPlan;
  readonly warnings: readonly Warning[];
}

/** Every setting that changes the pixels of {@link loadPicture}, defaults filled in. */
export type PictureSettings = Omit<
  Required<PictureOptions>,
  "minSidePixels" | "maxPixels" | "zoom"
> & {
  /** Where it is not 1. */
  readonly zoom?: number;
  readonly decoder: string;
  readonly preparation: number;
};

const defaults = {
  multiple: 8,
  crop: "center",
  flip: false,
  zoom: 1,
  filter: "lanczos",
  background: [255, 255, 255],
  animated: "refuse",
  minSidePixels: 16,
  maxPixels: 2 ** 27,
} as const satisfies Partial<PictureOptions>;

/** Raise when the same settings give other pixels than before. */
const preparationVersion = 2;

/** Fills in the defaults of picture options. */
export function resolvePictureOptions(options: PictureOptions): Required<PictureOptions> {
  return { ...defaults, ...options };
}

/** What a cache key must hold about how pictures are prepared, besides their bytes. */
export function pictureSettings(options: PictureOptions, decoder: PictureDecoder): PictureSettings {
  const { minSidePixels: _, maxPixels: __, zoom, ...settings } = resolvePictureOptions(options);
  const version = { decoder: decoder.version, preparation: preparationVersion };
  return { ...settings, ...(zoom === 1 ? {} : { zoom }), ...version };
}

/**
 * Prepares one picture for training.
 * @throws AtelierError `data` naming the picture when it is empty, of a format that is not read,
 * damaged, animated, too small or too large.
 */
export async function loadPicture(
  { name, bytes }: { readonly name: string; readonly bytes: Uint8Array },
  decoder: PictureDecoder,
  options: PictureOptions,
): Promise<LoadedPicture> {
  const settings = resolvePictureOptions(options);
  const info = await probePicture({ name, bytes }, decoder, settings);
  const plan = planResizeCrop(info, settings);
  const decoded = await decoder.decode(bytes, name, settings);
  const { crop, resized, target, flip } = plan;
  const left = flip ? resized.width - target.width - crop.left : crop.left;
  const window = { left, top: crop.top, ...target };
  const prepared = resampleRgb(decoded, resized, { filter: settings.filter, window });
  const warnings: Warning[] = [];
  if (info.isAnimated) {
    warnings.push(warning("first-frame", { picture: name }));
  }
  return { pixels: pixelsFromRgb(prepared, { flip }), plan, warnings };
}

/**
 * Reads a picture's header and holds it to the limits, which is cheap enough to do for a whole
 * data set before a run begins.
 * @throws AtelierError `data` as {@link loadPicture}, except for damage past the header.
 */
export async function probePicture(
  { name, bytes }: { readonly name: string; readonly bytes: Uint8Array },
  decoder: PictureDecoder,
  limits: Pick<PictureOptions, "animated" | "minSidePixels" | "maxPixels"> = {},
): Promise<PictureInfo> {
  const { animated, minSidePixels, maxPixels } = { ...defaults, ...limits };
  checkFormat(name, bytes);
  const told = await decoder.probe(bytes, name);
  const info = { ...told, isAnimated: told.isAnimated || isUntoldAnimation(bytes) };
  const size = `${info.width}x${info.height}`;
  if (info.width * info.height > maxPixels) {
    throw pictureError(
      name,
      said`expected at most ${maxPixels} pixels, got ${size}. Shrink the picture, or raise maxPixels if you trust it.`,
    );
  }
  if (Math.min(info.width, info.height) < minSidePixels) {
    throw pictureError(
      name,
      said`expected sides of at least ${minSidePixels} pixels, got ${size}: the picture is too small to learn from. Remove it, or lower minSidePixels.`,
    );
  }
  if (info.isAnimated && animated === "refuse") {
    throw pictureError(
      name,
      said`expected a still picture, got an animation. Export the frame you want as PNG, or set animated to first-frame.`,
    );
  }
  return info;
}

/**
 * Reads a whole picture file.
 * @throws AtelierError `data` when the file is empty or larger than `maxBytes` (256 MiB).
 */
export async function readPictureFile(
  files: FileStore,
  path: string,
  { maxBytes = 2 ** 28 }: { readonly maxBytes?: number } = {},
): Promise<Uint8Array> {
  const file = await files.open(path);
  try {
    if (file.sizeBytes === 0)
      throw pictureError(path, said`expected a picture, got an empty file.`);
    if (file.sizeBytes > maxBytes) {
      throw pictureError(
        path,
        said`expected at most ${maxBytes} bytes, got ${file.sizeBytes}. Shrink the picture.`,
      );
    }
    return await file.read(0, file.sizeBytes);
  } finally {
    await file.close();
  }
}

function checkFormat(name: string, bytes: Uint8Array): void {
  const format = identifyPicture(bytes);
  if (typeof format === "string") return;
  const { name: known, advice: remedy } =
    format === undefined
      ? { name: undefined, advice: "Restore the picture or remove the file." }
      : pictureFormatText[format.name];
  const other = describeImpostor(bytes) ?? said`bytes of another kind`;
  const [what, advice] = [known === undefined ? other : whole(known), whole(remedy)];
  throw pictureError(name, said`expected JPEG, PNG, WebP or AVIF, got ${what}. ${advice}`);
}

/** A text without parameters as a sentence. */
const whole = (template: string): Sentence => ({ template, params: [] });

function pictureError(name: string, sentence: Sentence): AtelierError {
  return new AtelierError("data", said`picture ${name}: ${sentence}`, {
    context: { picture: name },
  });
}
