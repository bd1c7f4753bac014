/** @file Pictures and captions as unit vectors of one space: what contrast trains and judges compare. */

import { add, div, type GraphNode, sqrt, square, sum, type Weights } from "@atelier/engine";
import type { ClipTextConfig } from "../models/clip-text/config.js";
import { clipText } from "../models/clip-text/model.js";
import type { ClipVisionConfig } from "../models/clip-vision/config.js";
import { clipVision } from "../models/clip-vision/model.js";
import type { Dinov2Config } from "../models/dinov2/config.js";
import { dinov2 } from "../models/dinov2/model.js";
import type { PictureEncoderConfig } from "../models/picture-encoder/config.js";
import { pictureEncoder } from "../models/picture-encoder/model.js";

/**
 * Unit vectors `[batch, projectionDim]` of pictures `[batch, 3, size, size]` from −1 to 1. Parameters
 * lie below `vision_model.`.
 */
export function embedPictures(
  config: PictureEncoderConfig,
  weights: Weights,
  pictures: GraphNode,
): GraphNode {
  return normalized(pictureEncoder(config, weights.scope("vision_model"), pictures));
}

/** Unit vectors `[batch, projectionDim]` of pictures prepared for a CLIP `[batch, 3, imageSize, imageSize]`. */
export function embedPicturesByClip(
  config: ClipVisionConfig,
  weights: Weights,
  pictures: GraphNode,
): GraphNode {
  return normalized(clipVision(config, weights, pictures).imageEmbeds);
}

/** Unit vectors `[batch, hiddenSize]` of pictures prepared for a DINOv2 `[batch, 3, height, width]`. */
export function embedPicturesByDinov2(
  config: Dinov2Config,
  weights: Weights,
  pictures: GraphNode,
): GraphNode {
  return normalized(dinov2(config, weights, pictures).pooledOutput);
}

/**
 * Unit vectors `[batch, projectionDim]` of token ids `[batch, tokens]`, by the projection of the
 * text encoder's pooled state.
 */
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
