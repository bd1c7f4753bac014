/** @file Marks pass gradients on; what `checkpoint` adds is done by the sweep in `gradient.ts`. */

import type { MarkAttributes } from "../../graph/op-attributes.js";
import type { GradientRules } from "../rule.js";

export const markRules: GradientRules<keyof MarkAttributes> = {
  checkpoint: (_, g) => [() => g],
};
