/**
 * @file `checkpoint` passes gradients on, and what it adds is done by the sweep in `gradient.ts`;
 * `detach` stops them.
 */

import type { MarkAttributes } from "../../graph/op-attributes.js";
import { type GradientRules, notDifferentiable } from "../rule.js";

export const markRules: GradientRules<keyof MarkAttributes> = {
  checkpoint: (_, g) => [() => g],
  detach: notDifferentiable,
};
