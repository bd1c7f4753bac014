/**
 * @file The gradient of attention, without ever holding the score maps of all heads at once: scores
 * are computed again, block by block (Dao et al. 2022, appendix B.2, with the row sums of dP∘P
 * taken from dO∘O).
 */

import { mapGroups, queryBlocks, type Range } from "../../graph/attention-blocks.js";
import { type GraphNode, inputAt } from "../../graph/node.js";
import type { AttentionAttributes } from "../../graph/op-attributes.js";
import { add, mul, sub } from "../../graph/ops/elementwise.js";
import { matmul } from "../../graph/ops/linalg.js";
import { concat, narrow, reshape, transpose } from "../../graph/ops/movement.js";
import { softmax, sum } from "../../graph/ops/reduce.js";
import { type GradientRules, once } from "../rule.js";

interface Gradients {
  readonly query: GraphNode;
  readonly key: GraphNode;
  readonly value: GraphNode;
}

/** q, k, v, dO `[maps, tokens, d]` and the row sums of dO∘O `[maps, tokens, 1]`. */
interface Block {
  readonly query: GraphNode;
  readonly key: GraphNode;
  readonly value: GraphNode;
  readonly cotangent: GraphNode;
  readonly rowSums: GraphNode;
}

export const attentionRules: GradientRules<keyof AttentionAttributes> = {
  attention(output, g) {
    const { heads, scale } = output.attributes;
    const [q, k, v] = [0, 1, 2].map((i) => inputAt(output.inputs, i, "attention"));
    if (q === undefined || k === undefined || v === undefined) return [];
    const gradients = once((): Gradients => {
      const cotangent = splitHeads(g, heads);
      const rowSums = headRowSums(mul(g, output), heads);
      const [query, key, value] = [
        splitHeads(q, heads),
        splitHeads(k, heads),
        splitHeads(v, heads),
      ];
      return overMaps({ query, key, value, cotangent, rowSums }, scale);
    });
    return [
      () => joinHeads(gradients().query, heads),
      () => joinHeads(gradients().key, heads),
      () => joinHeads(gradients().value, heads),
    ];
  },
};

/** `[batch, tokens, heads·d]` to `[batch·heads, tokens, d]`. */
function splitHeads(x: GraphNode, heads: number): GraphNode {
  const [batch = 0, tokens = 0, width = 0] = x.shape;
  const split = reshape(x, [batch, tokens, heads, width / heads]);
  return reshape(transpose(split, [0, 2, 1, 3]), [batch * heads, tokens, width / heads]);
}

/** Sums over each head's part: `[batch, tokens, heads·d]` to `[batch·heads, tokens, 1]`. */
function headRowSums(x: GraphNode, heads: number): GraphNode {
  const [batch = 0, tokens = 0, width = 0] = x.shape;
  const sums = sum(reshape(x, [batch, tokens, heads, width / heads]), { axes: [-1] });
  return reshape(transpose(sums, [0, 2, 1]), [batch * heads, tokens, 1]);
}

function joinHeads(x: GraphNode, heads: number): GraphNode {
  const [maps = 0, tokens = 0, depth = 0] = x.shape;
  const split = reshape(x, [maps / heads, heads, tokens, depth]);
  return reshape(transpose(split, [0, 2, 1, 3]), [maps / heads, tokens, heads * depth]);
}

/** Works through groups of whole maps, or through blocks of query rows where one map is too large. */
function overMaps(block: Block, scale: number): Gradients {
  const [maps = 0, tokens = 0] = block.query.shape;
  const keys = block.key.shape[1] ?? 0;
  const parts = mapGroups(maps, tokens, keys).map(([start, size]) => {
    const take = (x: GraphNode): GraphNode => narrow(x, 0, start, size);
    const group: Block = {
      query: take(block.query),
      key: take(block.key),
      value: take(block.value),
      cotangent: take(block.cotangent),
      rowSums: take(block.rowSums),
    };
    const rows = queryBlocks(tokens, keys);
    return rows.length > 1 ? overQueries(group, rows, scale) : ofBlock(group, scale);
  });
  return {
    query: concat(
      parts.map((part) => part.query),
      0,
    ),
    key: concat(
      parts.map((part) => part.key),
      0,
    ),
    value: concat(
      parts.map((part) => part.value),
      0,
    ),
  };
}

function overQueries(block: Block, rows: readonly Range[], scale: number): Gradients {
  const parts = rows.map(([start, size]) => {
    const take = (x: GraphNode): GraphNode => narrow(x, 1, start, size);
    return ofBlock(
      {
        ...block,
        query: take(block.query),
        cotangent: take(block.cotangent),
        rowSums: take(block.rowSums),
      },
      scale,
    );
  });
  return {
    query: concat(
      parts.map((part) => part.query),
      1,
    ),
    key: parts.map((part) => part.key).reduce((a, b) => add(a, b)),
    value: parts.map((part) => part.value).reduce((a, b) => add(a, b)),
  };
}

function ofBlock({ query, key, value, cotangent, rowSums }: Block, scale: number): Gradients {
  const probabilities = softmax(matmul(query, key, { transposeB: true, alpha: scale }));
  const dValue = matmul(probabilities, cotangent, { transposeA: true });
  const dProbabilities = matmul(cotangent, value, { transposeB: true });
  const dScores = mul(probabilities, sub(dProbabilities, rowSums));
  return {
    query: matmul(dScores, key, { alpha: scale }),
    key: matmul(dScores, query, { transposeA: true, alpha: scale }),
    value: dValue,
  };
}
