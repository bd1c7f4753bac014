/**
 * @file The graphs that a pipeline runs. Every component's parameters bear the component's name in
 * front, so that one graph can hold several.
 */

import { createWeights, type Graph, input, type Overlay, type Shape } from "@atelier/engine";
import type { VaeConfig } from "../models/autoencoder-kl/config.js";
import { unscaleLatents } from "../models/autoencoder-kl/latents.js";
import { decodeLatents, encodeImage } from "../models/autoencoder-kl/model.js";
import type { ClipTextConfig } from "../models/clip-text/config.js";
import { clipText } from "../models/clip-text/model.js";
import {
  type LayerInfo,
  listLayers,
  listParameters,
  type ParameterInfo,
} from "../models/list-layers.js";
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
      return listParameters((weights) =>
        unet(configs.unet, weights, unetInputs(configs.unet, small)),
      );
    case "text_encoder":
      return listParameters((weights) => clipText(configs.textEncoder, weights, smallIds()));
    case "vae":
      return listParameters((weights) => {
        const { inChannels, latentChannels, blockOutChannels } = configs.vae;
        const edge = 2 ** (blockOutChannels.length - 1);
        encodeImage(configs.vae, weights, input("pixels", [1, inChannels, edge, edge]));
        decodeLatents(configs.vae, weights, input("latents", [1, latentChannels, 1, 1]));
      });
    default:
      return component satisfies never;
  }
}

/** Layers that adapters can change, by component and path: `unet.mid_block.….to_q`. */
export function adaptableLayers({
  unet: unetConfig,
  textEncoder,
}: PipelineConfigs): Map<string, LayerInfo> {
  const ofUNet = listLayers((weights) => unet(unetConfig, weights, unetInputs(unetConfig, small)));
  const ofText = listLayers((weights) => clipText(textEncoder, weights, smallIds()));
  return new Map([
    ...ofUNet.map((layer) => [`unet.${layer.path}`, layer] as const),
    ...ofText.map((layer) => [`text_encoder.${layer.path}`, layer] as const),
  ]);
}

/** Sizes that make no difference to parameters and layers, and little work. */
const small: UNetInputSizes = { batch: 1, height: 8, width: 8, tokens: 1 };

const smallIds = () => input("input_ids", [1, 1], "int64");
