/** @file What Stable Diffusion and SDXL have in common: a UNet on the latents of an autoencoder. */

import { AtelierError, said } from "@atelier/engine";
import { scaleLatents, unscaleLatents } from "../models/autoencoder-kl/latents.js";
import { decodeLatents, encodeImage } from "../models/autoencoder-kl/model.js";
import type { LayerInfo } from "../models/list-layers.js";
import { discreteProcess } from "../process/discrete.js";
import { type PredictionType, predictionTypes } from "../process/prediction-type.js";
import { noiseScheduleOf, readSchedulerConfig } from "../samplers/scheduler-config.js";
import { type Configs, configOf } from "./components.js";
import type { LatentRules, ModelFamily } from "./family.js";

/** The fields that families with a UNet share. */
export const unetFamily: Pick<
  ModelFamily,
  | "denoiser"
  | "denoiserClass"
  | "optional"
  | "guidance"
  | "autoencoder"
  | "latents"
  | "encodePictures"
  | "scaleLatents"
  | "decodeLatents"
  | "storedAs"
  | "process"
  | "targets"
> = {
  denoiser: "unet",
  denoiserClass: "UNet2DConditionModel",
  optional: [],
  guidance: () => "two-pass",
  autoencoder: "vae",
  latents: latentsOf,
  encodePictures: (configs, weights, pixels) =>
    encodeImage(configOf(configs, "vae"), weights, pixels),
  scaleLatents: (configs, latents) => scaleLatents(configOf(configs, "vae"), latents),
  decodeLatents: (configs, weights, latents) =>
    decodeLatents(
      configOf(configs, "vae"),
      weights,
      unscaleLatents(configOf(configs, "vae"), latents),
    ),
  storedAs(component, path, asked) {
    const stays =
      component === "unet"
        ? /^(conv_in|conv_out|time_embedding|add_embedding)\b|\.time_emb_proj$/.test(path)
        : path === "text_projection";
    return stays ? undefined : asked;
  },
  process(scheduler, predictionType) {
    const { config } = readSchedulerConfig(scheduler);
    return discreteProcess(
      noiseScheduleOf(config),
      predictionNamed(predictionType ?? config.prediction_type),
    );
  },
  targets: {
    attention: ({ path }: LayerInfo) =>
      /\.attn[12]\.(to_[qkv]|to_out\.0)$/.test(path) || /\.self_attn\.(q|k|v|out)_proj$/.test(path),
    "feed-forward": ({ path }) => /\.ff\.net\.(0\.proj|2)$|\.mlp\.fc[12]$/.test(path),
    projections: ({ path }) => /\.proj_(in|out)$/.test(path),
    convolutions: ({ path }) => /\.(conv1|conv2|conv_shortcut|conv)$/.test(path),
    "all-linear": ({ kind }) => kind === "linear",
    all: () => true,
  },
};

/** Why UNet and autoencoder do not draw pictures from text together. */
export function unetProblems(configs: Configs, textWidth: number): string[] {
  const [unet, vae] = [configOf(configs, "unet"), configOf(configs, "vae")];
  const problems: string[] = [];
  const expect = (name: string, expected: number, got: number) => {
    if (expected !== got) problems.push(`${name} must be ${expected}, is ${got}`);
  };
  expect(
    "the UNet's in_channels (more than the latents' means inpainting)",
    vae.latentChannels,
    unet.inChannels,
  );
  expect("the UNet's out_channels", vae.latentChannels, unet.outChannels);
  expect("the UNet's cross_attention_dim", textWidth, unet.crossAttentionDim);
  expect("the VAE's in_channels", 3, vae.inChannels);
  expect("the VAE's out_channels", 3, vae.outChannels);
  return problems;
}

function latentsOf(configs: Configs): LatentRules {
  const { latentChannels, blockOutChannels } = configOf(configs, "vae");
  const factor = 2 ** (blockOutChannels.length - 1);
  const nativeEdge = configOf(configs, "unet").sampleSize * factor;
  const { blockOutChannels: stages } = configOf(configs, "unet");
  const step = factor * 2 ** (stages.length - 1);
  return { channels: latentChannels, factor, nativeEdge, step };
}

function predictionNamed(name: string): PredictionType {
  const found = predictionTypes.find((type) => type === name);
  if (found !== undefined) return found;
  throw new AtelierError(
    "config",
    said`scheduler config: expected a model that predicts ${predictionTypes.join(", ")}, got ${name}. Set base.predictionType if the file is wrong.`,
  );
}
