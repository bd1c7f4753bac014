/** @file Attention through ONNX Runtime's MultiHeadAttention, which never stores the score maps. */

import type { AttentionAttributes } from "../../graph/op-attributes.js";
import { type Lowerings, MICROSOFT, operands } from "../lowering.js";

export const attentionLowerings: Lowerings<keyof AttentionAttributes> = {
  attention: (node, context) =>
    context.emit("MultiHeadAttention", operands(node, context), {
      domain: MICROSOFT,
      attributes: {
        num_heads: { int: node.attributes.heads },
        scale: { float: node.attributes.scale },
      },
    }),
};
