/**
 * @file What Atelier knows of a kind of model, as one value. All that differs between Stable Diffusion,
 * SDXL and FLUX.1 stands in such values; whoever works with a model asks its family.
 */

import type { FloatTensor, GraphNode, Shape, Weights } from "@atelier/engine";
import type { BaseDType } from "../core/base-dtype.js";
import type { AdaptedComponent, ComponentName, TextEncoderName } from "../core/component-name.js";
import type { ConfigObject } from "../core/read-config.js";
import type { LatentDistribution } from "../models/autoencoder-kl/model.js";
import type { BlockOptions } from "../models/layers/block-runner.js";
import type { LayerInfo } from "../models/list-layers.js";
import type { LatentSize, Process } from "../process/process.js";
import type { SamplerName } from "../samplers/sampler-names.js";
import type { Configs } from "./components.js";
import type { SingleFileLayout } from "./keys/single-file-layout.js";
import type { TensorOps } from "./tensor-ops.js";

/** The families, in the one place that lists them. */
export const familyIds = ["sd1", "sd2", "sdxl", "sd3", "flux1"] as const;

/** A name in {@link familyIds}. */
export type FamilyId = (typeof familyIds)[number];

/** Graph nodes by name. */
export type NamedNodes = Readonly<Record<string, GraphNode>>;

/** What a text encoder says of texts: `states` `[texts, tokens, width]`, `pooled` `[texts, width]`. */
export interface TextStates<Tensor> {
  readonly states: Tensor;
  readonly pooled?: Tensor;
}

/** The same of each text encoder that a model has. */
export type TextsOf<Tensor> = Readonly<Partial<Record<TextEncoderName, TextStates<Tensor>>>>;

/** What a text encoder can take. */
export interface TextLimits {
  /** Tokens of a text, begin and end included. */
  readonly tokens: number;
  /** Rows of its table of tokens. */
  readonly vocabulary: number;
  /** Of a token's vector. */
  readonly width: number;
  /** Layers that can be left out at the end; any number where it leaves none out. */
  readonly clipSkip: number;
}

/** The table in which a text encoder looks tokens up. */
export interface TokenTable {
  /** The layer; its weight has one row a token. */
  readonly layer: string;
  /** The configs with so many rows of it. */
  withRows(configs: Configs, rows: number): Configs;
}

/** A text encoder of a family. */
export interface TextEncoder {
  readonly component: TextEncoderName;
  readonly kind: "clip" | "t5";
  /** Folder of its tokenizer. */
  readonly tokenizerFolder: string;
  /** What that fills texts up with in the published models, where several tokenizers are told apart by it. */
  readonly padToken?: string;
  /** Of an encoder that can be trained and learn words; T5, of five billion weights, is read as it is. */
  readonly words?: TokenTable;
  limits(configs: Configs): TextLimits;
  /**
   * The states of token ids `[texts, tokens]` int64 as the family reads them.
   * @param options.clipSkip layers left out at the end beyond those that are always left out
   */
  encode(
    configs: Configs,
    weights: Weights,
    ids: GraphNode,
    options: BlockOptions & { readonly clipSkip?: number },
  ): TextStates<GraphNode>;
}

/** A picture and what of it is seen, in pixels: what a model that is told sizes is told. */
export interface PictureSizes {
  /** As the file has it. */
  readonly original: { readonly width: number; readonly height: number };
  /** Of the part that is seen, in the resized picture. */
  readonly crop: { readonly left: number; readonly top: number };
  /** As it is seen. */
  readonly target: { readonly width: number; readonly height: number };
}

/** What a denoiser is told beside sample and time: tensors of one or more rows by name. */
export type Conditioning = Readonly<Record<string, FloatTensor>>;

/** From texts and picture sizes to the tensors that the denoiser reads beside sample and time. */
export interface ConditioningRules {
  /** The tensor that holds one state a token, `[rows, tokens, width]`. */
  readonly sequence: string;
  /** Whether its states change from block to block, so that repeating some would change a picture. */
  readonly isJoint: boolean;
  /** States of one text. */
  tokens(configs: Configs): number;
  /** Names and shapes of all of them. */
  shapes(configs: Configs, rows: number, tokens: number): Readonly<Record<string, Shape>>;
  /** What follows from texts, by what each text encoder says of them. */
  ofTexts<Tensor extends { readonly shape: Shape }>(
    configs: Configs,
    texts: TextsOf<Tensor>,
    ops: TensorOps<Tensor>,
  ): Readonly<Record<string, Tensor>>;
  /** What follows from a picture's sizes, one row. */
  ofSizes(sizes: PictureSizes): Conditioning;
  /** What follows from the guidance that a model reads as a number, one row; nothing of one that does not. */
  ofGuidance?(configs: Configs, scale: number): Conditioning;
  /** What stands for a negative prompt that was not given, by the fields of model_index.json. */
  none(index: ConfigObject): "empty-text" | "zeros";
}

