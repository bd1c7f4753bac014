/** @file Marks change nothing. */

import type { MarkAttributes } from "../../graph/op-attributes.js";
import { type Evaluators, operand } from "./value.js";

export const markEvaluators: Evaluators<keyof MarkAttributes> = {
  checkpoint: (_, inputs) => operand(inputs, 0).data,
  detach: (_, inputs) => operand(inputs, 0).data,
};
