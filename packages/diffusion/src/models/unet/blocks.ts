/** @file The stages of a UNet: down, middle and up, each of residual blocks and transformers. */

import { concat, type GraphNode, type Weights } from "@atelier/engine";
import type { BlockRunner } from "../layers/block-runner.js";
import { downsample, upsample } from "../layers/resample.js";
import { resnetBlock } from "../layers/resnet-block.js";
import type { UNetConfig } from "./config.js";
import { spatialTransformer } from "./transformer.js";

/** What all stages share. */
export interface StageContext {
  readonly config: UNetConfig;
  /** The embedded timestep after SiLU. */
  readonly time: GraphNode;
  /** `[batch, tokens, crossAttentionDim]` */
  readonly text: GraphNode;
  readonly run: BlockRunner;
  /** Whether cheap results are computed again in the backward pass. */
  readonly recompute: boolean;
}

/** Results of a down stage's layers, all of them skips of the up path; the last is the stage's own. */
export function downStage(
  context: StageContext,
  weights: Weights,
  { x, stage }: { readonly x: GraphNode; readonly stage: number },
): GraphNode[] {
  const { config } = context;
  const outputs: GraphNode[] = [];
  let h = x;
  for (let layer = 0; layer < (config.layersPerBlock[stage] ?? 0); layer++) {
    h = resnet(context, weights.scope(`resnets.${layer}`), { x: h, stage });
    if (config.downBlockTypes[stage] === "CrossAttnDownBlock2D") {
      h = transformer(context, weights.scope(`attentions.${layer}`), { x: h, stage });
    }
    outputs.push(h);
  }
  if (stage < lastStage(config)) outputs.push(downsample(weights, h, { padding: "symmetric" }));
  return outputs;
}

/** The stage between the paths: a transformer between two residual blocks. */
export function midStage(context: StageContext, weights: Weights, x: GraphNode): GraphNode {
  const stage = lastStage(context.config);
  const first = resnet(context, weights.scope("resnets.0"), { x, stage });
  const attended = transformer(context, weights.scope("attentions.0"), { x: first, stage });
  return resnet(context, weights.scope("resnets.1"), { x: attended, stage });
}

/** An up stage: takes the skips that belong to it from the end of those that are left. */
export function upStage(
  context: StageContext,
  weights: Weights,
  { x, skips, position }: UpStageInput,
): GraphNode {
  const { config } = context;
  const stage = lastStage(config) - position;
  const own = skips.splice(-((config.layersPerBlock[stage] ?? 0) + 1)).reverse();
  let h = x;
  for (const [layer, skip] of own.entries()) {
    const joined = concat([h, skip], 1);
    h = resnet(context, weights.scope(`resnets.${layer}`), { x: joined, stage });
    if (config.upBlockTypes[position] === "CrossAttnUpBlock2D") {
      h = transformer(context, weights.scope(`attentions.${layer}`), { x: h, stage });
    }
  }
  const next = skips.at(-1);
  if (next === undefined) return h;
  const [, , height = 0, width = 0] = next.shape;
  return upsample(weights, h, { size: [height, width] });
}

/** What an up stage works on. */
export interface UpStageInput {
  readonly x: GraphNode;
  /** Skips that are left, the newest last. */
  readonly skips: GraphNode[];
  /** Position along the up path. */
  readonly position: number;
}

interface LayerInput {
  readonly x: GraphNode;
  /** Position along the down path, whose lists describe the layer. */
  readonly stage: number;
}

function resnet(context: StageContext, weights: Weights, { x, stage }: LayerInput): GraphNode {
  const { normNumGroups: groups, normEps: epsilon, blockOutChannels } = context.config;
  const out = blockOutChannels[stage] ?? 0;
  const block = (h: GraphNode, time: GraphNode): GraphNode =>
    resnetBlock(weights, h, { out, groups, epsilon, time, recompute: context.recompute });
  return context.run(block, [x, context.time]);
}

function transformer(context: StageContext, weights: Weights, { x, stage }: LayerInput): GraphNode {
  const { attentionHeads, transformerLayersPerBlock, normNumGroups, useLinearProjection } =
    context.config;
  return spatialTransformer(
    weights,
    { x, text: context.text },
    {
      heads: attentionHeads[stage] ?? 1,
      layers: transformerLayersPerBlock[stage] ?? 1,
      groups: normNumGroups,
      useLinearProjection,
      run: context.run,
      recompute: context.recompute,
    },
  );
}

function lastStage(config: UNetConfig): number {
  return config.downBlockTypes.length - 1;
}
