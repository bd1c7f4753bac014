/** @file What `generate` tells while it draws. */

import type { FloatTensor } from "@atelier/engine";
import type { RgbPicture } from "../core/rgb-picture.js";
import type { WarningEvent } from "../core/warnings/warning.js";
import type { GenerationParameters } from "../files/png/a1111-parameters.js";

/** One evaluation of the UNet is done. */
export interface GenerateStep {
  readonly type: "step";
  /** Position of the picture, from 0 to `count` − 1. */
  readonly index: number;
  readonly count: number;
  /** From 1 to `steps`; some samplers evaluate the UNet more often than the steps asked for. */
  readonly step: number;
  readonly steps: number;
  /** About how long the steps of all pictures still take. */
  readonly remainingMs: number;
  /** Latents after it `[1, channels, height, width]`, as the sampler holds them. */
  readonly latents: FloatTensor;
}

/** A picture is finished. */
export interface GeneratedImage {
  readonly type: "image";
  readonly index: number;
  readonly count: number;
  readonly seed: number | bigint;
  readonly picture: RgbPicture;
  /** The picture before rounding `[1, 3, height, width]`, about −1 to 1. */
  readonly pixels: FloatTensor;
  /** Scaled latents `[1, channels, height, width]` that it was decoded from. */
  readonly latents: FloatTensor;
  /** What it was drawn by, under the name that chooses it here. */
  readonly sampler: string;
  /** For the file's text. */
  readonly parameters: GenerationParameters;
}

/** What happens while pictures are drawn. */
export type GenerateEvent = WarningEvent | GenerateStep | GeneratedImage;
