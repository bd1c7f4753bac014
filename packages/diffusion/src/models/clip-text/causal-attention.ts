/** @file Self-attention in which a token sees only itself and those before it, named as CLIP's. */

import {
  add,
  cast,
  constant,
  floatTensor,
  type GraphNode,
  matmul,
  nn,
  reshape,
  softmax,
  transpose,
  type Weights,
} from "@atelier/engine";

/**
 * x `[batch, tokens, width]` to the same shape. Written out rather than with the `attention`
 * operation, which has no mask: a caption's 77 tokens make small maps.
 */
export function causalAttention(
  weights: Weights,
  x: GraphNode,
  { heads, mask }: { readonly heads: number; readonly mask: GraphNode },
): GraphNode {
  const [batch = 0, tokens = 0, width = 0] = x.shape;
  const depth = width / heads;
  const project = (name: string): GraphNode =>
    transpose(
      reshape(nn.linear(weights.scope(name), x, width), [batch, tokens, heads, depth]),
      [0, 2, 1, 3],
    );
  const alpha = 1 / Math.sqrt(depth);
  const scores = matmul(project("q_proj"), project("k_proj"), { transposeB: true, alpha });
  const mixed = matmul(softmax(add(scores, mask)), project("v_proj"));
  const joined = reshape(transpose(mixed, [0, 2, 1, 3]), x.shape);
  return nn.linear(weights.scope("out_proj"), joined, width);
}

/** Added to scores: 0 where key ≤ query, else so low that softmax gives 0. `[tokens, tokens]` */
export function causalMask(tokens: number, dtype: GraphNode["dtype"]): GraphNode {
  const values = Float32Array.from({ length: tokens * tokens }, (_, i) =>
    i % tokens > Math.floor(i / tokens) ? -1e9 : 0,
  );
  return cast(constant(floatTensor(values, [tokens, tokens])), dtype);
}
