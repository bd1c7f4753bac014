/** @file Configs of SD 3's transformer: defaults, what is refused, and back to config.json. */

import { describe, expect, it } from "vitest";
import { readMmditConfig, writeMmditConfig } from "./config.js";

/** As stabilityai/stable-diffusion-3.5-medium has it. */
const medium = {
  _class_name: "SD3Transformer2DModel",
  _diffusers_version: "0.31.0.dev0",
  attention_head_dim: 64,
  caption_projection_dim: 1536,
  dual_attention_layers: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12],
  in_channels: 16,
  joint_attention_dim: 4096,
  num_attention_heads: 24,
  num_layers: 24,
  out_channels: 16,
  patch_size: 2,
  pooled_projection_dim: 2048,
  pos_embed_max_size: 384,
  qk_norm: "rms_norm",
  sample_size: 128,
};

describe("readMmditConfig", () => {
  it("fills in what diffusers fills in", () => {
    expect(readMmditConfig({})).toEqual({
      kind: "mmdit",
      sampleSize: 128,
      patchSize: 2,
      inChannels: 16,
      outChannels: 16,
      numLayers: 18,
      headDim: 64,
      numHeads: 18,
      jointAttentionDim: 4096,
      pooledProjectionDim: 2048,
      posEmbedMaxSize: 96,
      dualAttentionLayers: [],
      normalisesQueries: false,
    });
  });

  it("reads a published config and writes what reads the same", () => {
    const { _diffusers_version, ...written } = medium;
    expect(writeMmditConfig(readMmditConfig(medium))).toEqual(written);
  });

  it.each([
    [{ _class_name: "FluxTransformer2DModel" }, "expected SD3Transformer2DModel, got"],
    [{ num_attention_heads: 23 }, "caption_projection_dim: 1536 must be 1472"],
    [{ caption_projection_dim: 64 }, "caption_projection_dim: 64 must be 1536"],
    [{ patch_size: 3 }, "patch_size: 3 does not divide sample_size 128"],
    [{ pos_embed_max_size: 63 }, "63 positions are less than sample_size 128 / patch_size 2"],
    [{ dual_attention_layers: [0, 24, 30] }, "dual_attention_layers: no block 24, 30 of 24"],
    [{ qk_norm: "layer_norm" }, "qk_norm: "],
    [{ num_layers: 1e9 }, "num_layers: "],
    [{ pos_embed_type: "sincos" }, 'pos_embed_type: unknown field with value "sincos"'],
  ])("refuses %j", (changed, problem) => {
    expect(() => readMmditConfig({ ...medium, ...changed })).toThrow(problem);
  });
});
