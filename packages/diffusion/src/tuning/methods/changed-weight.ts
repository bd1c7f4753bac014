/** @file Layers whose weight is changed as a whole, because the change is no cheap path beside it. */

import { add, checkpoint, type GraphNode, mul, sizeOf } from "@atelier/engine";
import { type Parts, partEntries } from "../../core/adapter-parts.js";
import type { AdaptedCall, ChangeFactors } from "./adapter-method.js";

/** Weights from here on, 1 MiB, are made again in the backward pass: twice the work, which is small. */
const LARGE_ELEMENTS = 2 ** 18;

/**
 * The layer with W + ΔW in one product; beside other adapters, which have added to its result
 * already, ΔW alone is added.
 */
export function applyChanged(
  { layer, y, parts }: AdaptedCall,
  deltaOf: (parts: Parts<GraphNode>) => GraphNode,
): GraphNode {
  const { weight, bias, apply } = layer;
  const entries = partEntries(parts);
  const block = (x: GraphNode, ...nodes: GraphNode[]): GraphNode => {
    const delta = deltaOf(Object.fromEntries(entries.map(([part], i) => [part, nodes[i]])));
    return y === layer.y ? apply(x, add(weight, delta), bias) : apply(x, delta);
  };
  const operands = [layer.x, ...entries.map(([, node]) => node)];
  const isLarge = sizeOf(weight.shape) >= LARGE_ELEMENTS;
  const result = isLarge ? checkpoint(block, operands) : block(layer.x, ...operands.slice(1));
  return y === layer.y ? result : add(y, result);
}

/** W + strength·scale·ΔW */
export function mergedSum(
  weight: GraphNode,
  delta: GraphNode,
  { scale, strength }: ChangeFactors,
): GraphNode {
  return add(weight, mul(delta, scale * strength));
}
