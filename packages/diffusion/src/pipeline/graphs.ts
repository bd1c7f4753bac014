/**
 * @file The graphs that a pipeline runs. Every component's parameters bear the component's name in
 * front, so that one graph can hold several.
 */

import { createWeights, type Graph, input, type Overlay, type Shape } from "@atelier/engine";
import { type Configs, parameterPrefix } from "../families/components.js";
import type { ModelFamily, NamedNodes, TextEncoder } from "../families/family.js";
import type { BlockOptions } from "../models/layers/block-runner.js";

/** A model without its weights. */
export interface ModelKind {
  readonly family: ModelFamily;
  readonly configs: Configs;
}

/** Token ids `input_ids` `[1, tokens]` to `states` and, where the encoder has it, `pooled`. */
export function textEncoderGraph(
  { configs }: ModelKind,
  encoder: TextEncoder,
  { tokens, clipSkip, overlay }: { tokens: number; clipSkip: number; overlay: Overlay },
): Graph {
  const weights = createWeights({ prefix: parameterPrefix(encoder.component), overlay });
  const inputIds = input("input_ids", [1, tokens], "int64");
  const { states, pooled } = encoder.encode(configs, weights, inputIds, { clipSkip });
  return { outputs: { states, ...(pooled === undefined ? {} : { pooled }) } };
}

/** Extents of the denoiser's inputs; height and width are those of the latents. */
export interface DenoiserExtents extends Pick<BlockOptions, "skippedBlocks"> {
  readonly batch: number;
  readonly height: number;
  readonly width: number;
  readonly tokens: number;
}

/** `sample`, `timestep` and the family's conditioning to `prediction`, shaped like the sample. */
export function denoiserGraph(
  { family, configs }: ModelKind,
  { batch, height, width, tokens, skippedBlocks }: DenoiserExtents,
  overlay: Overlay,
): Graph {
  const weights = createWeights({ prefix: parameterPrefix(family.denoiser), overlay });
  const { channels } = family.latents(configs);
  const inputs = {
    sample: input("sample", [batch, channels, height, width]),
    time: input("timestep", [batch]),
    conditioning: conditioningInputs({ family, configs }, batch, tokens),
  };
  return {
    outputs: { prediction: family.predict(configs, weights, inputs, { skippedBlocks }) },
  };
}

/** The conditioning as inputs of a graph. @param prefix of their names */
export function conditioningInputs(
  { family, configs }: ModelKind,
  rows: number,
  tokens: number,
  prefix = "",
): NamedNodes {
  const shapes = Object.entries(family.conditioning.shapes(configs, rows, tokens));
  return Object.fromEntries(shapes.map(([name, shape]) => [name, input(prefix + name, shape)]));
}

/** One picture `pixels` to the `mean` and `log_variance` of its unscaled latents. */
export function encoderGraph({ family, configs }: ModelKind, pixels: Shape): Graph {
  const weights = createWeights({ prefix: parameterPrefix(family.autoencoder) });
  const picture = input("pixels", pixels);
  const { mean, logVariance } = family.encodePictures(configs, weights, picture);
  return { outputs: { mean, log_variance: logVariance } };
}

/** Scaled `latents` of one picture to its `pixels`, about −1 to 1. */
export function decoderGraph({ family, configs }: ModelKind, latents: Shape): Graph {
  const weights = createWeights({ prefix: parameterPrefix(family.autoencoder) });
  const given = input("latents", latents);
  return { outputs: { pixels: family.decodeLatents(configs, weights, given) } };
}
