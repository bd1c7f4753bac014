/** @file Models' config files: the defaults of their libraries, and fields that are refused. */

import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { readVaeConfig, type VaeConfig, writeVaeConfig } from "../models/autoencoder-kl/config.js";
import {
  type ClipTextConfig,
  readClipTextConfig,
  writeClipTextConfig,
} from "../models/clip-text/config.js";
import { readUNetConfig, writeUNetConfig } from "../models/unet/config.js";
import { sharedFile } from "../testing/fixtures.js";

/** The fields of SDXL's unet/config.json that differ from the defaults, and a few that do not. */
const sdxlUNet = {
  _class_name: "UNet2DConditionModel",
  _diffusers_version: "0.19.0.dev0",
  act_fn: "silu",
  addition_embed_type: "text_time",
  addition_embed_type_num_heads: 64,
  addition_time_embed_dim: 256,
  attention_head_dim: [5, 10, 20],
  block_out_channels: [320, 640, 1280],
  class_embed_type: null,
  cross_attention_dim: 2048,
  down_block_types: ["DownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D"],
  mid_block_only_cross_attention: null,
  projection_class_embeddings_input_dim: 2816,
  sample_size: 128,
  transformer_layers_per_block: [1, 2, 10],
  up_block_types: ["CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "UpBlock2D"],
  use_linear_projection: true,
};

describe("readUNetConfig", () => {
  it("fills in the defaults of diffusers", () => {
    expect(readUNetConfig({})).toEqual({
      sampleSize: 64,
      inChannels: 4,
      outChannels: 4,
      downBlockTypes: [
        "CrossAttnDownBlock2D",
        "CrossAttnDownBlock2D",
        "CrossAttnDownBlock2D",
        "DownBlock2D",
      ],
      upBlockTypes: ["UpBlock2D", "CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "CrossAttnUpBlock2D"],
      blockOutChannels: [320, 640, 1280, 1280],
      layersPerBlock: [2, 2, 2, 2],
      attentionHeads: [8, 8, 8, 8],
      transformerLayersPerBlock: [1, 1, 1, 1],
      crossAttentionDim: 1280,
      useLinearProjection: false,
      upcastAttention: false,
      normNumGroups: 32,
      normEps: 1e-5,
      flipSinToCos: true,
      freqShift: 0,
      timeEmbeddingDim: 1280,
      additionEmbedType: undefined,
      additionTimeEmbedDim: 0,
      projectionClassEmbeddingsInputDim: 0,
    });
  });

  it("reads SDXL's config", () => {
    expect(readUNetConfig(sdxlUNet)).toMatchObject({
      attentionHeads: [5, 10, 20],
      transformerLayersPerBlock: [1, 2, 10],
      additionEmbedType: "text_time",
      additionTimeEmbedDim: 256,
      projectionClassEmbeddingsInputDim: 2816,
      timeEmbeddingDim: 1280,
      useLinearProjection: true,
    });
  });

  it("reads back what it writes", () => {
    for (const source of [{}, sdxlUNet, { time_embedding_dim: 64, upcast_attention: true }]) {
      const config = readUNetConfig(source);
      expect(readUNetConfig(writeUNetConfig(config))).toEqual(config);
    }
  });

  it("names every unsupported, unknown and wrong field at once", () => {
    const read = () =>
      readUNetConfig({
        class_embed_type: "timestep",
        down_block_types: ["AttnDownBlock2D"],
        time_cond_proj_dim: 256,
        colour: 3,
        mid_block_type: "UNetMidBlock2DSimpleCrossAttn",
        in_channels: "four",
      });
    for (const name of [
      "class_embed_type",
      "down_block_types.0",
      "time_cond_proj_dim",
      "colour",
      "mid_block_type",
      "in_channels",
    ]) {
      expect(read, name).toThrow(new RegExp(`^ {2}${name.replace(".", "\\.")}: `, "m"));
    }
  });

  it("refuses lists of different lengths and channels that do not divide", () => {
    const base = { ...sdxlUNet, block_out_channels: [320, 640] };
    expect(() => readUNetConfig(base)).toThrow("block_out_channels: 2 entries for 3 down blocks");
    expect(() => readUNetConfig({ block_out_channels: [320, 640, 1280, 1290] })).toThrow(
      "norm_num_groups: 32 does not divide 1290 channels",
    );
    expect(() => readUNetConfig({ attention_head_dim: [5, 7, 20, 20] })).toThrow(
      "attention_head_dim: 7 heads do not divide 640 channels",
    );
  });

  it("refuses another model class and a config that is no object", () => {
    expect(() => readUNetConfig({ _class_name: "FluxTransformer2DModel" })).toThrow(
      'expected UNet2DConditionModel, got "FluxTransformer2DModel"',
    );
    expect(() => readUNetConfig([1])).toThrow("expected a JSON object of fields, got [1]");
  });
});

describe("readVaeConfig", () => {
  it("fills in the scaling factor that old SD 1.x configs lack", () => {
    const old = {
      _class_name: "AutoencoderKL",
      block_out_channels: [128, 256, 512, 512],
      down_block_types: new Array(4).fill("DownEncoderBlock2D"),
      up_block_types: new Array(4).fill("UpDecoderBlock2D"),
      layers_per_block: 2,
      sample_size: 512,
    };
    expect(readVaeConfig(old)).toEqual({
      sampleSize: 512,
      inChannels: 3,
      outChannels: 3,
      blockOutChannels: [128, 256, 512, 512],
      layersPerBlock: 2,
      latentChannels: 4,
      normNumGroups: 32,
      scalingFactor: 0.18215,
      shiftFactor: 0,
      useQuantConv: true,
      usePostQuantConv: true,
      midBlockAddAttention: true,
      forceUpcast: true,
    } satisfies VaeConfig);
  });

  it("reads back what it writes", () => {
    const config = readVaeConfig({
      scaling_factor: 1.5305,
      shift_factor: 0.0609,
      use_quant_conv: false,
      use_post_quant_conv: false,
      latent_channels: 16,
    });
    expect(config.shiftFactor).toBe(0.0609);
    expect(readVaeConfig(writeVaeConfig(config))).toEqual(config);
  });

  it("refuses normalised latents, which are not implemented", () => {
    expect(() => readVaeConfig({ latents_mean: [0, 0, 0, 0] })).toThrow("latents_mean: [0,0,0,0]");
  });
});

describe("readClipTextConfig", () => {
  it("reads SD 1.5's config with the legacy end token", () => {
    const config = readClipTextConfig({
      architectures: ["CLIPTextModel"],
      attention_dropout: 0.0,
      dropout: 0.0,
      eos_token_id: 2,
      bos_token_id: 0,
      hidden_size: 768,
      intermediate_size: 3072,
      num_attention_heads: 12,
      projection_dim: 768,
      torch_dtype: "float32",
    });
    expect(config).toEqual({
      kind: "clip",
      vocabSize: 49408,
      hiddenSize: 768,
      intermediateSize: 3072,
      numHiddenLayers: 12,
      numAttentionHeads: 12,
      maxPositionEmbeddings: 77,
      hiddenAct: "quick_gelu",
      layerNormEps: 1e-5,
      bosTokenId: 0,
      eosTokenId: 2,
      projectionDim: 768,
      hasProjection: false,
    } satisfies ClipTextConfig);
    expect(readClipTextConfig(writeClipTextConfig(config))).toEqual(config);
    // Else transformers loads half-precision files in half, and the pipeline's other parts do not.
    expect(writeClipTextConfig(config)).toMatchObject({ torch_dtype: "float32" });
  });

  it("takes the projection from the class name or from the caller", () => {
    const architectures = ["CLIPTextModelWithProjection"];
    expect(readClipTextConfig({ architectures }).hasProjection).toBe(true);
    expect(readClipTextConfig({}, { hasProjection: true }).hasProjection).toBe(true);
  });

  it("refuses an activation that is not implemented", () => {
    expect(() => readClipTextConfig({ hidden_act: "relu" })).toThrow(/hidden_act: .*quick_gelu/);
  });
});

const indexPath = sharedFile("fixtures", "models", "index.json");

describe("configs of the reference models", { tags: ["shared"] }, () => {
  it("are understood whole, and read back as written", () => {
    // The index is a flat object of model names to their configs and tensors.
    const index = JSON.parse(readFileSync(indexPath, "utf8")) as Record<
      string,
      { config: unknown }
    >;
    for (const [name, { config }] of Object.entries(index)) {
      if (name.startsWith("unet_")) {
        const read = readUNetConfig(config);
        expect(readUNetConfig(writeUNetConfig(read)), name).toEqual(read);
      } else if (name.startsWith("vae_")) {
        const read = readVaeConfig(config);
        expect(readVaeConfig(writeVaeConfig(read)), name).toEqual(read);
      } else if (name.startsWith("clip_")) {
        const read = readClipTextConfig(config);
        expect(readClipTextConfig(writeClipTextConfig(read)), name).toEqual(read);
      }
    }
    expect(Object.keys(index)).toContain("unet_sdxl_tiny");
  });
});
