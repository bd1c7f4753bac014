/**
 * @file How pictures become noise and what a model learns of it, as one value that training and sampling
 * share: which times are drawn, how picture and noise are mixed, what the model is to predict.
 */

import type { GraphNode, HostTensor, TorchGenerator } from "@atelier/engine";
import type { HuberThreshold } from "./error-measure.js";
import type { TimestepWeighting } from "./loss-weights.js";
import type { ProcessPrediction } from "./prediction-type.js";
import type { TimestepSampling } from "./timestep-sampling.js";

/** Clean latents x₀ and noise ε `[rows, channels, height, width]`. */
export interface Mixed {
  readonly latents: GraphNode;
  readonly noise: GraphNode;
}

/** Height and width of latents. */
export interface LatentSize {
  readonly height: number;
  readonly width: number;
}

/** How the times of a batch are drawn. */
export interface TimeDraw extends TimestepSampling {
  /**
   * What moves them towards noise in place of the process's own shift: a factor of σ's odds, or what follows from
   * the size of the pictures.
   */
  readonly shift?: number | "dynamic" | undefined;
  /** Of the batch. */
  readonly latents: LatentSize;
}

/** What a process may not be defined for. */
export interface ObjectiveOptions {
  readonly weighting: TimestepWeighting;
  /** Strength; 0 for none. */
  readonly noiseOffset: number;
  /** Whether times are to be shifted; see {@link TimeDraw}. */
  readonly shiftsTimes: boolean;
}

/** A process from pictures to noise. */
export interface Process {
  /** What the model predicts. */
  readonly predictionType: ProcessPrediction;
  /** The first and the last time of training. */
  readonly times: { readonly min: number; readonly max: number };
  /** Draws times. @throws AtelierError `config` for an empty range. */
  drawTimes(generator: TorchGenerator, count: number, draw: TimeDraw): number[];
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
  /** @throws AtelierError `config` for what is not defined for the process, with the reason. */
  requireObjective(options: ObjectiveOptions): void;
  /** The factor of the loss at a time. @throws AtelierError `config` for a weighting that is not defined. */
  lossWeight(time: number, weighting: TimestepWeighting): number;
}
