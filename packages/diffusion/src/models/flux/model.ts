/**
 * @file `FluxTransformer2DModel` of diffusers as a graph: FLUX.1 dev and schnell. Parameters bear the checkpoint's
 * names.
 */

import { type GraphNode, mul, nn, silu, type Weights } from "@atelier/engine";
import {
  type BlockOptions,
  blockRunner,
  joinStreams,
  recomputesActivations,
  runStreams,
  splitStreams,
} from "../layers/block-runner.js";
import { jointBlock } from "../layers/joint-block.js";
import { continuousNorm } from "../layers/modulation.js";
import { joinRotations, rotationOf } from "../layers/rotary.js";
import { timestepTextEmbedding } from "../layers/timestep-text-embedding.js";
import { type FluxConfig, fluxWidth } from "./config.js";
import { type FluxInputs, requireFluxInputs } from "./inputs.js";
import { singleBlock } from "./single-block.js";

/** Base of the rotations' wavelengths. */
export const rotationBase = 10000;

/**
 * The predicted velocity of packed latents, `[batch, tokens, outChannels]`.
 * @throws AtelierError `shape` or `config` when the inputs do not fit the architecture.
 */
export function flux(
  config: FluxConfig,
  weights: Weights,
  inputs: FluxInputs,
  options: BlockOptions = {},
): GraphNode {
  requireFluxInputs(config, inputs);
  const width = fluxWidth(config);
  const image = nn.linear(weights.scope("x_embedder"), inputs.hiddenStates, width);
  const told = silu(embedTime(weights, inputs, width));
  const text = nn.linear(weights.scope("context_embedder"), inputs.encoderHiddenStates, width);
  const rotations = {
    text: rotationOf(inputs.txtIds, config.axesDimsRope, rotationBase),
    image: rotationOf(inputs.imgIds, config.axesDimsRope, rotationBase),
  };
  const blockOptions = {
    heads: config.numHeads,
    normalises: true,
    recompute: recomputesActivations(options),
  };
  let streams = { text, image };
  for (let layer = 0; layer < config.numLayers; layer++) {
    const scope = weights.scope(`transformer_blocks.${layer}`);
    streams = runStreams(
      options,
      (both, about) => jointBlock(scope, both, about, { ...blockOptions, rotations }),
      { ...streams, told },
    );
  }
  const rotation = joinRotations(rotations.text, rotations.image);
  const run = blockRunner(options);
  let x = joinStreams(streams);
  for (let layer = 0; layer < config.numSingleLayers; layer++) {
    const scope = weights.scope(`single_transformer_blocks.${layer}`);
    const block = (tokens: GraphNode, about: GraphNode): GraphNode =>
      singleBlock(scope, { x: tokens, told: about }, { ...blockOptions, rotation });
    x = run(block, [x, told]);
  }
  const { image: last } = splitStreams(x, text.shape[1] ?? 0);
  const normed = continuousNorm(weights.scope("norm_out"), last, told);
  return nn.linear(weights.scope("proj_out"), normed, config.outChannels);
}

/** The timestep and the guidance are embedded a thousand times as large. */
function embedTime(
  weights: Weights,
  { timestep, guidance, pooledProjections: pooled }: FluxInputs,
  width: number,
): GraphNode {
  const inputs = {
    timestep: mul(timestep, 1000),
    guidance: guidance === undefined ? undefined : mul(guidance, 1000),
    pooled,
  };
  return timestepTextEmbedding(weights.scope("time_text_embed"), inputs, width);
}
