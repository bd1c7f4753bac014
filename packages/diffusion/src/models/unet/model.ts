/**
 * @file `UNet2DConditionModel` of diffusers as a graph: SD 1.x, SD 2.x and SDXL. Parameters bear the
 * checkpoint's names.
 */

import { type GraphNode, nn, silu, type Weights } from "@atelier/engine";
import { type BlockOptions, blockRunner, recomputesActivations } from "../layers/block-runner.js";
import { downStage, midStage, type StageContext, upStage } from "./blocks.js";
import type { UNetConfig } from "./config.js";
import { requireUNetInputs, type UNetInputs } from "./inputs.js";
import { embedTime } from "./time-embedding.js";

/**
 * The prediction (noise or velocity) `[batch, outChannels, height, width]` for noisy latents.
 * @throws AtelierError `shape` or `config` when the inputs do not fit the architecture.
 */
export function unet(
  config: UNetConfig,
  weights: Weights,
  inputs: UNetInputs,
  options: BlockOptions = {},
): GraphNode {
  requireUNetInputs(config, inputs);
  const context: StageContext = {
    config,
    // Every residual block begins with this SiLU, so it is computed once.
    time: silu(embedTime(config, weights, inputs)),
    text: inputs.encoderHiddenStates,
    run: blockRunner(options),
    recompute: recomputesActivations(options),
  };
  const [width = 0] = config.blockOutChannels;
  let x = nn.conv(weights.scope("conv_in"), inputs.sample, width, { padding: 1 });
  const skips = [x];
  config.downBlockTypes.forEach((_, stage) => {
    const outputs = downStage(context, weights.scope(`down_blocks.${stage}`), { x, stage });
    skips.push(...outputs);
    x = outputs.at(-1) ?? x;
  });
  x = midStage(context, weights.scope("mid_block"), x);
  config.upBlockTypes.forEach((_, position) => {
    x = upStage(context, weights.scope(`up_blocks.${position}`), { x, skips, position });
  });
  const normed = nn.groupNorm(weights.scope("conv_norm_out"), x, {
    groups: config.normNumGroups,
    epsilon: config.normEps,
  });
  return nn.conv(weights.scope("conv_out"), silu(normed), config.outChannels, { padding: 1 });
}
