/** @file What a UNet is given at every run. */

import { AtelierError, type GraphNode, input } from "@atelier/engine";
import { requireShape } from "../layers/require-shape.js";
import type { UNetConfig } from "./config.js";

/** Nodes that a UNet reads. */
export interface UNetInputs {
  /** Noisy latents `[batch, inChannels, height, width]`, of any height and width. */
  readonly sample: GraphNode;
  /** `[batch]` or `[1]`, float32. */
  readonly timestep: GraphNode;
  /** Text states `[batch, tokens, crossAttentionDim]`. */
  readonly encoderHiddenStates: GraphNode;
  /** Pooled text `[batch, width]`; only for `text_time`. */
  readonly textEmbeds?: GraphNode;
  /**
   * `[batch, 6]` float32: original height and width, top and left of the crop, target height and
   * width, in pixels; only for `text_time`.
   */
  readonly timeIds?: GraphNode;
}

/** Extents of a UNet's inputs. */
export interface UNetInputSizes {
  readonly batch: number;
  /** Of the latents. */
  readonly height: number;
  readonly width: number;
  readonly tokens: number;
}

/** Graph inputs under the names of diffusers' arguments: `sample`, `encoder_hidden_states` …. */
export function unetInputs(
  config: UNetConfig,
  { batch, height, width, tokens }: UNetInputSizes,
): UNetInputs {
  const basic = {
    sample: input("sample", [batch, config.inChannels, height, width]),
    timestep: input("timestep", [batch]),
    encoderHiddenStates: input("encoder_hidden_states", [batch, tokens, config.crossAttentionDim]),
  };
  if (config.additionEmbedType === undefined) return basic;
  return {
    ...basic,
    textEmbeds: input("text_embeds", [batch, pooledWidth(config)]),
    timeIds: input("time_ids", [batch, TIME_IDS]),
  };
}

/** @throws AtelierError `shape` or `config` when the inputs do not fit the architecture. */
export function requireUNetInputs(config: UNetConfig, inputs: UNetInputs): void {
  const { sample, timestep, encoderHiddenStates, textEmbeds, timeIds } = inputs;
  const [batch = 0] = sample.shape;
  requireShape("unet sample", sample, ["batch", config.inChannels, "height", "width"]);
  requireShape("unet timestep", timestep, [timestep.shape[0] === 1 ? 1 : batch]);
  requireShape("unet encoderHiddenStates", encoderHiddenStates, [
    batch,
    "tokens",
    config.crossAttentionDim,
  ]);
  const isTextTime = config.additionEmbedType !== undefined;
  if ([textEmbeds, timeIds].some((node) => (node !== undefined) !== isTextTime)) {
    throw new AtelierError(
      "config",
      isTextTime
        ? "unet: expected textEmbeds and timeIds for additionEmbedType text_time, got at most one of them. Pass the pooled text states and the six picture sizes."
        : "unet: expected no textEmbeds and timeIds without additionEmbedType, got at least one of them. Leave them out for this model.",
    );
  }
  if (textEmbeds !== undefined) {
    requireShape("unet textEmbeds", textEmbeds, [batch, pooledWidth(config)]);
  }
  if (timeIds !== undefined) requireShape("unet timeIds", timeIds, [batch, TIME_IDS]);
}

const TIME_IDS = 6;

function pooledWidth(config: UNetConfig): number {
  return config.projectionClassEmbeddingsInputDim - TIME_IDS * config.additionTimeEmbedDim;
}
