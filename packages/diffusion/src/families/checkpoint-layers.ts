/**
 * @file What the models of a Stable Diffusion checkpoint consist of, by their configs alone: for
 * finding missing tensors in a file and the layers that an adapter's names mean.
 */

import { input, type Weights } from "@atelier/engine";
import type { VaeConfig } from "../models/autoencoder-kl/config.js";
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
import { unetInputs } from "../models/unet/inputs.js";
import { unet } from "../models/unet/model.js";

/** Parameters of a UNet, in order of computation. */
export function unetParameters(config: UNetConfig): ParameterInfo[] {
  return listParameters(unetBuilder(config));
}

/** Parameters of an autoencoder, encoder first. */
export function vaeParameters(config: VaeConfig): ParameterInfo[] {
  // The smallest picture that every stage can halve.
  const side = 2 ** config.blockOutChannels.length;
  return listParameters((weights) => [
    encodeImage(config, weights, input("image", [1, config.inChannels, side, side])),
    decodeLatents(config, weights, input("latents", [1, config.latentChannels, 2, 2])),
  ]);
}

/** Parameters of a text encoder, in order of computation. */
export function clipTextParameters(config: ClipTextConfig): ParameterInfo[] {
  return listParameters(clipBuilder(config));
}

/** The configs whose layers LoRA files name. */
export interface AdaptableModels {
  readonly unet: UNetConfig;
  readonly textEncoder: ClipTextConfig;
  readonly textEncoder2?: ClipTextConfig | undefined;
}

/** Every linear layer and convolution of the models by component and path: `unet.conv_in`. */
export function describeAdaptableLayers({
  unet,
  textEncoder,
  textEncoder2,
}: AdaptableModels): Map<string, LayerInfo> {
  const below = (component: string, build: (weights: Weights) => unknown) =>
    listLayers(build).map((layer) => [`${component}.${layer.path}`, layer] as const);
  return new Map([
    ...below("unet", unetBuilder(unet)),
    ...below("text_encoder", clipBuilder(textEncoder)),
    ...(textEncoder2 === undefined ? [] : below("text_encoder_2", clipBuilder(textEncoder2))),
  ]);
}

function unetBuilder(config: UNetConfig): (weights: Weights) => unknown {
  const side = 2 ** (config.blockOutChannels.length - 1);
  const sizes = { batch: 1, height: side, width: side, tokens: 1 };
  return (weights) => unet(config, weights, unetInputs(config, sizes));
}

function clipBuilder(config: ClipTextConfig): (weights: Weights) => unknown {
  return (weights) => clipText(config, weights, input("input_ids", [1, 1], "int64"));
}
