/**
 * @file The spatial transformer of a UNet (Rombach et al. 2022, appendix E.2.1), named as diffusers'
 * `Transformer2DModel` and `BasicTransformerBlock`.
 */

import {
  add,
  checkpoint,
  type GraphNode,
  gelu,
  mul,
  narrow,
  nn,
  type Weights,
} from "@atelier/engine";
import { attentionLayer } from "../layers/attention-layer.js";
import type { BlockRunner } from "../layers/block-runner.js";
import { mapToTokens, tokensToMap } from "../layers/feature-map.js";

/** Depth, heads and projections of a spatial transformer. */
export interface TransformerOptions {
  readonly heads: number;
  readonly layers: number;
  readonly groups: number;
  readonly useLinearProjection: boolean;
  readonly run: BlockRunner;
  /** Whether the gate of the feed-forward is computed again in the backward pass. */
  readonly recompute: boolean;
}

/** Adds self-attention, attention to text `[batch, tokens, any]` and feed-forward to x `[batch, channels, height, width]`. */
export function spatialTransformer(
  weights: Weights,
  { x, text }: { readonly x: GraphNode; readonly text: GraphNode },
  { heads, layers, groups, useLinearProjection, run, recompute }: TransformerOptions,
): GraphNode {
  const width = x.shape[1] ?? 0;
  const enter = (map: GraphNode): GraphNode => {
    const normed = nn.groupNorm(weights.scope("norm"), map, { groups, epsilon: 1e-6 });
    const scope = weights.scope("proj_in");
    return useLinearProjection
      ? nn.linear(scope, mapToTokens(normed), width)
      : mapToTokens(nn.conv(scope, normed, width, { kernel: 1 }));
  };
  let tokens = run(enter, [x]);
  for (let layer = 0; layer < layers; layer++) {
    const scope = weights.scope(`transformer_blocks.${layer}`);
    const block = (h: GraphNode, context: GraphNode): GraphNode =>
      transformerLayer(scope, { x: h, context }, { heads, recompute });
    tokens = run(block, [tokens, text]);
  }
  const scope = weights.scope("proj_out");
  const left = useLinearProjection
    ? tokensToMap(nn.linear(scope, tokens, width), x.shape)
    : nn.conv(scope, tokensToMap(tokens, x.shape), width, { kernel: 1 });
  return add(left, x);
}

function transformerLayer(
  weights: Weights,
  { x, context }: { readonly x: GraphNode; readonly context: GraphNode },
  { heads, recompute }: Pick<TransformerOptions, "heads" | "recompute">,
): GraphNode {
  const norm = (index: 1 | 2 | 3, input: GraphNode): GraphNode =>
    nn.layerNorm(weights.scope(`norm${index}`), input, 1e-5);
  const seen = add(attentionLayer(weights.scope("attn1"), { x: norm(1, x) }, { heads }), x);
  const read = attentionLayer(weights.scope("attn2"), { x: norm(2, seen), context }, { heads });
  const told = add(read, seen);
  return add(feedForward(weights.scope("ff"), norm(3, told), recompute), told);
}

/** GEGLU (Shazeer 2020): the first half of the projection is the value, the second its gate. */
function feedForward(weights: Weights, x: GraphNode, recompute: boolean): GraphNode {
  const width = x.shape.at(-1) ?? 0;
  const inner = 4 * width;
  const projected = nn.linear(weights.scope("net.0.proj"), x, 2 * inner);
  const gate = (h: GraphNode): GraphNode =>
    mul(narrow(h, -1, 0, inner), gelu(narrow(h, -1, inner, inner)));
  const gated = recompute ? checkpoint(gate, [projected]) : gate(projected);
  return nn.linear(weights.scope("net.2"), gated, width);
}
