/**
 * @file The graph of a training step before differentiation: cached latents or their distribution,
 * text states or token ids, through the tuned models to the loss.
 */

import {
  add,
  concat,
  constant,
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
import type { AdaptedComponent, TextEncoderName } from "../../core/component-name.js";
import { parameterPrefix } from "../../families/components.js";
import type { NamedNodes } from "../../families/family.js";
import { presentEncoders } from "../../families/model-files.js";
import { graphOps } from "../../families/tensor-ops.js";
import { sampleLatents } from "../../models/autoencoder-kl/latents.js";
import type { BlockOptions } from "../../models/layers/block-runner.js";
import { conditioningInputs, type ModelKind } from "../../pipeline/graphs.js";
import { joinRows } from "../../pipeline/tensor-rows.js";
import { denoisingLoss } from "../../process/denoising.js";
import type { ErrorMeasure } from "../../process/error-measure.js";
import type { Process } from "../../process/process.js";
import { type NoiseOffset, offsetNoise, perturbNoise } from "../../process/training-noise.js";
import type { Tuning } from "../../tuning/tuning.js";

/** What the graph of a step depends on. */
export interface TrainingGraphSpec extends ModelKind {
  readonly tuning: Tuning;
  /** Whether adapters leave out at random what they are told to; by default. */
  readonly drops?: boolean | undefined;
  readonly process: Process;
  /** Rows of a batch: pictures of the subject and, behind them, of its class. */
  readonly batch: number;
  /** Of the latents. */
  readonly height: number;
  readonly width: number;
  readonly tokens: number;
  /** `latents`: scaled latents are given; `distribution`: their mean and log-variance. */
  readonly from: "latents" | "distribution";
  /**
   * Text encoders that the step runs itself, on token ids: where one is tuned, all that can be; where captions
   * change all the time, every one. Of none: what follows from texts is given.
   */
  readonly encoders: readonly TextEncoderName[];
  /** What a model that reads its guidance as a number is told. */
  readonly guidance?: number | undefined;
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
  /** Of the denoiser for the batch's captions, shaped like the latents. */
  readonly prediction: GraphNode;
  /** What it is to predict, likewise. */
  readonly target: GraphNode;
  readonly trained: readonly NodeOf<"parameter">[];
}

/** Prefix of the frozen copies of weights that are trained, as the prior's base reads them. */
export const basePrefix = "base ";

/**
 * Builds the loss. Inputs: `timesteps` `[batch]` as the process has it and `noise`; `latents`, or `mean`,
 * `log_variance` and `latent_noise`, all shaped like the latents; the family's conditioning but for guidance, of
 * which what follows from texts is replaced, where the step runs text encoders, by `ids:<text encoder>` `[batch,
 * tokens]` int64 and, of those that it does not run, `states:<text encoder>` `[batch, tokens, width]`; with weights
 * `loss_weights` `[batch]`; with an offset `noise_offset` `[batch, channels, 1, 1]`; with a
 * perturbation `noise_perturbation`, shaped like the latents; with masks `mask` `[batch, 1, h, w]`; with a
 * prediction prior the class's conditioning, `prior:…`, and, where the step runs encoders, what they read; one
 * `dropout:…` per adapted layer with dropout.
 */
export function trainingGraph(spec: TrainingGraphSpec): TrainingGraph {
  const { family, configs, tuning, process, batch, height, width, blocks } = spec;
  const shape = [batch, family.latents(configs).channels, height, width];
  const tuned = tunedWeights(spec, family.denoiser);
  const hasPrior = spec.predictionPrior !== undefined;
  const classConditioning = givenConditioning(spec, priorPrefix);
  const conditioning = conditioningOf(spec, classConditioning);
  const predictWith = (weights: Weights, given: NamedNodes): Predict => {
    return (sample, time) =>
      family.predict(configs, weights, { sample, time, conditioning: given }, blocks);
  };
  const latents = latentsOf(spec, shape);
  const noise = noiseOf(spec, latents);
  let prior: GraphNode | undefined;
  const { loss, perSample, prediction, target } = denoisingLoss({
    process,
    latents,
    noise,
    inputNoise: inputNoiseOf(spec, noise),
    times: process.timesInput("timesteps", batch),
    measure: spec.measure,
    ...(spec.isMasked ? { mask: input("mask", [batch, 1, height, width]) } : {}),
    ...(spec.isWeighted ? { weights: input("loss_weights", [batch]) } : {}),
    predict(sample, time) {
      if (!hasPrior) return predictWith(tuned, conditioning)(sample, time);
      const expected = predictWith(baseWeights(spec, tuned), classConditioning)(sample, time);
      // The tuned model sees both captions at once.
      const twice = (x: GraphNode): GraphNode => concat([x, x], 0);
      const both = predictWith(tuned, conditioning)(twice(sample), twice(time));
      const error = sub(narrow(both, 0, batch, batch), detach(expected));
      prior = mul(mean(square(error)), spec.predictionPrior ?? 0);
      return narrow(both, 0, 0, batch);
    },
  });
  const total = prior === undefined ? loss : add(loss, prior);
  const trained = parametersOf({ outputs: { loss: total } }).filter(({ attributes }) =>
    tuning.parameterNames.has(attributes.name),
  );
  return { loss: total, perSample, prediction, target, trained };
}

/** Prefix of the inputs that belong to the class whose prediction is kept. */
export const priorPrefix = "prior:";

/** The input of a text encoder's ids. */
export function idsInput(encoder: TextEncoderName): string {
  return `ids:${encoder}`;
}

/** The input of what a text encoder says that the step does not run beside others. */
export function statesInput(encoder: TextEncoderName): string {
  return `states:${encoder}`;
}

function tunedWeights({ tuning, drops }: TrainingGraphSpec, component: AdaptedComponent): Weights {
  return createWeights({
    prefix: parameterPrefix(component),
    overlay: tuning.overlay(component, { drops }),
  });
}

type Predict = (sample: GraphNode, time: GraphNode) => GraphNode;

/** The denoiser as it was: the same frozen parameters, and copies of those that are trained. */
function baseWeights({ family, tuning }: TrainingGraphSpec, tuned: Weights): Weights {
  const prefix = parameterPrefix(family.denoiser);
  const copies = createWeights({ prefix: basePrefix + prefix });
  return createWeights({
    provide: (name, shape) =>
      (tuning.parameterNames.has(prefix + name) ? copies : tuned).get(name, shape),
  });
}

/** Bytes of all values that a step computes on its way to the loss, kept or not. */
export function activationBytes({ loss }: Pick<TrainingGraph, "loss">): number {
  const computed = nodesOf({ outputs: { loss } }).filter(
    ({ kind }) => !["input", "parameter", "constant", "reshape", "checkpoint"].includes(kind),
  );
  return computed.reduce((sum, { shape, dtype }) => sum + sizeOf(shape) * dtypes[dtype].bytes, 0);
}

function latentsOf(
  { family, configs, from }: TrainingGraphSpec,
  shape: readonly number[],
): GraphNode {
  if (from === "latents") return input("latents", shape);
  const distribution = {
    mean: input("mean", shape),
    logVariance: input("log_variance", shape),
  };
  return family.scaleLatents(configs, sampleLatents(distribution, input("latent_noise", shape)));
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

/**
 * What the denoiser is told of the captions and, behind them, of the class. Where text encoders are part of
 * the step, they say what follows from texts; all else is given.
 */
function conditioningOf(spec: TrainingGraphSpec, ofClass: NamedNodes): NamedNodes {
  const { predictionPrior } = spec;
  const given = givenConditioning(spec);
  const hasPrior = predictionPrior !== undefined;
  const both = hasPrior
    ? mapNodes(given, (node, name) => concat([node, ofClass[name] ?? node], 0))
    : given;
  return { ...both, ...(spec.encoders.length > 0 ? encodedTexts(spec) : {}) };
}

/** The conditioning as inputs, and a guidance that does not change. */
function givenConditioning(spec: TrainingGraphSpec, prefix = ""): NamedNodes {
  const { family, configs, batch, tokens, guidance = 1 } = spec;
  const fixed = Object.entries(family.conditioning.ofGuidance?.(configs, guidance) ?? {});
  return {
    ...conditioningInputs(spec, batch, tokens, prefix),
    ...Object.fromEntries(
      fixed.map(([name, row]) => [
        name,
        constant(joinRows(Array.from({ length: batch }, () => row))),
      ]),
    ),
  };
}

/** What the text encoders say of the captions' ids and, behind them, of the class's. */
function encodedTexts(spec: TrainingGraphSpec): NamedNodes {
  const { family, configs, batch, encoders, predictionPrior, blocks = {} } = spec;
  const both = (read: (prefix: string) => GraphNode): GraphNode =>
    predictionPrior === undefined ? read("") : concat([read(""), read(priorPrefix)], 0);
  const texts = presentEncoders(family, configs).map((encoder) => {
    const { component } = encoder;
    const { tokens, width } = encoder.limits(configs);
    if (!encoders.includes(component)) {
      const states = both((prefix) =>
        input(prefix + statesInput(component), [batch, tokens, width]),
      );
      return [component, { states }] as const;
    }
    const ids = both((prefix) => input(prefix + idsInput(component), [batch, tokens], "int64"));
    return [
      component,
      encoder.encode(configs, tunedWeights(spec, component), ids, blocks),
    ] as const;
  });
  return family.conditioning.ofTexts(configs, Object.fromEntries(texts), graphOps);
}

function mapNodes(
  nodes: NamedNodes,
  change: (node: GraphNode, name: string) => GraphNode,
): NamedNodes {
  return Object.fromEntries(
    Object.entries(nodes).map(([name, node]) => [name, change(node, name)]),
  );
}
