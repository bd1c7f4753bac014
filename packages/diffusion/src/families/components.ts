/**
 * @file The models that pipelines are made of, by the names of their folders: how each one's config is
 * read and written, and what graph it is. A family says which of them it has and how they work together.
 */

import { input, internalError, type Weights } from "@atelier/engine";
import type { ComponentName } from "../core/component-name.js";
import type { ConfigObject } from "../core/read-config.js";
import { readVaeConfig, type VaeConfig, writeVaeConfig } from "../models/autoencoder-kl/config.js";
import { decodeLatents, encodeImage } from "../models/autoencoder-kl/model.js";
import {
  type ClipTextConfig,
  readClipTextConfig,
  writeClipTextConfig,
} from "../models/clip-text/config.js";
import { clipText } from "../models/clip-text/model.js";
import { fluxInputs } from "../models/flux/inputs.js";
import { flux } from "../models/flux/model.js";
import { mmditInputs } from "../models/mmdit/inputs.js";
import { mmdit } from "../models/mmdit/model.js";
import {
  readTransformerConfig,
  type TransformerConfig,
  transformerClass,
  transformerClasses,
  writeTransformerConfig,
} from "../models/transformer-config.js";
import { readUNetConfig, type UNetConfig, writeUNetConfig } from "../models/unet/config.js";
import { unetInputs } from "../models/unet/inputs.js";
import { unet } from "../models/unet/model.js";

/** The config of every component that any family has. */
export interface ComponentConfigs extends Readonly<Record<ComponentName, object>> {
  readonly unet: UNetConfig;
  readonly transformer: TransformerConfig;
  readonly text_encoder: ClipTextConfig;
  readonly text_encoder_2: ClipTextConfig;
  readonly vae: VaeConfig;
}

/** The configs of one model's components. */
export type Configs = { readonly [C in ComponentName]?: ComponentConfigs[C] };

/** What Atelier knows of a component whatever the family. */
export interface Component<Config> {
  /** Classes of model_index.json that it is built as. */
  readonly classes: readonly string[];
  /** The library of those classes. */
  readonly library: "diffusers" | "transformers";
  /** Name of its weight file without the ending. */
  readonly weightsName: "diffusion_pytorch_model" | "model";
  /** @throws AtelierError `config`. */
  readConfig(json: unknown, className?: string): Config;
  writeConfig(config: Config): ConfigObject;
  /** The class that a config stands for. */
  classOf(config: Config): string;
  /** Names of tensors that belong to its files and never train. */
  readonly buffers?: readonly string[];
  /** Builds all of its graph at the smallest size, so that its layers and parameters can be listed. */
  build(config: Config, weights: Weights): void;
}

const projected = "CLIPTextModelWithProjection";

const clipComponent: Component<ClipTextConfig> = {
  classes: ["CLIPTextModel", projected],
  library: "transformers",
  weightsName: "model",
  readConfig: (json, className) =>
    readClipTextConfig(
      json,
      className === undefined ? {} : { hasProjection: className === projected },
    ),
  writeConfig: writeClipTextConfig,
  classOf: ({ hasProjection }) => (hasProjection ? projected : "CLIPTextModel"),
  build(config, weights) {
    clipText(config, weights, input("input_ids", [1, 1], "int64"));
  },
};

/** Every component. */
export const components: { readonly [C in ComponentName]: Component<ComponentConfigs[C]> } = {
  unet: {
    classes: ["UNet2DConditionModel"],
    library: "diffusers",
    weightsName: "diffusion_pytorch_model",
    readConfig: (json) => readUNetConfig(json),
    writeConfig: writeUNetConfig,
    classOf: () => "UNet2DConditionModel",
    build(config, weights) {
      const side = 2 ** (config.blockOutChannels.length - 1);
      const sizes = { batch: 1, height: side, width: side, tokens: 1 };
      unet(config, weights, unetInputs(config, sizes));
    },
  },
  transformer: {
    classes: transformerClasses,
    library: "diffusers",
    weightsName: "diffusion_pytorch_model",
    readConfig: readTransformerConfig,
    writeConfig: writeTransformerConfig,
    classOf: transformerClass,
    buffers: ["pos_embed.pos_embed"],
    build(config, weights) {
      if (config.kind === "flux") {
        flux(config, weights, fluxInputs(config, { batch: 1, imageTokens: 1, textTokens: 1 }));
        return;
      }
      const { patchSize: height, patchSize: width } = config;
      mmdit(config, weights, mmditInputs(config, { batch: 1, height, width, tokens: 1 }));
    },
  },
  text_encoder: clipComponent,
  text_encoder_2: clipComponent,
  vae: {
    classes: ["AutoencoderKL"],
    library: "diffusers",
    weightsName: "diffusion_pytorch_model",
    readConfig: (json) => readVaeConfig(json),
    writeConfig: writeVaeConfig,
    classOf: () => "AutoencoderKL",
    build(config, weights) {
      // The smallest picture that every stage can halve.
      const side = 2 ** config.blockOutChannels.length;
      encodeImage(config, weights, input("image", [1, config.inChannels, side, side]));
      decodeLatents(config, weights, input("latents", [1, config.latentChannels, 2, 2]));
    },
  },
};

/** The same for whoever has a config and its component's name, and not its type. */
export function componentNamed(name: ComponentName): Component<object> {
  return components[name];
}

/** The config of a component that the family has. */
export function configOf<C extends ComponentName>(configs: Configs, name: C): ComponentConfigs[C] {
  // TypeScript takes the field of a mapped type for a union of all.
  const config = configs[name] as ComponentConfigs[C] | undefined;
  if (config !== undefined) return config;
  throw internalError(`expected a model with a ${name}.`);
}

/** First part of the names of a component's graph parameters: `unet:conv_in.weight`. */
export function parameterPrefix(component: ComponentName): string {
  return `${component}:`;
}
