/** @file Numbers (timesteps, picture sizes) as vectors, and the layers that read them. */

import {
  add,
  cast,
  concat,
  constant,
  cos,
  floatTensor,
  type GraphNode,
  mul,
  nn,
  reshape,
  silu,
  sin,
  type Weights,
} from "@atelier/engine";
import type { UNetConfig } from "./config.js";
import type { UNetInputs } from "./inputs.js";

/** Form of a sinusoidal embedding. */
export interface SinusoidalOptions {
  /** Even number of components. */
  readonly width: number;
  /** Cosines before sines. */
  readonly flipSinToCos: boolean;
  /** Taken from the number of frequencies when they are spread from 1 to 1/10000. */
  readonly freqShift: number;
}

/**
 * Sines and cosines of a number at geometrically spread frequencies (Vaswani et al. 2017, section
 * 3.5; Ho et al. 2020): values `[…]` float32 to `[…, width]`.
 */
export function sinusoidalEmbedding(
  values: GraphNode,
  { width, flipSinToCos, freqShift }: SinusoidalOptions,
): GraphNode {
  const half = width / 2;
  // Rounded where PyTorch rounds: a timestep of 1000 magnifies the last bit of a frequency.
  const frequencies = Float32Array.from({ length: half }, (_, i) =>
    Math.exp(Math.fround(Math.fround(-Math.log(10000) * i) / Math.fround(half - freqShift))),
  );
  const column = reshape(values, [...values.shape, 1]);
  const angles = mul(column, constant(floatTensor(frequencies, [half])));
  const waves = flipSinToCos ? [cos(angles), sin(angles)] : [sin(angles), cos(angles)];
  return concat(waves, -1);
}

/**
 * The conditioning of all residual blocks, `[batch or 1, timeEmbeddingDim]`: the timestep and, for
 * `text_time`, the pooled text and six picture sizes (Podell et al. 2023, section 2.2).
 */
export function embedTime(config: UNetConfig, weights: Weights, inputs: UNetInputs): GraphNode {
  const { flipSinToCos, freqShift, timeEmbeddingDim } = config;
  const { dtype } = inputs.sample;
  const embed = (values: GraphNode, width: number): GraphNode =>
    cast(sinusoidalEmbedding(values, { width, flipSinToCos, freqShift }), dtype);
  const steps = embed(inputs.timestep, config.blockOutChannels[0] ?? 0);
  const time = twoLayers(weights.scope("time_embedding"), steps, timeEmbeddingDim);
  if (inputs.textEmbeds === undefined || inputs.timeIds === undefined) return time;
  const [batch = 0] = inputs.timeIds.shape;
  const sizes = reshape(embed(inputs.timeIds, config.additionTimeEmbedDim), [batch, -1]);
  const addition = concat([inputs.textEmbeds, sizes], 1);
  return add(time, twoLayers(weights.scope("add_embedding"), addition, timeEmbeddingDim));
}

function twoLayers(weights: Weights, x: GraphNode, width: number): GraphNode {
  const hidden = silu(nn.linear(weights.scope("linear_1"), x, width));
  return nn.linear(weights.scope("linear_2"), hidden, width);
}
