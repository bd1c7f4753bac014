/** @file Pictures and captions as unit vectors of one space: what contrast trains and the judge compares. */

import { type ClipTextConfig, clipText } from "@atelier/diffusion";
import {
  add,
  constant,
  div,
  exp,
  floatTensor,
  type GraphNode,
  log,
  max,
  mul,
  neg,
  sqrt,
  square,
  sub,
  sum,
  transpose,
  type Weights,
} from "@atelier/engine";
import { type ImageEncoderConfig, imageEncoder } from "./image-encoder.js";

/**
 * Ids of a caption in training. What follows the end of a text changes nothing before it, so that
 * captions need not be padded to CLIP's 77.
 */
export const captionTokens = 40;
/** Unit vectors `[batch, projectionDim]` of pictures `[batch, 3, 64, 64]`. */
export function embedPictures(
  config: ImageEncoderConfig,
  weights: Weights,
  pictures: GraphNode,
): GraphNode {
  return normalized(imageEncoder(config, weights.scope("vision_model"), pictures));
}

/** Unit vectors `[batch, projectionDim]` of token ids `[batch, tokens]`. */
export function embedCaptions(
  config: ClipTextConfig,
  weights: Weights,
  inputIds: GraphNode,
): GraphNode {
  const { textEmbeds, pooledOutput } = clipText(
    { ...config, hasProjection: true },
    weights,
    inputIds,
  );
  return normalized(textEmbeds ?? pooledOutput);
}

/**
 * InfoNCE in both directions (Radford et al. 2021, figure 3) of scaled similarities `[batch, batch]`,
 * whose right answers are on the diagonal.
 */
export function contrast(logits: GraphNode): GraphNode {
  return mul(add(diagonalLoss(logits), diagonalLoss(transpose(logits, [1, 0]))), 0.5);
}

function normalized(x: GraphNode): GraphNode {
  return div(x, sqrt(add(sum(square(x), { axes: [-1], keepDims: true }), 1e-12)));
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
