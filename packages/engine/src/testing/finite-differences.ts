/** @file Numerical derivatives of a graph's scalar output, by the interpreter. */

import type { GraphNode } from "../graph/node.js";
import { at, type SourceValues } from "./interpret/value.js";
import { interpret } from "./interpret.js";

/** In float64 the rounding of the difference and the curvature cost about the same here. */
const STEP = 1e-5;

/** The value of a scalar node. */
export function scalarOf(node: GraphNode, sources: SourceValues): number {
  return at(interpret({ outputs: { value: node } }, sources)["value"] ?? new Float64Array(), 0);
}

/** The slope of `loss` when `sources` move along `direction`, by central differences. */
export function slopeAlong(
  loss: GraphNode,
  sources: SourceValues,
  direction: SourceValues,
): number {
  const moved = (step: number): SourceValues =>
    Object.fromEntries(
      Object.entries(sources).map(([name, data]) => [
        name,
        data.map((x, i) => x + step * (direction[name]?.[i] ?? 0)),
      ]),
    );
  return (scalarOf(loss, moved(STEP)) - scalarOf(loss, moved(-STEP))) / (2 * STEP);
}

/** The derivative of `loss` with respect to every element of one source. */
export function differences(loss: GraphNode, sources: SourceValues, name: string): Float64Array {
  const data = sources[name] ?? new Float64Array();
  return data.map((_, i) =>
    slopeAlong(loss, sources, { [name]: data.map((_, j) => Number(i === j)) }),
  );
}
