/**
 * @file A small residual network from pictures to embeddings. Beside the text encoder it learns what
 * captions mean; alone it learns to tell things apart. Both stay as judges of generated pictures.
 */

import { add, type GraphNode, mean, nn, reshape, silu, type Weights } from "@atelier/engine";
import type { PictureEncoderConfig } from "./config.js";

/**
 * Embeddings `[batch, projectionDim]`, not normalised, of pictures `[batch, 3, size, size]` from −1
 * to 1.
 */
export function pictureEncoder(
  config: PictureEncoderConfig,
  weights: Weights,
  pictures: GraphNode,
): GraphNode {
  const { stemChannels, stageChannels } = config;
  const stem = { padding: 1, stride: 2 };
  const halved = silu(nn.conv(weights.scope("stem.0"), pictures, stemChannels, stem));
  let x = nn.conv(weights.scope("stem.1"), halved, stageChannels[0] ?? 0, stem);
  stageChannels.forEach((out, stage) => {
    const scope = weights.scope(`stages.${stage}`);
    if (stage > 0) x = nn.conv(scope.scope("down"), silu(x), out, stem);
    x = residualBlock(config, scope, x);
  });
  const normed = norm(config, weights.scope("norm"), x);
  const [batch = 0] = normed.shape;
  const pooled =
    config.pooling === "mean" ? mean(normed, { axes: [2, 3] }) : reshape(normed, [batch, -1]);
  return nn.linear(weights.scope("projection"), pooled, config.projectionDim);
}

function residualBlock(config: PictureEncoderConfig, weights: Weights, x: GraphNode): GraphNode {
  const conv = (index: number, input: GraphNode): GraphNode => {
    const active = norm(config, weights.scope(`norm${index}`), input);
    return nn.conv(weights.scope(`conv${index}`), active, x.shape[1] ?? 0, { padding: 1 });
  };
  return add(x, conv(2, conv(1, x)));
}

function norm({ normNumGroups }: PictureEncoderConfig, weights: Weights, x: GraphNode): GraphNode {
  return nn.groupNorm(weights, x, { groups: normNumGroups, epsilon: 1e-5, activation: silu });
}
