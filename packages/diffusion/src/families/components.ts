/**
 * @file The models that pipelines are made of, by the names of their folders: how each one's config is
 * read and written, and what graph it is. A family says which of them it has and how they work together.
 */

import { input, internalError, type Weights } from "@atelier/engine";
import type { ComponentName, TextEncoderName } from "../core/component-name.js";
import type { ConfigObject } from "../core/read-config.js";
import { readVaeConfig, type VaeConfig, writeVaeConfig } from "../models/autoencoder-kl/config.js";
import { decodeLatents, encodeImage } from "../models/autoencoder-kl/model.js";
import type { ClipTextConfig } from "../models/clip-text/config.js";
import { clipText } from "../models/clip-text/model.js";
import { fluxInputs } from "../models/flux/inputs.js";
import { flux } from "../models/flux/model.js";
import { mmditInputs } from "../models/mmdit/inputs.js";
import { mmdit } from "../models/mmdit/model.js";
import { readT5Config, type T5Config } from "../models/t5/config.js";
import { t5Encoder } from "../models/t5/model.js";
import {
  clipClasses,
  readClipConfig,
  readTextEncoderConfig,
  type TextEncoderConfig,
  t5Class,
  textEncoderClass,
  writeTextEncoderConfig,
} from "../models/text-encoder-config.js";
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
  readonly text_encoder_2: TextEncoderConfig;
  readonly text_encoder_3: T5Config;
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

/** What all text encoders have in common. */
const textEncoder = {
  library: "transformers",
  weightsName: "model",
  writeConfig: writeTextEncoderConfig,
  classOf: textEncoderClass,
  build(config: TextEncoderConfig, weights: Weights) {
    const ids = input("input_ids", [1, 1], "int64");
    if (config.kind === "t5") t5Encoder(config, weights, ids);
    else clipText(config, weights, ids);
  },
} as const;

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
  text_encoder: { ...textEncoder, classes: clipClasses, readConfig: readClipConfig },
  text_encoder_2: {
    ...textEncoder,
    classes: [...clipClasses, t5Class],
    readConfig: readTextEncoderConfig,
  },
  text_encoder_3: { ...textEncoder, classes: [t5Class], readConfig: (json) => readT5Config(json) },
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

/** The config of a text encoder that has to be CLIP. */
export function clipConfigOf(configs: Configs, name: TextEncoderName): ClipTextConfig {
  const config: TextEncoderConfig = configOf(configs, name);
  if (config.kind === "clip") return config;
  throw internalError(`expected a ${name} of CLIP.`);
}

/** The config of a text encoder that has to be T5. */
export function t5ConfigOf(configs: Configs, name: TextEncoderName): T5Config {
  const config: TextEncoderConfig = configOf(configs, name);
  if (config.kind === "t5") return config;
  throw internalError(`expected a ${name} of T5.`);
}

/** First part of the names of a component's graph parameters: `unet:conv_in.weight`. */
export function parameterPrefix(component: ComponentName): string {
  return `${component}:`;
}
