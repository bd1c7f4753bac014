/** @file Parameters and layers of the models, against the names in released checkpoints. */

import { input, type Weights } from "@atelier/engine";
import { describe, expect, it } from "vitest";
import {
  publishedFluxes,
  publishedMmdits,
  publishedUNets,
  publishedVae,
} from "../testing/published-models.js";
import { referenceModules, referenceShapes } from "../testing/reference-keys.js";
import type { VaeConfig } from "./autoencoder-kl/config.js";
import { decodeLatents, encodeImage } from "./autoencoder-kl/model.js";
import { type ClipTextConfig, readClipTextConfig } from "./clip-text/config.js";
import { clipText } from "./clip-text/model.js";
import type { FluxConfig } from "./flux/config.js";
import { fluxInputs } from "./flux/inputs.js";
import { flux } from "./flux/model.js";
import { listLayers, listParameters } from "./list-layers.js";
import type { MmditConfig } from "./mmdit/config.js";
import { mmditInputs } from "./mmdit/inputs.js";
import { mmdit } from "./mmdit/model.js";
import { readUNetConfig, type UNetConfig } from "./unet/config.js";
import { unetInputs } from "./unet/inputs.js";
import { unet } from "./unet/model.js";

type Build = (weights: Weights) => unknown;

const buildUNet =
  (config: UNetConfig): Build =>
  (weights) =>
    unet(config, weights, unetInputs(config, { batch: 1, height: 8, width: 8, tokens: 77 }));

const buildVae =
  (config: VaeConfig): Build =>
  (weights) => [
    encodeImage(config, weights, input("image", [1, config.inChannels, 16, 16])),
    decodeLatents(config, weights, input("latents", [1, config.latentChannels, 2, 2])),
  ];

const buildClip =
  (config: ClipTextConfig): Build =>
  (weights) =>
    clipText(config, weights, input("input_ids", [1, 77], "int64"));

const buildMmdit =
  (config: MmditConfig): Build =>
  (weights) =>
    mmdit(config, weights, mmditInputs(config, { batch: 1, height: 4, width: 2, tokens: 3 }));

const buildFlux =
  (config: FluxConfig): Build =>
  (weights) =>
    flux(config, weights, fluxInputs(config, { batch: 1, imageTokens: 2, textTokens: 3 }));

const { sd15, sd21, sdxl } = publishedUNets;

const vae = publishedVae();
const vae16 = publishedVae({
  latent_channels: 16,
  use_quant_conv: false,
  use_post_quant_conv: false,
});

const clipL = {
  hidden_size: 768,
  intermediate_size: 3072,
  num_attention_heads: 12,
  projection_dim: 768,
};
const clipH = {
  hidden_act: "gelu",
  hidden_size: 1024,
  intermediate_size: 4096,
  num_attention_heads: 16,
  num_hidden_layers: 23,
};
const clipG = {
  architectures: ["CLIPTextModelWithProjection"],
  hidden_act: "gelu",
  hidden_size: 1280,
  intermediate_size: 5120,
  num_attention_heads: 20,
  num_hidden_layers: 32,
  projection_dim: 1280,
};

const models: readonly (readonly [name: string, build: Build])[] = [
  ["sd15_unet", buildUNet(sd15)],
  ["sd21_unet", buildUNet(sd21)],
  ["sdxl_unet", buildUNet(sdxl)],
  ["sd15_vae", buildVae(vae)],
  ["sdxl_vae", buildVae(vae)],
  ["sd3_vae", buildVae(vae16)],
  ["flux_vae", buildVae(vae16)],
  ["clip_l_text", buildClip(readClipTextConfig(clipL))],
  ["clip_l_text_proj", buildClip(readClipTextConfig(clipL, { hasProjection: true }))],
  ["clip_h_text_sd21", buildClip(readClipTextConfig(clipH))],
  ["clip_g_text", buildClip(readClipTextConfig(clipG))],
  ["sd3m_transformer", buildMmdit(publishedMmdits.sd3m)],
  ["sd35_medium_transformer", buildMmdit(publishedMmdits.sd35m)],
  ["sd35_large_transformer", buildMmdit(publishedMmdits.sd35l)],
  ["flux_dev_transformer", buildFlux(publishedFluxes.dev)],
  ["flux_schnell_transformer", buildFlux(publishedFluxes.schnell)],
];

describe("listParameters", { tags: ["shared"] }, () => {
  it.each(models)("%s asks for exactly the tensors of the released checkpoint", (name, build) => {
    const asked = listParameters(build).map(({ name, shape }) => [name, shape]);
    const stored = [...referenceShapes(name)];
    // Newer transformers leave the `text_model.` of CLIPTextModel out; Atelier's names keep it.
    const prefix = stored.some(([key]) => key.startsWith("embeddings.")) ? "text_model." : "";
    expect(Object.fromEntries(asked)).toEqual(
      Object.fromEntries(stored.map(([key, shape]) => [prefix + key, shape])),
    );
    expect(asked).toHaveLength(stored.length);
  });
});

describe("listLayers", () => {
  it("names layers in the order of computation, with kind and shape", () => {
    const config = readUNetConfig({
      block_out_channels: [4],
      cross_attention_dim: 8,
      down_block_types: ["CrossAttnDownBlock2D"],
      layers_per_block: 1,
      norm_num_groups: 2,
      attention_head_dim: 2,
      up_block_types: ["UpBlock2D"],
    });
    const layers = listLayers(buildUNet(config));
    expect(layers.slice(0, 3)).toEqual([
      { path: "time_embedding.linear_1", kind: "linear", weightShape: [16, 4] },
      { path: "time_embedding.linear_2", kind: "linear", weightShape: [16, 16] },
      { path: "conv_in", kind: "conv2d", weightShape: [4, 4, 3, 3] },
    ]);
    expect(layers).toContainEqual({
      path: "mid_block.attentions.0.transformer_blocks.0.attn2.to_k",
      kind: "linear",
      weightShape: [4, 8],
    });
    expect(layers.at(-1)?.path).toBe("conv_out");
  });

  it("finds every module of SD 1.5 that kohya's LoRA attaches to", { tags: ["shared"] }, () => {
    const paths = listLayers(buildUNet(sd15)).map(({ path }) => path);
    const inTransformers = paths.filter((path) => path.includes(".attentions."));
    const names = inTransformers.map((path) => `lora_unet_${path.replaceAll(".", "_")}`);
    expect(new Set(names)).toEqual(new Set(referenceModules("kohya_sd15_unet_modules")));
  });

  it.each([
    ["SD 3.5 medium", buildMmdit(publishedMmdits.sd35m)],
    ["FLUX.1", buildFlux(publishedFluxes.dev)],
  ])("attaches to every matrix of %s", (_, build) => {
    const matrices = listParameters(build).flatMap(({ name, shape }) =>
      name.endsWith(".weight") && shape.length > 1 ? [name.slice(0, -".weight".length)] : [],
    );
    expect(listLayers(build).map(({ path }) => path)).toEqual(matrices);
  });
});
