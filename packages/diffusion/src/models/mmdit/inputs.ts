/** @file What a multimodal diffusion transformer is given at every run. */

import { AtelierError, type GraphNode, input, said } from "@atelier/engine";
import { requireShape } from "../layers/require-shape.js";
import type { MmditConfig } from "./config.js";

/** Nodes that the transformer reads. */
export interface MmditInputs {
  /** Noisy latents `[batch, inChannels, height, width]`, of any size in whole patches that has positions. */
  readonly hiddenStates: GraphNode;
  /** `[batch]` or `[1]`, float32, from 0 to 1000. */
  readonly timestep: GraphNode;
  /** Text states `[batch, tokens, jointAttentionDim]`. */
  readonly encoderHiddenStates: GraphNode;
  /** Pooled text `[batch, pooledProjectionDim]`. */
  readonly pooledProjections: GraphNode;
}

/** Extents of the inputs. */
export interface MmditInputSizes {
  readonly batch: number;
  /** Of the latents. */
  readonly height: number;
  readonly width: number;
  readonly tokens: number;
}

/** Graph inputs under the names of diffusers' arguments: `hidden_states`, `timestep` …. */
export function mmditInputs(
  config: MmditConfig,
  { batch, height, width, tokens }: MmditInputSizes,
): MmditInputs {
  return {
    hiddenStates: input("hidden_states", [batch, config.inChannels, height, width]),
    timestep: input("timestep", [batch]),
    encoderHiddenStates: input("encoder_hidden_states", [batch, tokens, config.jointAttentionDim]),
    pooledProjections: input("pooled_projections", [batch, config.pooledProjectionDim]),
  };
}

/** @throws AtelierError `shape` when the inputs do not fit the architecture. */
export function requireMmditInputs(config: MmditConfig, inputs: MmditInputs): void {
  const { hiddenStates, timestep, encoderHiddenStates, pooledProjections } = inputs;
  const [batch = 0, , height = 0, width = 0] = hiddenStates.shape;
  const where = (name: string): string => `SD3 transformer ${name}`;
  requireShape(where("hiddenStates"), hiddenStates, [
    "batch",
    config.inChannels,
    "height",
    "width",
  ]);
  requireShape(where("timestep"), timestep, [timestep.shape[0] === 1 ? 1 : batch]);
  requireShape(where("encoderHiddenStates"), encoderHiddenStates, [
    batch,
    "tokens",
    config.jointAttentionDim,
  ]);
  requireShape(where("pooledProjections"), pooledProjections, [batch, config.pooledProjectionDim]);
  const { patchSize, posEmbedMaxSize } = config;
  if ([height, width].every((extent) => extent > 0 && extent % patchSize === 0)) {
    if (Math.max(height, width) <= patchSize * posEmbedMaxSize) return;
  }
  throw new AtelierError(
    "shape",
    said`${where("hiddenStates")}: expected latents in whole patches of ${patchSize}×${patchSize}, at most ${posEmbedMaxSize} along an edge, got ${height}×${width}. Choose another size of picture.`,
  );
}
