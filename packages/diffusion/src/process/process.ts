/**
 * @file How pictures become noise and what a model learns of it, as one value that training and sampling
 * share: which times are drawn, how picture and noise are mixed, what the model is to predict.
 */

import type { GraphNode, HostTensor, TorchGenerator } from "@atelier/engine";
import type { HuberThreshold } from "./error-measure.js";
import type { TimestepWeighting } from "./loss-weights.js";
import type { PredictionType } from "./prediction-type.js";
import type { TimestepSampling } from "./timestep-sampling.js";

/** Clean latents x₀ and noise ε `[rows, channels, height, width]`. */
export interface Mixed {
  readonly latents: GraphNode;
  readonly noise: GraphNode;
}

/** A process from pictures to noise. */
export interface Process {
  /** What the model predicts. */
  readonly predictionType: PredictionType;
  /** The first and the last time of training. */
  readonly times: { readonly min: number; readonly max: number };
  /** Draws times. @throws AtelierError `config` for an empty range. */
  drawTimes(generator: TorchGenerator, count: number, sampling: TimestepSampling): number[];
  /** The time at a share from 0 to 1 of a range. */
  timeAt(share: number, range: Pick<TimestepSampling, "min" | "max">): number;
  /** Times as the input of a graph, `[rows]`, and the values that belong into it. */
  timesInput(name: string, rows: number): GraphNode;
  timesValues(times: readonly number[]): HostTensor;
  /** Times as the model reads them, `[rows]` float32. */
  modelTime(times: GraphNode): GraphNode;
  /** Noisy latents at times `[rows]`. */
  mix(mixed: Mixed, times: GraphNode): GraphNode;
  /** What the model is to predict of them. */
  target(mixed: Mixed, times: GraphNode): GraphNode;
  /** δ of the pseudo-Huber losses, `[rows, 1, 1, 1]`. */
  huberThreshold(threshold: HuberThreshold, times: GraphNode): GraphNode;
  /** @throws AtelierError `config` for a weighting that is not defined for the process. */
  requireWeighting(weighting: TimestepWeighting): void;
  /** The factor of the loss at a time. @throws AtelierError `config` as above. */
  lossWeight(time: number, weighting: TimestepWeighting): number;
}
