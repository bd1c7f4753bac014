/** @file How to read a model where its files leave a choice. */

import type { Configs } from "../../families/components.js";
import type { PredictionType } from "../../process/prediction-type.js";
import type { AdapterClaim } from "./told-prediction.js";

/** Options of `openModelFiles`. */
export interface OpenModelOptions {
  /** Variant of the weight files, such as `fp16` for `diffusion_pytorch_model.fp16.safetensors`. */
  readonly variant?: string | undefined;
  /** Folder or file of an autoencoder that takes the place of the model's own, or of none. */
  readonly vae?: string | undefined;
  /**
   * Files that hold what the model's own lacks: text encoders, the autoencoder. Each is known by its tensors; CLIPs of
   * unusual widths are taken in the family's order.
   */
  readonly parts?: readonly string[] | undefined;
  /** What the model predicts; overrides the scheduler's config and what a single file suggests. */
  readonly predictionType?: PredictionType | undefined;
  /** Makes its last timestep pure noise, as it may have been trained by now. */
  readonly zeroTerminalSnr?: boolean | undefined;
  /** What adapters that go with it say of it: they are heard where its own file says nothing. */
  readonly claims?: readonly AdapterClaim[] | undefined;
  /** Tokens that T5 reads of a text, where not as many as usual in the family. */
  readonly maxSequenceLength?: number | undefined;
  /** Fields of configs that a single file does not tell, such as the number of heads. */
  readonly configs?: { readonly [C in keyof Configs]?: Partial<NonNullable<Configs[C]>> };
}
