/** @file Pictures and captions as unit vectors of one space: what contrast trains and the judge compares. */

import { type ClipTextConfig, clipText } from "@atelier/diffusion";
import { add, div, type GraphNode, sqrt, square, sum, type Weights } from "@atelier/engine";
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

function normalized(x: GraphNode): GraphNode {
  return div(x, sqrt(add(sum(square(x), { axes: [-1], keepDims: true }), 1e-12)));
}
