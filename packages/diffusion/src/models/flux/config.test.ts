/** @file Configs of FLUX.1's transformer: defaults, what is refused, and back to config.json. */

import { describe, expect, it } from "vitest";
import { readFluxConfig, writeFluxConfig } from "./config.js";

/** As black-forest-labs/FLUX.1-dev has it. */
const dev = {
  _class_name: "FluxTransformer2DModel",
  _diffusers_version: "0.30.0.dev0",
  _name_or_path: "../checkpoints/flux-dev/transformer",
  attention_head_dim: 128,
  guidance_embeds: true,
  in_channels: 64,
  joint_attention_dim: 4096,
  num_attention_heads: 24,
  num_layers: 19,
  num_single_layers: 38,
  patch_size: 1,
  pooled_projection_dim: 768,
};

describe("readFluxConfig", () => {
  it("fills in what diffusers fills in", () => {
    expect(readFluxConfig({})).toEqual({
      kind: "flux",
      inChannels: 64,
      outChannels: 64,
      numLayers: 19,
      numSingleLayers: 38,
      headDim: 128,
      numHeads: 24,
      jointAttentionDim: 4096,
      pooledProjectionDim: 768,
      guidanceEmbeds: false,
      axesDimsRope: [16, 56, 56],
    });
  });

  it("reads a published config and writes what reads the same", () => {
    const { _diffusers_version, _name_or_path, ...written } = dev;
    expect(writeFluxConfig(readFluxConfig(dev))).toEqual({
      ...written,
      out_channels: null,
      axes_dims_rope: [16, 56, 56],
    });
    const depth = readFluxConfig({ ...dev, in_channels: 128, out_channels: 64 });
    expect(writeFluxConfig(depth)).toMatchObject({ in_channels: 128, out_channels: 64 });
  });

  it.each([
    [{ _class_name: "Flux2Transformer2DModel" }, "expected FluxTransformer2DModel, got"],
    [{ attention_head_dim: 96 }, "axes_dims_rope: 16 + 56 + 56 must be attention_head_dim 96"],
    [{ axes_dims_rope: [15, 57, 56] }, "axes_dims_rope: 15, 57, 56 must be even"],
    [{ axes_dims_rope: [64, 64] }, "axes_dims_rope"],
    [{ patch_size: 2 }, "patch_size: 2 is unsupported, only 1 is implemented"],
    [{ num_single_layers: 1e9 }, "num_single_layers: "],
    [{ timestep_guidance_channels: 256 }, "timestep_guidance_channels: unknown field"],
  ])("refuses %j", (changed, problem) => {
    expect(() => readFluxConfig({ ...dev, ...changed })).toThrow(problem);
  });
});
