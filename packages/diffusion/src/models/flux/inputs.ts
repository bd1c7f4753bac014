/** @file What a FLUX.1 transformer is given at every run. */

import { AtelierError, type GraphNode, input } from "@atelier/engine";
import { requireShape } from "../layers/require-shape.js";
import type { FluxConfig } from "./config.js";

/** Nodes that the transformer reads. */
export interface FluxInputs {
  /** Packed noisy latents `[batch, tokens, inChannels]`. */
  readonly hiddenStates: GraphNode;
  /** `[batch]` or `[1]`, float32, from 0 to 1. */
  readonly timestep: GraphNode;
  /** As the timestep, the guidance; only for models that were distilled from it. */
  readonly guidance?: GraphNode;
  /** Text states `[batch, tokens, jointAttentionDim]`. */
  readonly encoderHiddenStates: GraphNode;
  /** Pooled text `[batch, pooledProjectionDim]`. */
  readonly pooledProjections: GraphNode;
  /** Where the tokens of the picture stand, `[tokens, 3]` float32: 0, row, column. */
  readonly imgIds: GraphNode;
  /** Where those of the text stand, `[tokens, 3]` float32: zeros. */
  readonly txtIds: GraphNode;
}

/** Extents of the inputs. */
export interface FluxInputSizes {
  readonly batch: number;
  /** Of the packed latents. */
  readonly imageTokens: number;
  readonly textTokens: number;
}

/** Graph inputs under the names of diffusers' arguments: `hidden_states`, `img_ids` …. */
export function fluxInputs(
  config: FluxConfig,
  { batch, imageTokens, textTokens }: FluxInputSizes,
): FluxInputs {
  return {
    hiddenStates: input("hidden_states", [batch, imageTokens, config.inChannels]),
    timestep: input("timestep", [batch]),
    ...(config.guidanceEmbeds ? { guidance: input("guidance", [batch]) } : {}),
    encoderHiddenStates: input("encoder_hidden_states", [
      batch,
      textTokens,
      config.jointAttentionDim,
    ]),
    pooledProjections: input("pooled_projections", [batch, config.pooledProjectionDim]),
    imgIds: input("img_ids", [imageTokens, COORDINATES]),
    txtIds: input("txt_ids", [textTokens, COORDINATES]),
  };
}

/** @throws AtelierError `shape` or `config` when the inputs do not fit the architecture. */
export function requireFluxInputs(config: FluxConfig, inputs: FluxInputs): void {
  const { hiddenStates, timestep, guidance, encoderHiddenStates, pooledProjections } = inputs;
  const [batch = 0, imageTokens = 0] = hiddenStates.shape;
  const [, textTokens = 0] = encoderHiddenStates.shape;
  const where = (name: string): string => `FLUX.1 transformer ${name}`;
  requireShape(where("hiddenStates"), hiddenStates, ["batch", "tokens", config.inChannels]);
  requireShape(where("timestep"), timestep, [timestep.shape[0] === 1 ? 1 : batch]);
  requireShape(where("encoderHiddenStates"), encoderHiddenStates, [
    batch,
    "tokens",
    config.jointAttentionDim,
  ]);
  requireShape(where("pooledProjections"), pooledProjections, [batch, config.pooledProjectionDim]);
  requireShape(where("imgIds"), inputs.imgIds, [imageTokens, COORDINATES]);
  requireShape(where("txtIds"), inputs.txtIds, [textTokens, COORDINATES]);
  if ((guidance !== undefined) !== config.guidanceEmbeds) {
    throw new AtelierError(
      "config",
      config.guidanceEmbeds
        ? "FLUX.1 transformer: expected a guidance for a model with guidance_embeds, got none. Pass it beside the timestep."
        : "FLUX.1 transformer: expected no guidance for a model without guidance_embeds, got one. Leave it out for this model.",
    );
  }
  if (guidance !== undefined) {
    requireShape(where("guidance"), guidance, [guidance.shape[0] === 1 ? 1 : batch]);
  }
}

const COORDINATES = 3;
