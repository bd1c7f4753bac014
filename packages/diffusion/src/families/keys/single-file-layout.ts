/** @file Where the parts of Stable Diffusion stand in a single-file checkpoint, by family. */

import type { CheckpointFamily } from "../../core/model-files.js";

/** Prefix of the UNet's tensors in every family. */
export const unetPrefix: string = "model.diffusion_model.";

/** Prefix of the VAE's tensors in every family. */
export const vaePrefix: string = "first_stage_model.";

/** Prefix of SD 2.x's text tower. */
export const openClipPrefix: string = "cond_stage_model.model.";

/** Where a text encoder stands, and whether its tensors have OpenCLIP's names or transformers'. */
export interface TextPart {
  readonly prefix: string;
  readonly isOpenClip: boolean;
}

/** The text encoders of each family, the first one first. */
export const textParts: Readonly<Record<CheckpointFamily, readonly TextPart[]>> = {
  sd1: [{ prefix: "cond_stage_model.transformer.", isOpenClip: false }],
  sd2: [{ prefix: openClipPrefix, isOpenClip: true }],
  sdxl: [
    { prefix: "conditioner.embedders.0.transformer.", isOpenClip: false },
    { prefix: "conditioner.embedders.1.model.", isOpenClip: true },
  ],
};

/** Metadata entry that holds the configs of a file written by Atelier, as JSON. */
export const configsMetadataKey: string = "atelier.configs";
