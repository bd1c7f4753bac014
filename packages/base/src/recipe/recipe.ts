/**
 * @file What a model's pre-training is made of: first values, loss, batches and a look at the
 * result. The loop in pretrain.ts runs any of them.
 */

import type { RgbPicture } from "@atelier/diffusion/core";
import type {
  FloatTensor,
  GraphNode,
  Optimizer,
  OptimizerGroup,
  ParameterSource,
  TensorMap,
} from "@atelier/engine";
import type { Scene } from "../world/scene.js";
import type { ModelName } from "./models.js";

/** Weights by the checkpoint's names. */
export type NamedWeights = ReadonlyMap<string, FloatTensor>;

/** Draws a scene; the same scene gives the same bytes. */
export type DrawScene = (scene: Scene) => Promise<RgbPicture>;

/** The scalar to minimise, and scalars to report. */
export interface StepLoss {
  readonly loss: GraphNode;
  readonly metrics?: Readonly<Record<string, GraphNode>>;
}

/** How well a model does. */
export interface Evaluation {
  /** Numbers by name, units in the names. */
  readonly metrics: Readonly<Record<string, number>>;
  /** Pictures to look at. */
  readonly sheet?: RgbPicture;
}

/** A model's pre-training. */
export interface Recipe {
  readonly name: ModelName;
  /** First values of what is trained. */
  readonly initial: NamedWeights;
  /** Values of this model that stay as they are, and are saved with those that are trained. */
  readonly kept?: NamedWeights;
  /** Values of other models. */
  readonly frozen: ReadonlyMap<string, ParameterSource>;
  /** What else the result depends on, such as the autoencoder below a UNet; compared on resuming. */
  readonly fingerprint: string;
  /** Reached after the warm-up. */
  readonly learningRate: number;
  readonly warmupSteps: number;
  readonly optimizer: Optimizer;
  /** Parameters with another optimizer. */
  readonly groups?: readonly OptimizerGroup[];
  /** Of the average of the weights, for one step. */
  readonly averageDecay: number;
  /** The same loss for each shape of batches. */
  readonly build: () => readonly [StepLoss, ...StepLoss[]];
  /** The inputs of a step, the first of which is 1: a pure function. */
  readonly batchAt: (step: number) => Promise<TensorMap>;
  readonly evaluateEverySteps: number;
  /** Tries averaged weights after so many finished steps. */
  readonly evaluate: (averaged: NamedWeights, step: number) => Promise<Evaluation>;
}
