/** @file The sum of two cotangents of one value. */

import { type GraphNode, inputAt } from "../graph/node.js";
import { add } from "../graph/ops/elementwise.js";
import { concat } from "../graph/ops/movement.js";

/**
 * `a + b`. A value that was cut in two gets its cotangents as two paddings that complete each
 * other; joining their insides saves writing the zeros and adding them.
 */
export function total(a: GraphNode, b: GraphNode): GraphNode {
  return joined(a, b) ?? joined(b, a) ?? add(a, b);
}

/** `first` and `second` joined, if they are paddings of the start and of the rest of one axis. */
function joined(first: GraphNode, second: GraphNode): GraphNode | undefined {
  if (first.kind !== "pad" || second.kind !== "pad") return undefined;
  const [start, rest] = [inputAt(first.inputs, 0, "pad"), inputAt(second.inputs, 0, "pad")];
  const { before: startBefore, after: startAfter } = first.attributes;
  const { before: restBefore, after: restAfter } = second.attributes;
  const axis = startAfter.findIndex((extent) => extent > 0);
  const completes = start.shape.every((extent, i) => {
    const isWhole = startBefore[i] === 0 && restAfter[i] === 0;
    return i === axis
      ? isWhole && startAfter[i] === rest.shape[i] && restBefore[i] === extent
      : isWhole && startAfter[i] === 0 && restBefore[i] === 0;
  });
  return axis !== -1 && completes ? concat([start, rest], axis) : undefined;
}
