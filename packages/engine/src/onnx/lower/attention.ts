/**
 * @file Attention through ONNX Runtime's MultiHeadAttention, which never stores the score maps, or composed of
 * products and softmax, block by block, where a device's own is not to be trusted.
 */

import { type DType, dtypes } from "../../dtype.js";
import { mapGroups, queryBlocks, type Range } from "../../graph/attention-blocks.js";
import { inputAt, type NodeOf } from "../../graph/node.js";
import type { AttentionAttributes } from "../../graph/op-attributes.js";
import { tensorOfNumbers } from "../../tensor.js";
import { type LoweringContext, type Lowerings, MICROSOFT, operands } from "../lowering.js";

export const attentionLowerings: Lowerings<keyof AttentionAttributes> = {
  attention(node, context) {
    if (!context.fusesAttention) return composed(node, context);
    return context.emit("MultiHeadAttention", operands(node, context), {
      domain: MICROSOFT,
      attributes: {
        num_heads: { int: node.attributes.heads },
        scale: { float: node.attributes.scale },
      },
    });
  },
};

/** The heads of query, key and value lie one after another, `[batch·heads, tokens, d]`; the keys transposed. */
function composed(node: NodeOf<"attention">, context: LoweringContext): string {
  const { heads, scale } = node.attributes;
  const [batch = 0, tokens = 0, width = 0] = node.shape;
  const keys = inputAt(node.inputs, 1, "attention").shape[1] ?? 0;
  const [maps, depth] = [batch * heads, width / heads];
  const reshape = (name: string, shape: readonly number[]): string =>
    context.emit("Reshape", [name, context.integers(shape)]);
  const transpose = (name: string, permutation: readonly number[]): string =>
    context.emit("Transpose", [name], { attributes: { perm: { ints: permutation } } });
  const split = (name: string, rows: number, permutation: readonly number[]): string =>
    transpose(reshape(name, [batch, rows, heads, depth]), permutation);
  const take = (name: string, axis: number, [start, size]: Range, extent: number): string =>
    size === extent
      ? name
      : context.emit("Slice", [
          name,
          ...[[start], [start + size], [axis]].map((values) => context.integers(values)),
        ]);
  const join = (names: readonly string[], axis: number): string =>
    names.length === 1
      ? (names[0] ?? "")
      : context.emit("Concat", names, { attributes: { axis: { int: axis } } });

  const [q = "", k = "", v = ""] = operands(node, context);
  // Queries are scaled before the product, in float32 as the softmax is: scores in float16 overflow otherwise.
  const isHalf = node.dtype === "float16";
  const castTo = (name: string, to: DType): string =>
    context.emit("Cast", [name], { attributes: { to: { int: dtypes[to].onnx } } });
  const wide = (name: string): string => (isHalf ? castTo(name, "float32") : name);
  const narrow = (name: string): string => (isHalf ? castTo(name, "float16") : name);
  const factor = context.constant(tensorOfNumbers([scale], [], isHalf ? "float32" : node.dtype));
  const scaled = narrow(context.emit("Mul", [wide(q), factor]));
  const query = reshape(split(scaled, tokens, [0, 2, 1, 3]), [maps, tokens, depth]);
  const key = reshape(split(k, keys, [0, 2, 3, 1]), [maps, depth, keys]);
  const value = reshape(split(v, keys, [0, 2, 1, 3]), [maps, keys, depth]);
  const groups = mapGroups(maps, tokens, keys).map((group) => {
    const [own, ownKeys, ownValues] = [query, key, value].map((x) => take(x, 0, group, maps));
    const blocks = queryBlocks(tokens, keys).map((rows) => {
      const scores = context.emit("MatMul", [take(own ?? "", 1, rows, tokens), ownKeys ?? ""]);
      const probabilities = context.emit("Softmax", [wide(scores)], {
        attributes: { axis: { int: -1 } },
      });
      return context.emit("MatMul", [narrow(probabilities), ownValues ?? ""]);
    });
    return join(blocks, 1);
  });
  const result = transpose(reshape(join(groups, 0), [batch, heads, tokens, depth]), [0, 2, 1, 3]);
  return reshape(result, node.shape);
}
