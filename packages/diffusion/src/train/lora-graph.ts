/**
 * @file The graph of a LoRA training step before differentiation: cached latents or their
 * distribution, text states or token ids, through the adapted models to the loss.
 */

import {
  add,
  createWeights,
  dtypes,
  type GraphNode,
  input,
  mul,
  type NodeOf,
  nodesOf,
  parametersOf,
  sizeOf,
} from "@atelier/engine";
import { sampleLatents, scaleLatents } from "../models/autoencoder-kl/latents.js";
import { clipText } from "../models/clip-text/model.js";
import type { BlockOptions } from "../models/layers/block-runner.js";
import { unet } from "../models/unet/model.js";
import type { NoiseSchedule, PredictionType } from "../noise/noise-schedule.js";
import { denoisingLoss } from "../objectives/denoising.js";
import { type PipelineConfigs, parameterPrefix } from "../pipeline/graphs.js";
import type { LoraTuning } from "../tuning/lora-tuning.js";

/** What the graph of a step depends on. */
export interface LoraGraphOptions {
  readonly configs: PipelineConfigs;
  readonly tuning: LoraTuning;
  readonly schedule: NoiseSchedule;
  readonly predictionType: PredictionType;
  readonly batch: number;
  /** Of the latents. */
  readonly height: number;
  readonly width: number;
  readonly tokens: number;
  /** `latents`: scaled latents are given; `distribution`: their mean and log-variance. */
  readonly from: "latents" | "distribution";
  readonly trainsTextEncoder: boolean;
  /** Whether each sample's loss has a weight. */
  readonly isWeighted: boolean;
  readonly noiseOffset: number;
  /** What is computed again in the backward pass; nothing by default. */
  readonly blocks?: BlockOptions;
}

/** The loss of a batch and what is trained on it. */
export interface LoraGraph {
  readonly loss: GraphNode;
  /** `[batch]` */
  readonly perSample: GraphNode;
  /** The factors. */
  readonly trained: readonly NodeOf<"parameter">[];
}

/**
 * Builds the loss. Inputs: `timesteps` `[batch]` int64 and `noise`; `latents`, or `mean`,
 * `log_variance` and `latent_noise`, all shaped like the latents; `encoder_hidden_states` `[batch,
 * tokens, width]`, or `input_ids` `[batch, tokens]` int64 where the text encoder is trained; with
 * weights `loss_weights` `[batch]`; with an offset `noise_offset` `[batch, channels, 1, 1]`; one
 * `dropout:…` per adapted layer with dropout.
 */
export function loraGraph(options: LoraGraphOptions): LoraGraph {
  const { configs, tuning, batch, height, width, blocks } = options;
  const shape = [batch, configs.unet.inChannels, height, width];
  const weights = createWeights({
    prefix: parameterPrefix("unet"),
    overlay: tuning.overlay("unet"),
  });
  const encoderHiddenStates = textStates(options);
  const { loss, perSample } = denoisingLoss({
    schedule: options.schedule,
    predictionType: options.predictionType,
    latents: latentsOf(options, shape),
    noise: noiseOf(options, shape),
    timesteps: input("timesteps", [batch], "int64"),
    ...(options.isWeighted ? { weights: input("loss_weights", [batch]) } : {}),
    predict: (sample, timestep) =>
      unet(configs.unet, weights, { sample, timestep, encoderHiddenStates }, blocks),
  });
  const trained = parametersOf({ outputs: { loss } }).filter(({ attributes }) =>
    tuning.parameterNames.has(attributes.name),
  );
  return { loss, perSample, trained };
}

/** Bytes of all values that a step computes on its way to the loss, kept or not. */
export function activationBytes({ loss }: Pick<LoraGraph, "loss">): number {
  const computed = nodesOf({ outputs: { loss } }).filter(
    ({ kind }) => !["input", "parameter", "constant", "reshape", "checkpoint"].includes(kind),
  );
  return computed.reduce((sum, { shape, dtype }) => sum + sizeOf(shape) * dtypes[dtype].bytes, 0);
}

function latentsOf({ configs, from }: LoraGraphOptions, shape: readonly number[]): GraphNode {
  if (from === "latents") return input("latents", shape);
  const distribution = {
    mean: input("mean", shape),
    logVariance: input("log_variance", shape),
  };
  return scaleLatents(configs.vae, sampleLatents(distribution, input("latent_noise", shape)));
}

/** Noise with an offset per channel (Guttenberg 2023, as in diffusers' training scripts). */
function noiseOf({ noiseOffset }: LoraGraphOptions, shape: readonly number[]): GraphNode {
  const noise = input("noise", shape);
  if (noiseOffset === 0) return noise;
  const offset = input("noise_offset", [shape[0] ?? 0, shape[1] ?? 0, 1, 1]);
  return add(noise, mul(offset, noiseOffset));
}

function textStates(options: LoraGraphOptions): GraphNode {
  const { configs, batch, tokens, tuning } = options;
  if (!options.trainsTextEncoder) {
    return input("encoder_hidden_states", [batch, tokens, configs.unet.crossAttentionDim]);
  }
  const weights = createWeights({
    prefix: parameterPrefix("text_encoder"),
    overlay: tuning.overlay("text_encoder"),
  });
  const ids = input("input_ids", [batch, tokens], "int64");
  return clipText(configs.textEncoder, weights, ids, options.blocks).promptEmbeds;
}
