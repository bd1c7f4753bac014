/** @file Sources have no inputs, so nothing flows on. */

import type { SourceAttributes } from "../../graph/op-attributes.js";
import { type GradientRules, notDifferentiable } from "../rule.js";

export const sourceRules: GradientRules<keyof SourceAttributes> = {
  input: notDifferentiable,
  parameter: notDifferentiable,
  constant: notDifferentiable,
};
