/**
 * @file From what the model predicts (ε, v, x₀ or the flow ε − x₀) to x₀ and ε, in any coordinates, with
 * the clipping and dynamic thresholding of x₀ that a scheduler config asks for.
 */

import type { ProcessPrediction } from "../process/prediction-type.js";
import type { Marginal } from "./sampler.js";
import type { SchedulerConfig } from "./scheduler-fields.js";
import { weightedSum } from "./weighted-sum.js";

/** What to know of a model output to read it. */
export interface PredictionContext {
  readonly config: SchedulerConfig;
  /** How many samples the arrays hold; dynamic thresholding looks at each by itself. */
  readonly batchSize: number;
}

/** The model's estimate of the clean sample, limited as the config says. */
export function predictX0(
  context: PredictionContext,
  modelOutput: Float32Array,
  sample: Float32Array,
  marginal: Marginal,
): Float32Array {
  const type = context.config.prediction_type;
  return limit(context, rawX0(type, modelOutput, sample, marginal));
}

/**
 * The model's estimate of the noise ε, from its unlimited estimate of x₀. With v = α·ε − σ·x₀
 * (arXiv 2202.00512, appendix D), ε = α·v + σ·x at signal α and noise σ with α² + σ² = 1; of a flow,
 * ε = x + α·(ε − x₀) at α + σ = 1.
 */
export function predictEpsilon(
  type: ProcessPrediction,
  modelOutput: Float32Array,
  sample: Float32Array,
  { signal, noise }: Marginal,
): Float32Array {
  const norm = Math.hypot(signal, noise);
  switch (type) {
    case "epsilon":
      return modelOutput;
    case "v_prediction":
      return weightedSum([signal / norm, modelOutput], [noise / norm ** 2, sample]);
    case "sample":
      return epsilonFromX0(modelOutput, sample, { signal, noise });
    case "flow_prediction": {
      const whole = signal + noise;
      return weightedSum([1 / whole, sample], [signal / whole, modelOutput]);
    }
    default:
      return type satisfies never;
  }
}

/** The model's estimate of ε, by way of its limited x₀ where the config thresholds. */
export function predictLimitedEpsilon(
  context: PredictionContext,
  modelOutput: Float32Array,
  sample: Float32Array,
  marginal: Marginal,
): Float32Array {
  const { thresholding, prediction_type: type } = context.config;
  return thresholding
    ? epsilonFromX0(predictX0(context, modelOutput, sample, marginal), sample, marginal)
    : predictEpsilon(type, modelOutput, sample, marginal);
}

/** ε = (x − signal · x₀) / noise. */
export function epsilonFromX0(
  x0: Float32Array,
  sample: Float32Array,
  { signal, noise }: Marginal,
): Float32Array {
  return weightedSum([1 / noise, sample], [-signal / noise, x0]);
}

function rawX0(
  type: ProcessPrediction,
  modelOutput: Float32Array,
  sample: Float32Array,
  { signal, noise }: Marginal,
): Float32Array {
  const norm = Math.hypot(signal, noise);
  switch (type) {
    case "epsilon":
      return weightedSum([1 / signal, sample], [-noise / signal, modelOutput]);
    case "v_prediction":
      return weightedSum([signal / norm ** 2, sample], [-noise / norm, modelOutput]);
    case "sample":
      return modelOutput;
    case "flow_prediction": {
      const whole = signal + noise;
      return weightedSum([1 / whole, sample], [-noise / whole, modelOutput]);
    }
    default:
      return type satisfies never;
  }
}

function limit({ config, batchSize }: PredictionContext, x0: Float32Array): Float32Array {
  if (config.thresholding) return dynamicThreshold(x0, config, batchSize);
  if (!config.clip_sample) return x0;
  const range = config.clip_sample_range;
  return x0.map((value) => clamp(value, -range, range));
}

/**
 * Clamps each sample to the quantile s of its absolute values, where s > 1, and divides by s
 * (Saharia et al. 2022, arXiv 2205.11487, §2.3).
 */
function dynamicThreshold(
  x0: Float32Array,
  config: SchedulerConfig,
  batchSize: number,
): Float32Array {
  const size = x0.length / batchSize;
  const limited = new Float32Array(x0.length);
  for (let start = 0; start < x0.length; start += size) {
    const row = x0.subarray(start, start + size);
    const percentile = quantile(row.map(Math.abs), config.dynamic_thresholding_ratio);
    // The upper bound wins where it lies below 1, as in torch.clamp.
    const s = Math.min(Math.max(percentile, 1), config.sample_max_value);
    limited.set(
      row.map((value) => clamp(value, -s, s) / s),
      start,
    );
  }
  return limited;
}

/** Interpolated linearly between order statistics, as `torch.quantile` does. */
function quantile(values: Float32Array, q: number): number {
  const sorted = values.toSorted();
  const rank = q * (sorted.length - 1);
  const low = sorted[Math.floor(rank)] ?? Number.NaN;
  const high = sorted[Math.ceil(rank)] ?? Number.NaN;
  return low + (high - low) * (rank - Math.floor(rank));
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(Math.max(value, low), high);
}
