/**
 * @file Mixed precision (Micikevicius et al. 2018) as a pass over a whole training graph: products compute in float16,
 * all else as `precision-policy.ts` says. It runs after differentiation, so that one policy holds for the forward and
 * the backward pass, and casts need no gradients: parameters stay float32, and so does what they are given.
 */

import type { DType } from "../dtype.js";
import { sizeOf } from "../shape.js";
import { tensorOfNumbers } from "../tensor.js";
import { type Graph, nodesOf } from "./graph.js";
import { type GraphNode, inputAt } from "./node.js";
import { cast, mul } from "./ops/elementwise.js";
import { matmul } from "./ops/linalg.js";
import { constant } from "./ops/source.js";
import { precisionOf } from "./precision-policy.js";
import { rebuild } from "./rebuild.js";

/** The same results of the same types, with products in float16. */
export function mixedPrecision(graph: Graph): Graph {
  const casts = createCasts();
  const mapped = new Map<GraphNode, GraphNode>();
  const mappedOf = (node: GraphNode): GraphNode => mapped.get(node) ?? node;
  for (const node of nodesOf(graph)) {
    mapped.set(node, mapNode(node, node.inputs.map(mappedOf), casts));
  }
  const outputs = Object.entries(graph.outputs).map(
    ([name, node]) => [name, cast(mappedOf(node), node.dtype)] as const,
  );
  return { outputs: Object.fromEntries(outputs) };
}

/** Casts of values between float32 and float16. */
interface Casts {
  /**
   * One for all who read it, since the backward pass then keeps that alone; of a weight each its own, since weights
   * are there anyway.
   */
  readonly narrow: (value: GraphNode) => GraphNode;
  /** Each its own, so that the backward pass keeps what is narrow; but norms share theirs with their gradients. */
  readonly widen: (value: GraphNode, reader: GraphNode) => GraphNode;
}

function createCasts(): Casts {
  const narrowed = new Map<GraphNode, GraphNode>();
  const ofNorms = new Map<GraphNode, GraphNode>();
  const shared = (known: Map<GraphNode, GraphNode>, value: GraphNode, to: DType): GraphNode => {
    const copy = known.get(value) ?? cast(value, to);
    known.set(value, copy);
    return copy;
  };
  return {
    narrow(value) {
      if (value.dtype !== "float32") return value;
      return value.kind === "parameter"
        ? cast(value, "float16")
        : shared(narrowed, value, "float16");
    },
    widen(value, { kind }) {
      if (value.dtype !== "float16") return value;
      return kind === "standardize" || kind === "inverseDeviation"
        ? shared(ofNorms, value, "float32")
        : cast(value, "float32");
    },
  };
}

/** A node on operands that may be narrow by now. */
function mapNode(node: GraphNode, inputs: readonly GraphNode[], casts: Casts): GraphNode {
  const precision = precisionOf(node);
  switch (precision) {
    case "float16":
      return node.kind === "matmul" && node.attributes.alpha !== 1
        ? scaledBefore(node, inputs, casts)
        : withInputs(node, inputs.map(casts.narrow));
    case "float32": {
      const copies = new Map(inputs.map((input) => [input, casts.widen(input, node)]));
      return withInputs(
        node,
        inputs.map((input) => copies.get(input) ?? input),
      );
    }
    case "rounded": {
      const result = withInputs(
        node,
        inputs.map((input) => casts.widen(input, node)),
      );
      return cast(result, inputAt(inputs, 0, node.kind).dtype);
    }
    case "widest": {
      const numbers = inputs.map(narrowNumber);
      const isNarrow =
        inputs.some(({ dtype }) => dtype === "float16") &&
        inputs.every(({ dtype }, i) => dtype !== "float32" || numbers[i] !== undefined);
      return withInputs(
        node,
        inputs.map((input, i) => (isNarrow ? (numbers[i] ?? input) : casts.widen(input, node))),
      );
    }
    case "given":
      return withInputs(node, inputs);
    default:
      return precision satisfies never;
  }
}

function withInputs(node: GraphNode, inputs: readonly GraphNode[]): GraphNode {
  return inputs.every((input, i) => input === node.inputs[i]) ? node : rebuild(node, inputs);
}

/**
 * A product's factor (one over the root of a head's width) comes before the product, in float32 and on the smaller
 * operand: scores of attention that are scaled afterwards may have overflowed by then.
 */
function scaledBefore(
  node: GraphNode & { readonly kind: "matmul" },
  inputs: readonly GraphNode[],
  { narrow, widen }: Casts,
): GraphNode {
  const { alpha, ...transposes } = node.attributes;
  const [a, b] = [inputAt(inputs, 0, "matmul"), inputAt(inputs, 1, "matmul")];
  const scaled = (x: GraphNode): GraphNode => cast(mul(widen(x, node), alpha), "float16");
  return sizeOf(a.shape) <= sizeOf(b.shape)
    ? matmul(scaled(a), narrow(b), transposes)
    : matmul(narrow(a), scaled(b), transposes);
}

/** A number that float16 holds exactly, in float16: one in a graph does not widen what it is computed with. */
function narrowNumber(node: GraphNode): GraphNode | undefined {
  if (node.kind !== "constant" || node.dtype !== "float32" || sizeOf(node.shape) !== 1) {
    return undefined;
  }
  const [value = 0] = Array.from(node.attributes.value.data, Number);
  return isHalf(value) ? constant(tensorOfNumbers([value], node.shape, "float16")) : undefined;
}

/** Whether eleven bits hold a number, of a size that float16 has with all of them. */
function isHalf(value: number): boolean {
  const size = Math.abs(value);
  if (size === 0) return true;
  const lastBit = 2 ** (Math.floor(Math.log2(size)) - 10);
  return size >= 2 ** -14 && size <= 65504 && Number.isInteger(size / lastBit);
}
