/**
 * @file The graph of a training step before differentiation: cached latents or their distribution,
 * text states or token ids, through the tuned models to the loss.
 */

import {
  add,
  concat,
  createWeights,
  detach,
  dtypes,
  type GraphNode,
  input,
  mean,
  mul,
  type NodeOf,
  narrow,
  nodesOf,
  parametersOf,
  sizeOf,
  square,
  sub,
  type Weights,
} from "@atelier/engine";
import { sampleLatents, scaleLatents } from "../../models/autoencoder-kl/latents.js";
import { clipText } from "../../models/clip-text/model.js";
import type { BlockOptions } from "../../models/layers/block-runner.js";
import { unet } from "../../models/unet/model.js";
import { type PipelineConfigs, parameterPrefix } from "../../pipeline/graphs.js";
import { denoisingLoss } from "../../process/denoising.js";
import type { ErrorMeasure } from "../../process/error-measure.js";
import type { NoiseSchedule, PredictionType } from "../../process/noise-schedule.js";
import { type NoiseOffset, offsetNoise, perturbNoise } from "../../process/training-noise.js";
import type { Tuning } from "../../tuning/tuning.js";

/** What the graph of a step depends on. */
export interface TrainingGraphSpec {
  readonly configs: PipelineConfigs;
  readonly tuning: Tuning;
  readonly schedule: NoiseSchedule;
  readonly predictionType: PredictionType;
  /** Rows of a batch: pictures of the subject and, behind them, of its class. */
  readonly batch: number;
  /** Of the latents. */
  readonly height: number;
  readonly width: number;
  readonly tokens: number;
  /** `latents`: scaled latents are given; `distribution`: their mean and log-variance. */
  readonly from: "latents" | "distribution";
  /** Whether the step reads token ids: the text encoder is tuned, or captions change all the time. */
  readonly readsIds: boolean;
  /** Whether each sample's loss has a weight. */
  readonly isWeighted: boolean;
  readonly noise: { readonly offset: NoiseOffset; readonly perturbation: number };
  readonly measure: ErrorMeasure;
  /** Whether places of the pictures count differently. */
  readonly isMasked: boolean;
  /**
   * λ of prior preservation by the base's own prediction: on the same noisy latents, the tuned model
   * shall say of the class what the base says of it.
   */
  readonly predictionPrior?: number | undefined;
  /** What is computed again in the backward pass; nothing by default. */
  readonly blocks?: BlockOptions;
}

/** The loss of a batch and what is trained on it. */
export interface TrainingGraph {
  readonly loss: GraphNode;
  /** `[batch]` */
  readonly perSample: GraphNode;
  readonly trained: readonly NodeOf<"parameter">[];
}

/** Prefix of the frozen copies of weights that are trained, as the prior's base reads them. */
export const basePrefix = "base ";

/**
 * Builds the loss. Inputs: `timesteps` `[batch]` int64 and `noise`; `latents`, or `mean`,
 * `log_variance` and `latent_noise`, all shaped like the latents; `encoder_hidden_states` `[batch,
 * tokens, width]`, or `input_ids` `[batch, tokens]` int64 where the step reads ids; with
 * weights `loss_weights` `[batch]`; with an offset `noise_offset` `[batch, channels, 1, 1]`; with a
 * perturbation `noise_perturbation`, shaped like the latents; with masks `mask` `[batch, 1, h, w]`; with a prediction prior `prior_states` `[batch, tokens, width]` and, where the step reads ids,
 * `prior_ids` `[batch, tokens]`; one `dropout:…` per adapted layer with dropout.
 */
