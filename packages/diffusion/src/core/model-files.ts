/** @file A Stable Diffusion checkpoint as the rest of Atelier sees it, whatever form it is stored in. */

import type { GenerationConfig } from "../files/model/generation-config.js";
import type { AdapterClaim } from "../files/model/told-prediction.js";
import type { Weights } from "../files/model/weights.js";
import type { VaeConfig } from "../models/autoencoder-kl/config.js";
import type { ClipTextConfig } from "../models/clip-text/config.js";
import type { UNetConfig } from "../models/unet/config.js";
import type { PredictionType } from "../process/noise-schedule.js";
import type { ConfigObject } from "./read-config.js";

/** The families of checkpoints that Atelier reads. */
export type CheckpointFamily = "sd1" | "sd2" | "sdxl";

/** One model of a checkpoint. */
export interface CheckpointModel<Config> {
  readonly config: Config;
  readonly weights: Weights;
}

/** An open checkpoint. Tensors stay in their files until they are asked for. */
export interface Checkpoint {
  /** The folder or file. */
  readonly path: string;
  readonly layout: "folder" | "single-file";
  readonly family: CheckpointFamily;
  readonly unet: CheckpointModel<UNetConfig>;
  readonly vae: CheckpointModel<VaeConfig>;
  readonly textEncoder: CheckpointModel<ClipTextConfig>;
  /** SDXL's second text encoder. */
  readonly textEncoder2: CheckpointModel<ClipTextConfig> | undefined;
  /** The fields of scheduler_config.json. */
  readonly scheduler: ConfigObject;
  /** Whether what it predicts, in `scheduler`, is assumed because nothing in its files tells. */
  readonly isPredictionAssumed: boolean;
  /** How to draw with it, as far as it says. */
  readonly generation: GenerationConfig;
  /** What a single file says of itself: title, author, licence …; of a folder none. */
  readonly metadata: ReadonlyMap<string, string>;
  /** Folder of the tokenizer's files; a single file has none. */
  readonly tokenizerFolder: string | undefined;
  readonly tokenizer2Folder: string | undefined;
  /** Tensors that are known to have no use, such as `position_ids` and EMA copies. */
  readonly ignoredKeys: readonly string[];
  /** Tensors that nothing here knows. */
  readonly unknownKeys: readonly string[];
  /** What was assumed because the files do not say it, one sentence each. */
  readonly notes: readonly string[];
  close(): Promise<void>;
}

/** How to read a checkpoint where its files leave a choice. */
export interface OpenCheckpointOptions {
  /** Variant of the weight files, such as `fp16` for `diffusion_pytorch_model.fp16.safetensors`. */
  readonly variant?: string | undefined;
  /** What the UNet predicts; overrides the scheduler's config and what a single file suggests. */
  readonly predictionType?: PredictionType | undefined;
  /** Makes its last timestep pure noise, as it may have been trained by now. */
  readonly zeroTerminalSnr?: boolean | undefined;
  /** What adapters that go with it say of it: they are heard where its own file says nothing. */
  readonly claims?: readonly AdapterClaim[] | undefined;
  /** Fields of configs that a single file does not tell, such as the number of heads. */
  readonly configs?: {
    readonly unet?: Partial<UNetConfig>;
    readonly vae?: Partial<VaeConfig>;
    readonly textEncoder?: Partial<ClipTextConfig>;
    readonly textEncoder2?: Partial<ClipTextConfig>;
  };
}

/** Widths of the text states that published models read. */
const familyByWidth: ReadonlyMap<number, CheckpointFamily> = new Map([
  [768, "sd1"],
  [1024, "sd2"],
]);

/**
 * The family of a model: SDXL by its additional embedding, the others by the width of the text states, and where
 * no published model has that, by the text encoder: OpenCLIP's (SD 2.x) has another activation than CLIP's. Whether
 * projections are matrices or 1×1 convolutions says nothing: programs write either.
 */
export function familyOf(
  unet: Pick<UNetConfig, "additionEmbedType" | "crossAttentionDim">,
  textEncoder: Pick<ClipTextConfig, "hiddenAct">,
): CheckpointFamily {
  if (unet.additionEmbedType === "text_time") return "sdxl";
  const byActivation = textEncoder.hiddenAct === "gelu" ? "sd2" : "sd1";
  return familyByWidth.get(unet.crossAttentionDim) ?? byActivation;
}
