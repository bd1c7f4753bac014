/** @file The ONNX form of every operation in one typed table. */

import type { GraphNode } from "../graph/node.js";
import type { OpKind } from "../graph/op-attributes.js";
import { attentionLowerings } from "./lower/attention.js";
import { convLowerings } from "./lower/conv.js";
import { elementwiseLowerings } from "./lower/elementwise.js";
import { linalgLowerings } from "./lower/linalg.js";
import { markLowerings } from "./lower/mark.js";
import { movementLowerings } from "./lower/movement.js";
import { normLowerings } from "./lower/norm.js";
import { reduceLowerings } from "./lower/reduce.js";
import { sourceLowerings } from "./lower/source.js";
import type { LoweringContext, Lowerings } from "./lowering.js";

/** Lowerings of every operation. */
export const lowerings: Lowerings<OpKind> = {
  ...sourceLowerings,
  ...elementwiseLowerings,
  ...reduceLowerings,
  ...linalgLowerings,
  ...convLowerings,
  ...normLowerings,
  ...attentionLowerings,
  ...movementLowerings,
  ...markLowerings,
};

/** Writes a node; returns the ONNX name of its value. */
export function lowerNode(node: GraphNode, context: LoweringContext): string {
  // `node.kind` selects the lowering for exactly this node; the union type hides the correlation.
  const lowering = lowerings[node.kind] as (node: GraphNode, context: LoweringContext) => string;
  return lowering(node, context);
}