export function trainingGraph(spec: TrainingGraphSpec): TrainingGraph {
  const { configs, tuning, batch, height, width, blocks } = spec;
  const shape = [batch, configs.unet.inChannels, height, width];
  const models = {
    unet: createWeights({ prefix: parameterPrefix("unet"), overlay: tuning.overlay("unet") }),
    text: createWeights({
      prefix: parameterPrefix("text_encoder"),
      overlay: tuning.overlay("text_encoder"),
    }),
  };
  const hasPrior = spec.predictionPrior !== undefined;
  const classStates = input("prior_states", statesShape(spec));
  const given = input("encoder_hidden_states", statesShape(spec));
  const states =
    tunedStates(spec, models.text) ?? (hasPrior ? concat([given, classStates], 0) : given);
  const predictWith = (weights: Weights, encoderHiddenStates: GraphNode): Predict => {
    return (sample, timestep) =>
      unet(configs.unet, weights, { sample, timestep, encoderHiddenStates }, blocks);
  };
  const latents = latentsOf(spec, shape);
  const noise = noiseOf(spec, latents);
  let prior: GraphNode | undefined;
  const { loss, perSample } = denoisingLoss({
    schedule: spec.schedule,
    predictionType: spec.predictionType,
    latents,
    noise,
    inputNoise: inputNoiseOf(spec, noise),
    timesteps: input("timesteps", [batch], "int64"),
    measure: spec.measure,
    ...(spec.isMasked ? { mask: input("mask", [batch, 1, height, width]) } : {}),
    ...(spec.isWeighted ? { weights: input("loss_weights", [batch]) } : {}),
    predict(sample, timestep) {
      if (!hasPrior) return predictWith(models.unet, states)(sample, timestep);
      const expected = predictWith(baseWeights(spec, models.unet), classStates)(sample, timestep);
      // The tuned model sees both captions at once.
      const twice = (x: GraphNode): GraphNode => concat([x, x], 0);
      const both = predictWith(models.unet, states)(twice(sample), twice(timestep));
      const error = sub(narrow(both, 0, batch, batch), detach(expected));
      prior = mul(mean(square(error)), spec.predictionPrior ?? 0);
      return narrow(both, 0, 0, batch);
    },
  });
  const total = prior === undefined ? loss : add(loss, prior);
  const trained = parametersOf({ outputs: { loss: total } }).filter(({ attributes }) =>
    tuning.parameterNames.has(attributes.name),
  );
  return { loss: total, perSample, trained };
}

type Predict = (sample: GraphNode, timestep: GraphNode) => GraphNode;

/** The UNet as it was: the same frozen parameters, and copies of those that are trained. */
function baseWeights({ tuning }: TrainingGraphSpec, tuned: Weights): Weights {
  const copies = createWeights({ prefix: basePrefix + parameterPrefix("unet") });
  return createWeights({
    provide: (name, shape) =>
      (tuning.parameterNames.has(parameterPrefix("unet") + name) ? copies : tuned).get(name, shape),
  });
}

/** Bytes of all values that a step computes on its way to the loss, kept or not. */
export function activationBytes({ loss }: Pick<TrainingGraph, "loss">): number {
  const computed = nodesOf({ outputs: { loss } }).filter(
    ({ kind }) => !["input", "parameter", "constant", "reshape", "checkpoint"].includes(kind),
  );
  return computed.reduce((sum, { shape, dtype }) => sum + sizeOf(shape) * dtypes[dtype].bytes, 0);
}

function latentsOf({ configs, from }: TrainingGraphSpec, shape: readonly number[]): GraphNode {
  if (from === "latents") return input("latents", shape);
  const distribution = {
    mean: input("mean", shape),
    logVariance: input("log_variance", shape),
  };
  return scaleLatents(configs.vae, sampleLatents(distribution, input("latent_noise", shape)));
}

function noiseOf({ noise: { offset } }: TrainingGraphSpec, latents: GraphNode): GraphNode {
  const noise = input("noise", latents.shape);
  if (offset.strength === 0) return noise;
  const [batch = 0, channels = 0] = latents.shape;
  const drawn = input("noise_offset", [batch, channels, 1, 1]);
  return offsetNoise(noise, offset, { latents, offset: drawn });
}

function inputNoiseOf({ noise: { perturbation } }: TrainingGraphSpec, noise: GraphNode): GraphNode {
  if (perturbation === 0) return noise;
  return perturbNoise(noise, perturbation, input("noise_perturbation", noise.shape));
}

const statesShape = ({ configs, batch, tokens }: TrainingGraphSpec): readonly number[] => [
  batch,
  tokens,
  configs.unet.crossAttentionDim,
];

/**
 * What the text encoder says of the captions and, behind them, of the class, where it is part of the
 * step; else its states are given.
 */
function tunedStates(spec: TrainingGraphSpec, weights: Weights): GraphNode | undefined {
  const { configs, batch, tokens, readsIds, predictionPrior, blocks } = spec;
  if (!readsIds) return undefined;
  const own = input("input_ids", [batch, tokens], "int64");
  const ofClass = input("prior_ids", [batch, tokens], "int64");
  const ids = predictionPrior === undefined ? own : concat([own, ofClass], 0);
  return clipText(configs.textEncoder, weights, ids, blocks).promptEmbeds;
}
