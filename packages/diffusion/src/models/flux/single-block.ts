/**
 * @file A block with one stream for text and picture, whose attention and feed-forward stand side by side (Dehghani
 * et al. 2023, section 2), named as diffusers' `FluxSingleTransformerBlock`.
 */

import { add, concat, type GraphNode, geluTanh, mul, nn, type Weights } from "@atelier/engine";
import { feedForwardRatio } from "../layers/gelu-feed-forward.js";
import { gatedModulation, modulate, modulationParts, plainNorm } from "../layers/modulation.js";
import type { Rotation } from "../layers/rotary.js";
import {
  ownNames,
  type StreamAttentionOptions,
  streamAttention,
} from "../layers/stream-attention.js";

/** What all single blocks share. */
export interface SingleBlockOptions extends StreamAttentionOptions {
  readonly rotation: Rotation;
}

/**
 * Changes tokens x `[batch, tokens, width]`.
 * @param told what all blocks are told `[batch or 1, width]`, after SiLU
 */
export function singleBlock(
  weights: Weights,
  { x, told }: { readonly x: GraphNode; readonly told: GraphNode },
  { rotation, ...options }: SingleBlockOptions,
): GraphNode {
  const width = x.shape.at(-1) ?? 0;
  const modulation = gatedModulation(modulationParts(weights.scope("norm"), told, 3), 0);
  const normed = modulate(plainNorm(x), modulation);
  const inner = nn.linear(weights.scope("proj_mlp"), normed, feedForwardRatio * width);
  const stream = { x: normed, names: ownNames, rotation };
  const mixed = streamAttention(weights.scope("attn"), [stream], options);
  const both = concat([mixed, geluTanh(inner)], 2);
  return add(x, mul(modulation.gate, nn.linear(weights.scope("proj_out"), both, width)));
}
