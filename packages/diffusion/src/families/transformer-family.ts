/** @file What Stable Diffusion 3 and FLUX.1 have in common: a transformer that learns by flow matching. */

import { AtelierError, said } from "@atelier/engine";
import type { LayerInfo } from "../models/list-layers.js";
import { flowProcess } from "../process/flow.js";
import type { LatentSize } from "../process/process.js";
import { flowScheduleOf } from "../samplers/flow-plan.js";
import { readSchedulerConfig } from "../samplers/scheduler-config.js";
import { type Configs, configOf } from "./components.js";
import type { LatentRules, ModelFamily } from "./family.js";
import { unetFamily } from "./unet-family.js";

/** Height and width of the latents that are one token. */
const patch = 2;

/** Tokens that the transformer makes of latents of a size. */
export function tokensOfLatents({ height, width }: LatentSize): number {
  return (height / patch) * (width / patch);
}

/** Layers that only few others are between them and what goes in and comes out. */
const atTheEnds = /^(pos_embed|x_embedder|context_embedder|time_text_embed|norm_out|proj_out)\b/;

/** Layers that say how blocks scale and shift what they read. */
const modulation = /\.norm(1|1_context)?\.linear$/;

/** The fields that families with a transformer share. */
export const transformerFamily: Pick<
  ModelFamily,
  | "denoiser"
  | "autoencoder"
  | "storedAs"
  | "targets"
  | "latents"
  | "encodePictures"
  | "scaleLatents"
  | "decodeLatents"
  | "process"
> = {
  denoiser: "transformer",
  autoencoder: unetFamily.autoencoder,
  latents: latentsOf,
  encodePictures: unetFamily.encodePictures,
  scaleLatents: unetFamily.scaleLatents,
  decodeLatents: unetFamily.decodeLatents,
  storedAs(component, path, asked) {
    if (component !== "transformer") return path === "text_projection" ? undefined : asked;
    if (atTheEnds.test(path)) return undefined;
    // A quarter of FLUX.1's weights, for which 16 bits are too many.
    return asked === "int4" && modulation.test(path) ? "int8" : asked;
  },
  targets: {
    attention: ({ path }: LayerInfo) =>
      /\.attn2?\.(to_[qkv]|to_out\.0|add_[qkv]_proj|to_add_out)$/.test(path) ||
      /\.self_attn\.(q|k|v|out)_proj$/.test(path),
    "feed-forward": ({ path }) =>
      /\.ff(_context)?\.net\.(0\.proj|2)$|^single_transformer_blocks\.\d+\.proj_(mlp|out)$|\.mlp\.fc[12]$/.test(
        path,
      ),
    modulation: ({ path }) => modulation.test(path),
    "all-linear": ({ kind }) => kind === "linear",
    all: () => true,
  },
  process(scheduler, predictionType) {
    if (predictionType !== undefined) {
      throw new AtelierError(
        "config",
        said`base.predictionType: expected none for flow matching, got ${predictionType}. Its models predict a velocity of their own, noise less picture. Leave it out.`,
      );
    }
    const { className, config } = readSchedulerConfig(scheduler);
    if (config.prediction_type === "flow_prediction") {
      return flowProcess(flowScheduleOf(config), tokensOfLatents);
    }
    throw new AtelierError(
      "config",
      said`scheduler config: expected one of flow matching, such as FlowMatchEulerDiscreteScheduler, got ${className}. Restore scheduler_config.json from the model's source.`,
    );
  },
};

/** What variants of FLUX.1 are made for that read more channels than those of latents, by how many times as many. */
const purposes: ReadonlyMap<number, string> = new Map([
  [2, "draws after edges or depths (Canny, Depth)"],
  [6, "fills in masked parts (Fill)"],
]);

/** Why transformer and autoencoder do not draw pictures from text together. @param packed latents in a token's channels */
export function transformerProblems(configs: Configs, packed: number): string[] {
  const [transformer, vae] = [configOf(configs, "transformer"), configOf(configs, "vae")];
  const channels = packed * vae.latentChannels;
  const problems: string[] = [];
  const expect = (name: string, expected: number, got: number) => {
    if (expected !== got) problems.push(`${name} must be ${expected}, is ${got}`);
  };
  const made = purposes.get(transformer.inChannels / channels);
  expect(
    made === undefined
      ? "the transformer's in_channels"
      : `the in_channels of a model that ${made}`,
    channels,
    transformer.inChannels,
  );
  if (transformer.kind === "mmdit")
    expect("the transformer's patch_size", patch, transformer.patchSize);
  expect("the transformer's out_channels", channels, transformer.outChannels);
  expect("the VAE's in_channels", 3, vae.inChannels);
  expect("the VAE's out_channels", 3, vae.outChannels);
  return problems;
}

/** FLUX.1's config has no size of latents; it was trained around a megapixel. */
const usualSampleSize = 128;

function latentsOf(configs: Configs): LatentRules {
  const { latentChannels, blockOutChannels } = configOf(configs, "vae");
  const factor = 2 ** (blockOutChannels.length - 1);
  const transformer = configOf(configs, "transformer");
  const edge = transformer.kind === "mmdit" ? transformer.sampleSize : usualSampleSize;
  return { channels: latentChannels, factor, nativeEdge: edge * factor, step: factor * patch };
}
