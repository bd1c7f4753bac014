/** @file Inputs, parameters and constants. */

import type { DType } from "../../dtype.js";
import type { Shape } from "../../shape.js";
import { type HostTensor, tensorOfNumbers } from "../../tensor.js";
import { type GraphNode, type NodeFactory, nodeFactory, type OpFamily } from "../node.js";
import type { SourceAttributes } from "../op-attributes.js";

export const sourceOps: OpFamily<keyof SourceAttributes> = {
  input: { infer: (_, { shape, dtype }) => ({ shape, dtype }) },
  parameter: { infer: (_, { shape, dtype }) => ({ shape, dtype }) },
  constant: { infer: (_, { value }) => ({ shape: value.shape, dtype: value.dtype }) },
};

const node: NodeFactory<keyof SourceAttributes> = nodeFactory(sourceOps);

/** A value given at every run. */
export function input(name: string, shape: Shape, dtype: DType = "float32"): GraphNode {
  return node("input", [], { name, shape, dtype });
}

/** A named weight. */
export function parameter(name: string, shape: Shape, dtype: DType = "float32"): GraphNode {
  return node("parameter", [], { name, shape, dtype });
}

/** A tensor known when the graph is built. */
export function constant(value: HostTensor): GraphNode {
  return node("constant", [], { value });
}

/** A number as a scalar constant. */
export function scalar(value: number, dtype: DType = "float32"): GraphNode {
  return constant(tensorOfNumbers([value], [], dtype));
}
