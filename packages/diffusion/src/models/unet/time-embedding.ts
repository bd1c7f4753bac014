/** @file What all residual blocks of a UNet are told: the timestep and, for some, pooled text and sizes. */

import { add, cast, concat, type GraphNode, reshape, type Weights } from "@atelier/engine";
import { sinusoidalEmbedding, twoLayers } from "../layers/sinusoidal-embedding.js";
import type { UNetConfig } from "./config.js";
import type { UNetInputs } from "./inputs.js";

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
