/** @file The definitions of all operations in one typed table. */

import type { GraphNode, OpFamily, ValueType } from "./node.js";
import type { OpKind } from "./op-attributes.js";
import { attentionOps } from "./ops/attention.js";
import { convOps } from "./ops/conv.js";
import { elementwiseOps } from "./ops/elementwise.js";
import { linalgOps } from "./ops/linalg.js";
import { markOps } from "./ops/mark.js";
import { movementOps } from "./ops/movement.js";
import { normOps } from "./ops/norm.js";
import { reduceOps } from "./ops/reduce.js";
import { sourceOps } from "./ops/source.js";

/** Type inference of every operation. */
export const opDefinitions: OpFamily<OpKind> = {
  ...sourceOps,
  ...elementwiseOps,
  ...reduceOps,
  ...linalgOps,
  ...convOps,
  ...normOps,
  ...attentionOps,
  ...movementOps,
  ...markOps,
};

/** What a node's type should be, from its inputs and attributes alone. */
export function inferType(node: GraphNode): ValueType {
  // `node.kind` selects the definition whose attributes `node.attributes` are; the union hides that.
  const { infer } = opDefinitions[node.kind] as {
    infer: (inputs: readonly GraphNode[], attributes: unknown) => ValueType;
  };
  return infer(node.inputs, node.attributes);
}
