/**
 * @file What a loaded checkpoint can do: text to states, pictures to latents and back, predictions.
 * Sampling and training are built on it; load-pipeline.ts makes one.
 */

import type { FloatTensor, ParameterSource, TensorOf } from "@atelier/engine";
import type { ComponentName, TextEncoderName } from "../core/component-name.js";
import type { Embedding } from "../core/embedding.js";
import type { GenerationConfig } from "../core/generation-config.js";
import type { ConfigObject } from "../core/read-config.js";
import type { Configs } from "../families/components.js";
import type { Conditioning, LatentRules, ModelFamily, TextStates } from "../families/family.js";
import type { ModelFiles } from "../families/model-files.js";
import type { ReplacedWeights } from "../files/model/replace-weights.js";
import type { LayerInfo } from "../models/list-layers.js";
import type { Adapter } from "./adapters.js";
import type { TokenIds, Tokenizers } from "./tokenizers.js";

/** Options of text encoding. */
export interface EncodeOptions {
  /** Layers left out at the end, as diffusers counts: 1 takes the one before that which is usual. */
  readonly clipSkip?: number;
  readonly adapters?: readonly Adapter[];
}

/** Encoded prompts. */
export interface EncodedPrompts {
  /** What follows from the prompts, one row each; the family's tensors but those of picture sizes. */
  readonly conditioning: Conditioning;
  /** The end of each prompt that did not fit into the text encoder; "" where all of it did. */
  readonly truncated: readonly string[];
}

/** The normal distribution of pictures' latents, not scaled, each `[pictures, channels, h, w]`. */
export interface EncodedImages {
  readonly mean: FloatTensor;
  readonly logVariance: FloatTensor;
}

/** Extents of the denoiser's inputs; height and width are those of the latents. */
export interface DenoiserSizes {
  readonly batch: number;
  readonly height: number;
  readonly width: number;
  /** Those of one text by default: 77 for CLIP. */
  readonly tokens?: number;
}

/** What may stop a model while it runs. */
export interface StopOptions {
  /** @throws AtelierError `aborted` once it is given. */
  readonly signal?: AbortSignal | undefined;
}

/** Options of {@link Pipeline.denoiser}. */
export interface DenoiserOptions extends StopOptions {
  readonly adapters?: readonly Adapter[];
  /** Blocks that it leaves out; see `GenerateOptions.skippedBlocks`. */
  readonly skippedBlocks?: readonly number[];
}

/**
 * The prediction for scaled latents `[batch, channels, height, width]`, of the same shape, by the family's
 * whole conditioning.
 */
export type Denoiser = (
  sample: FloatTensor,
  timestep: number,
  conditioning: Conditioning,
) => Promise<FloatTensor>;

/** How a derived pipeline differs from the one that it is made of. */
export interface PipelineChanges {
  /** New words, besides those that it has. */
  readonly embeddings?: readonly Embedding[];
  /** Other values of the checkpoint's tensors. */
  readonly weights?: ReplacedWeights;
}

/** A loaded checkpoint, as those see it who use it and leave it open. */
export interface Pipeline {
  /** What was loaded, with the rows of its embeddings. */
  readonly model: ModelFiles;
  /** The folder's or file's name. */
  readonly name: string;
  /** Tells the model's weights and configs from all others, where whoever loaded it knows. */
  readonly fingerprint: string | undefined;
  readonly family: ModelFamily;
  readonly configs: Configs;
  /** The fields of scheduler_config.json. */
  readonly scheduleConfig: ConfigObject;
  /** How to draw with it where the user does not say, as far as the checkpoint says. */
  readonly generation: GenerationConfig;
  readonly latents: LatentRules;
  /** Layers that adapters can change, by component and path: `unet.mid_block.….to_q`. */
  readonly layers: ReadonlyMap<string, LayerInfo>;
  /** Stored tensors that nothing uses, for the user to be told. */
  readonly unusedKeys: readonly string[];
  /** Sources of a component's parameters, named `unet:conv_in.weight`. @throws AtelierError `file`. */
  parameters(component: ComponentName): Promise<ReadonlyMap<string, ParameterSource>>;
  /**
   * Parameters that are mapped in 16 bits or fewer: less memory, and a float32 copy while they are read; with the
   * bits of a value, its share of scales included.
   */
  readonly widened: ReadonlyMap<string, number>;
  /** @throws AtelierError `config`, `file` or `format` where there is none that fits. */
  tokenizers(): Promise<Tokenizers>;
  /** The tokens of embeddings that it was loaded with. */
  readonly embeddingTokens: readonly string[];
  /** @throws AtelierError `config` for an impossible `clipSkip`, `weights` for adapters that do not fit. */
  encodePrompts(prompts: readonly string[], options?: EncodeOptions): Promise<EncodedPrompts>;
  /** The same of token ids. */
  encodeTokens(ids: TokenIds, options?: EncodeOptions): Promise<Conditioning>;
  /** What one text encoder says of token ids `[texts, tokens]`. */
  encodeStates(
    encoder: TextEncoderName,
    ids: TensorOf<"int64">,
    options?: EncodeOptions,
  ): Promise<TextStates<FloatTensor>>;
  /** Pictures `[pictures, 3, height, width]` from −1 to 1; one at a time, to bound memory. */
  encodeImages(pixels: FloatTensor): Promise<EncodedImages>;
  /** Scaled latents `[pictures, channels, h, w]` to pixels, about −1 to 1; one at a time. */
  decodeLatents(latents: FloatTensor, options?: StopOptions): Promise<FloatTensor>;
  /**
   * A second pipeline over the same open checkpoint, with graphs of its own; dispose it before this one.
   * @throws AtelierError `weights`, `data` as `loadPipeline`.
   */
  derive(changes: PipelineChanges): Promise<OwnedPipeline>;
  /** Compiles the denoiser for these sizes. @throws AtelierError `weights` for adapters that do not fit. */
  denoiser(sizes: DenoiserSizes, options?: DenoiserOptions): Promise<Denoiser>;
}

/** A pipeline of whoever made it: disposing it releases its memory, and the checkpoint where it was opened for it. */
export interface OwnedPipeline extends Pipeline, AsyncDisposable {}
