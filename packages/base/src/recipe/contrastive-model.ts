/** @file The loss that tells captions and pictures apart. */

import {
  add,
  constant,
  exp,
  floatTensor,
  type GraphNode,
  log,
  max,
  mul,
  neg,
  sub,
  sum,
  transpose,
} from "@atelier/engine";

/**
 * Ids of a caption in training. What follows the end of a text changes nothing before it, so that
 * captions need not be padded to CLIP's 77.
 */
export const captionTokens = 40;

/**
 * InfoNCE in both directions (Radford et al. 2021, figure 3) of scaled similarities `[batch, batch]`,
 * whose right answers are on the diagonal.
 */
export function contrast(logits: GraphNode): GraphNode {
  return mul(add(diagonalLoss(logits), diagonalLoss(transpose(logits, [1, 0]))), 0.5);
}

/** Mean cross-entropy of rows `[batch, batch]` whose right answer is the diagonal. */
function diagonalLoss(logits: GraphNode): GraphNode {
  const [batch = 0] = logits.shape;
  const top = max(logits, { axes: [1], keepDims: true });
  const sums = sum(exp(sub(logits, top)), { axes: [1], keepDims: true });
  const logProbabilities = sub(sub(logits, top), log(sums));
  const identity = Float32Array.from({ length: batch * batch }, (_, i) =>
    i % (batch + 1) === 0 ? 1 : 0,
  );
  const diagonal = mul(logProbabilities, constant(floatTensor(identity, [batch, batch])));
  return neg(mul(sum(diagonal), 1 / batch));
}
