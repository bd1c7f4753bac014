/** @file The gradient of every operation in one typed table: a missing rule does not compile. */

import type { GraphNode } from "../graph/node.js";
import type { OpKind } from "../graph/op-attributes.js";
import type { GradientRules, InputGradient } from "./rule.js";
import { attentionRules } from "./rules/attention.js";
import { convRules } from "./rules/conv.js";
import { elementwiseRules } from "./rules/elementwise.js";
import { linalgRules } from "./rules/linalg.js";
import { markRules } from "./rules/mark.js";
import { movementRules } from "./rules/movement.js";
import { normRules } from "./rules/norm.js";
import { reduceRules } from "./rules/reduce.js";
import { sourceRules } from "./rules/source.js";

/** Reverse-mode rules of every operation. */
export const gradientRules: GradientRules<OpKind> = {
  ...sourceRules,
  ...elementwiseRules,
  ...reduceRules,
  ...linalgRules,
  ...convRules,
  ...normRules,
  ...attentionRules,
  ...movementRules,
  ...markRules,
};

/** The cotangents of a node's inputs, each built on demand. */
export function inputGradients(node: GraphNode, cotangent: GraphNode): readonly InputGradient[] {
  // `node.kind` selects the rule for exactly this node; the union type hides the correlation.
  const rule = gradientRules[node.kind] as (
    node: GraphNode,
    cotangent: GraphNode,
  ) => readonly InputGradient[];
  return rule(node, cotangent);
}
