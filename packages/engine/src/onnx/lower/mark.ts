/** @file Marks write nothing: their value is that of their first input. */

import { inputAt } from "../../graph/node.js";
import type { MarkAttributes } from "../../graph/op-attributes.js";
import type { Lowerings } from "../lowering.js";

export const markLowerings: Lowerings<keyof MarkAttributes> = {
  checkpoint: (node, context) => context.nameOf(inputAt(node.inputs, 0, "checkpoint")),
  detach: (node, context) => context.nameOf(inputAt(node.inputs, 0, "detach")),
};
