/**
 * @file `AutoencoderKL` of diffusers as graphs (Kingma & Welling 2013; Rombach et al. 2022, section
 * 3.1): pictures to the distribution of their latents, and latents to pictures. Parameters bear the
 * checkpoint's names. Scaling for the diffusion model is left to latents.ts.
 */

import {
  add,
  type GraphNode,
  maximum,
  minimum,
  narrow,
  nn,
  silu,
  type Weights,
} from "@atelier/engine";
import { attentionLayer } from "../layers/attention-layer.js";
import { mapToTokens, tokensToMap } from "../layers/feature-map.js";
import { requireShape } from "../layers/require-shape.js";
import { downsample, upsample } from "../layers/resample.js";
import { resnetBlock } from "../layers/resnet-block.js";
import type { VaeConfig } from "./config.js";

/** A diagonal normal distribution of latents, each `[batch, latentChannels, height, width]`. */
export interface LatentDistribution {
  readonly mean: GraphNode;
  readonly logVariance: GraphNode;
}

const EPSILON = 1e-6;

/**
 * The latents' distribution of pictures `[batch, inChannels, height, width]` with values from −1 to
 * 1; height and width become smaller by 2 per stage but the last.
 * @throws AtelierError `shape` for another number of axes or channels.
 */
export function encodeImage(
  config: VaeConfig,
  weights: Weights,
  image: GraphNode,
): LatentDistribution {
  requireShape("vae image", image, ["batch", config.inChannels, "height", "width"]);
  const { blockOutChannels, latentChannels } = config;
  const scope = weights.scope("encoder");
  let x = nn.conv(scope.scope("conv_in"), image, blockOutChannels[0] ?? 0, { padding: 1 });
  blockOutChannels.forEach((out, stage) => {
    const block = scope.scope(`down_blocks.${stage}`);
    x = resnets(config, block, { x, out, count: config.layersPerBlock });
    if (stage < blockOutChannels.length - 1) x = downsample(block, x, { padding: "bottomRight" });
  });
  x = middle(config, scope.scope("mid_block"), x);
  const moments = leave(config, scope, { x, out: 2 * latentChannels });
  const quantized = config.useQuantConv
    ? nn.conv(weights.scope("quant_conv"), moments, 2 * latentChannels, { kernel: 1 })
    : moments;
  return {
    mean: narrow(quantized, 1, 0, latentChannels),
    // The bounds of diffusers, which keep the standard deviation finite.
    logVariance: minimum(maximum(narrow(quantized, 1, latentChannels, latentChannels), -30), 20),
  };
}

/**
 * Pictures `[batch, outChannels, height, width]`, about −1 to 1, of unscaled latents `[batch,
 * latentChannels, height, width]`; height and width grow by 2 per stage but the last.
 * @throws AtelierError `shape` for another number of axes or channels.
 */
export function decodeLatents(config: VaeConfig, weights: Weights, latents: GraphNode): GraphNode {
  requireShape("vae latents", latents, ["batch", config.latentChannels, "height", "width"]);
  const widths = config.blockOutChannels.toReversed();
  const entered = config.usePostQuantConv
    ? nn.conv(weights.scope("post_quant_conv"), latents, config.latentChannels, { kernel: 1 })
    : latents;
  const scope = weights.scope("decoder");
  let x = nn.conv(scope.scope("conv_in"), entered, widths[0] ?? 0, { padding: 1 });
  x = middle(config, scope.scope("mid_block"), x);
  widths.forEach((out, stage) => {
    const block = scope.scope(`up_blocks.${stage}`);
    x = resnets(config, block, { x, out, count: config.layersPerBlock + 1 });
    if (stage < widths.length - 1) x = upsample(block, x);
  });
  return leave(config, scope, { x, out: config.outChannels });
}

interface Resnets {
  readonly x: GraphNode;
  readonly out: number;
  readonly count: number;
}

function resnets(config: VaeConfig, weights: Weights, { x, out, count }: Resnets): GraphNode {
  const options = { out, groups: config.normNumGroups, epsilon: EPSILON };
  let h = x;
  for (let layer = 0; layer < count; layer++) {
    h = resnetBlock(weights.scope(`resnets.${layer}`), h, options);
  }
  return h;
}

function middle(config: VaeConfig, weights: Weights, x: GraphNode): GraphNode {
  const options = { out: x.shape[1] ?? 0, groups: config.normNumGroups, epsilon: EPSILON };
  const first = resnetBlock(weights.scope("resnets.0"), x, options);
  const attended = config.midBlockAddAttention
    ? attend(config, weights.scope("attentions.0"), first)
    : first;
  return resnetBlock(weights.scope("resnets.1"), attended, options);
}

/** Self-attention of all pixels with a single head. */
function attend(config: VaeConfig, weights: Weights, x: GraphNode): GraphNode {
  const norm = { groups: config.normNumGroups, epsilon: EPSILON };
  const tokens = mapToTokens(nn.groupNorm(weights.scope("group_norm"), x, norm));
  const attended = attentionLayer(weights, { x: tokens }, { heads: 1, bias: true });
  return add(tokensToMap(attended, x.shape), x);
}

function leave(
  config: VaeConfig,
  weights: Weights,
  { x, out }: { readonly x: GraphNode; readonly out: number },
): GraphNode {
  const norm = { groups: config.normNumGroups, epsilon: EPSILON };
  const normed = nn.groupNorm(weights.scope("conv_norm_out"), x, norm);
  return nn.conv(weights.scope("conv_out"), silu(normed), out, { padding: 1 });
}