/** What latents are. */
export interface LatentRules {
  readonly channels: number;
  /** Pixels per latent along an edge. */
  readonly factor: number;
  /** Height and width in pixels that the model was trained on. */
  readonly nativeEdge: number;
  /** Pixels that heights and widths are multiples of, so that every stage of the denoiser halves them. */
  readonly step: number;
}

/** What the denoiser reads. */
export interface PredictInputs {
  /** Noisy latents `[rows, channels, height, width]`. */
  readonly sample: GraphNode;
  /** `[rows]`, float32, as {@link Process} gives it to the model. */
  readonly time: GraphNode;
  readonly conditioning: NamedNodes;
}

/** Where to read an adapter's own names for what it was trained on. */
export interface AdapterRules {
  /** `modelspec.architecture` and `ss_base_model_version`, by what the model predicts. */
  readonly spec: (predictionType: string) => {
    readonly architecture: string;
    readonly baseVersion: string;
  };
  /** Whether kohya's names tell the text encoders apart by number: `lora_te1_`, `lora_te2_`. */
  readonly numbersTextEncoders: boolean;
  /** kohya's names of the denoiser's layers: those of diffusers (`down_blocks`) or the original ones. */
  readonly denoiserNames: "diffusers" | "original";
  /** `modelspec.implementation` */
  readonly implementation: string;
  /** `ss_v2` */
  readonly isSecondVersion: boolean;
}

/** How to draw where neither user nor model says. */
export interface SamplingDefaults {
  readonly steps: number;
  /** Of a model that was distilled to draw in fewer. */
  readonly fewSteps?: (configs: Configs) => number | undefined;
  readonly guidanceScale: number;
  readonly sampler: SamplerName;
  /** With flow matching: where σ are spaced, and how many tokens the denoiser makes of latents of a size. */
  readonly flow?: {
    readonly range: "table" | "steps";
    readonly tokensOf: (latents: LatentSize) => number;
  };
}

/** A kind of model. */
export interface ModelFamily {
  readonly id: FamilyId;
  /** For people: "Stable Diffusion 1.x". */
  readonly title: string;
  /** The class of its pipeline in model_index.json. */
  readonly pipelineClass: string;
  /** What its model_index.json says beside the components, unless a model's own says otherwise. */
  readonly index: ConfigObject;
  /** All components that a model of the family has. */
  readonly components: readonly ComponentName[];
  /** Those of them that may be left out. */
  readonly optional: readonly ComponentName[];
  readonly denoiser: AdaptedComponent;
  /** The denoiser's class in model_index.json. */
  readonly denoiserClass: string;
  readonly autoencoder: ComponentName;
  /** Widths of the text encoders of its published models. */
  readonly publishedWidths: readonly number[];
  /** In the order in which they are joined; the first one's vocabulary counts for words. */
  readonly textEncoders: readonly TextEncoder[];
  /** Whether configs are of this family: one for any configs. */
  recognises(configs: Configs): boolean;
  /** Why its components do not work together, one line each. */
  problems(configs: Configs): readonly string[];
  latents(configs: Configs): LatentRules;
  /** Pictures `[n, 3, height, width]` from −1 to 1 to their unscaled latents' distribution. */
  encodePictures(configs: Configs, weights: Weights, pixels: GraphNode): LatentDistribution;
  /** Latents as the denoiser sees them. */
  scaleLatents(configs: Configs, latents: GraphNode): GraphNode;
  /** Scaled latents to pixels, about −1 to 1. */
  decodeLatents(configs: Configs, weights: Weights, latents: GraphNode): GraphNode;
  readonly conditioning: ConditioningRules;
  /**
   * How a prompt is weighed against its absence: by a second prediction, by a number that the model reads, or not
   * at all. The latter two may still have the second prediction as well.
   */
  guidance(configs: Configs): "two-pass" | "embedded" | "none";
  /** The denoiser's prediction, shaped like the sample. */
  predict(
    configs: Configs,
    weights: Weights,
    inputs: PredictInputs,
    options?: BlockOptions,
  ): GraphNode;
  /**
   * What a layer is stored as where `asked` is asked of a model; nothing where it stays as it is. The first and the
   * last layers do, and those that say how all others are scaled have 8 bits at least.
   * @param path as in {@link LayerInfo}
   */
  storedAs(component: ComponentName, path: string, asked: BaseDType): BaseDType | undefined;
  /** Layers of the denoiser that are computed and change nothing that is read. */
  unread?(configs: Configs): readonly string[];
  /** How pictures become noise, by the fields of scheduler_config.json. @throws AtelierError `config`. */
  process(scheduler: ConfigObject, predictionType?: string): Process;
  readonly sampling: SamplingDefaults;
  /** How to train where neither user nor model says: fields of a training_config.json. */
  readonly training?: ConfigObject;
  readonly singleFile: SingleFileLayout;
  readonly adapters: AdapterRules;
  /** Named sets of layers. */
  readonly targets: Readonly<Record<string, (layer: LayerInfo) => boolean>>;
}
