/** @file Numbers (timesteps, picture sizes, guidance) as vectors, and the two layers that read them. */

import {
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

/** `TimestepEmbedding` of diffusers: two layers with SiLU between them, `[…, any]` to `[…, width]`. */
export function twoLayers(weights: Weights, x: GraphNode, width: number): GraphNode {
  const hidden = silu(nn.linear(weights.scope("linear_1"), x, width));
  return nn.linear(weights.scope("linear_2"), hidden, width);
}
