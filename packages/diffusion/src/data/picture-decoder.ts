/** @file What the data set asks of a picture decoder; adapters implement it per platform. */

import type { RgbPicture } from "../core/rgb-picture.js";
import type { PictureFormat } from "./picture-format.js";
import type { PictureSize } from "./resize-crop.js";

/** What a picture's header says. */
export interface PictureInfo extends PictureSize {
  readonly format: PictureFormat;
  /** Whether the file holds more than one frame. */
  readonly isAnimated: boolean;
}

/** An opaque 8-bit sRGB colour. */
export type RgbColor = readonly [red: number, green: number, blue: number];

/** Options of {@link PictureDecoder.decode}. */
export interface DecodeOptions {
  /** What transparent pixels are laid on. */
  readonly background: RgbColor;
  /** Refuses larger pictures before any memory is taken for them. */
  readonly maxPixels: number;
}

/**
 * Decodes JPEG, PNG, WebP and AVIF. Sizes and pixels are those after EXIF orientation.
 * All functions throw AtelierError `data` naming the picture when it does not decode.
 */
export interface PictureDecoder {
  /** Changes whenever decoded pixels may change; part of every cache key. */
  readonly version: string;
  /** Reads the header only. */
  probe(bytes: Uint8Array, name: string): Promise<PictureInfo>;
  /**
   * Decodes the first frame to 8-bit sRGB: oriented, colour profile applied, alpha flattened,
   * CMYK, greyscale and 16-bit samples converted. A damaged file is refused, never half shown.
   */
  decode(bytes: Uint8Array, name: string, options: DecodeOptions): Promise<RgbPicture>;
  /** The alpha channel of the first frame in all three channels; `undefined` where there is none. */
  decodeAlpha(
    bytes: Uint8Array,
    name: string,
    options: Pick<DecodeOptions, "maxPixels">,
  ): Promise<RgbPicture | undefined>;
}
