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
  narrow,
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
 * InfoNCE in both directions (Radford et al. 2021, figure 3) of scaled similarities `[batch, choices]`,
 * whose right answers are on the diagonal. Choices beyond the batch are wrong for every row and ask
 * nothing themselves.
 */
export function contrast(logits: GraphNode): GraphNode {
  const [batch = 0] = logits.shape;
  const paired = narrow(logits, 1, 0, batch);
  return mul(add(diagonalLoss(logits), diagonalLoss(transpose(paired, [1, 0]))), 0.5);
}

/** Mean cross-entropy of rows `[batch, choices]` whose right answer is the diagonal. */
function diagonalLoss(logits: GraphNode): GraphNode {
  const [batch = 0, choices = 0] = logits.shape;
  const top = max(logits, { axes: [1], keepDims: true });
  const sums = sum(exp(sub(logits, top)), { axes: [1], keepDims: true });
  const logProbabilities = sub(sub(logits, top), log(sums));
  const identity = Float32Array.from({ length: batch * choices }, (_, i) =>
    i % (choices + 1) === 0 ? 1 : 0,
  );
  const diagonal = mul(logProbabilities, constant(floatTensor(identity, [batch, choices])));
  return neg(mul(sum(diagonal), 1 / batch));
}
