/**
 * @file The graphs that a pipeline runs. Every component's parameters bear the component's name in
 * front, so that one graph can hold several.
 */

import { createWeights, type Graph, input, type Overlay, type Shape } from "@atelier/engine";
import {
  clipTextParameters,
  unetParameters,
  vaeParameters,
} from "../families/checkpoint-layers.js";
import type { VaeConfig } from "../models/autoencoder-kl/config.js";
import { unscaleLatents } from "../models/autoencoder-kl/latents.js";
import { decodeLatents, encodeImage } from "../models/autoencoder-kl/model.js";
import type { ClipTextConfig } from "../models/clip-text/config.js";
import { clipText } from "../models/clip-text/model.js";
import type { ParameterInfo } from "../models/list-layers.js";
import type { UNetConfig } from "../models/unet/config.js";
import { type UNetInputSizes, unetInputs } from "../models/unet/inputs.js";
import { unet } from "../models/unet/model.js";

/** The models of a pipeline, by their folders' names. */
export type ComponentName = "unet" | "text_encoder" | "vae";

/** What the models of a pipeline are made of. */
export interface PipelineConfigs {
  readonly unet: UNetConfig;
  readonly textEncoder: ClipTextConfig;
  readonly vae: VaeConfig;
}

/** First part of the names of a component's graph parameters: `unet:conv_in.weight`. */
export function parameterPrefix(component: ComponentName): string {
  return `${component}:`;
}

/** Token ids `input_ids` `[1, tokens]` to `embeddings` `[1, tokens, hiddenSize]`. */
export function textEncoderGraph(
  config: ClipTextConfig,
  { tokens, clipSkip, overlay }: { tokens: number; clipSkip: number; overlay: Overlay },
): Graph {
  const weights = createWeights({ prefix: parameterPrefix("text_encoder"), overlay });
  const inputIds = input("input_ids", [1, tokens], "int64");
  return {
    outputs: { embeddings: clipText(config, weights, inputIds, { clipSkip }).promptEmbeds },
  };
}

/** `sample`, `timestep` and `encoder_hidden_states` to `prediction`, shaped like the sample. */
export function denoiserGraph(config: UNetConfig, sizes: UNetInputSizes, overlay: Overlay): Graph {
  const weights = createWeights({ prefix: parameterPrefix("unet"), overlay });
  return { outputs: { prediction: unet(config, weights, unetInputs(config, sizes)) } };
}

/** One picture `pixels` to the `mean` and `log_variance` of its unscaled latents. */
export function encoderGraph(config: VaeConfig, pixels: Shape): Graph {
  const weights = createWeights({ prefix: parameterPrefix("vae") });
  const { mean, logVariance } = encodeImage(config, weights, input("pixels", pixels));
  return { outputs: { mean, log_variance: logVariance } };
}

/** Scaled `latents` of one picture to its `pixels`, about −1 to 1. */
export function decoderGraph(config: VaeConfig, latents: Shape): Graph {
  const weights = createWeights({ prefix: parameterPrefix("vae") });
  const unscaled = unscaleLatents(config, input("latents", latents));
  return { outputs: { pixels: decodeLatents(config, weights, unscaled) } };
}

/** The parameters of a component, without its prefix. */
export function componentParameters(
  configs: PipelineConfigs,
  component: ComponentName,
): ParameterInfo[] {
  switch (component) {
    case "unet":
      return unetParameters(configs.unet);
    case "text_encoder":
      return clipTextParameters(configs.textEncoder);
    case "vae":
      return vaeParameters(configs.vae);
    default:
      return component satisfies never;
  }
}
