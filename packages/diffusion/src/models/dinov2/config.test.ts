/** @file Configs of DINOv2: the published sizes, and what is refused. */

import { createWeights, input } from "@atelier/engine";
import { describe, expect, it } from "vitest";
import { listParameters } from "../list-layers.js";
import { readDinov2Config } from "./config.js";
import { dinov2 } from "./model.js";

/** As facebook/dinov2-giant has it. */
const giant = {
  apply_layernorm: true,
  architectures: ["Dinov2Model"],
  attention_probs_dropout_prob: 0.0,
  drop_path_rate: 0.0,
  hidden_act: "gelu",
  hidden_dropout_prob: 0.0,
  hidden_size: 1536,
  image_size: 518,
  initializer_range: 0.02,
  layer_norm_eps: 1e-6,
  layerscale_value: 1.0,
  mlp_ratio: 4,
  model_type: "dinov2",
  num_attention_heads: 24,
  num_channels: 3,
  num_hidden_layers: 40,
  out_features: ["stage40"],
  patch_size: 14,
  qkv_bias: true,
  stage_names: ["stem", "stage1"],
  torch_dtype: "float32",
  transformers_version: "4.32.0.dev0",
  use_swiglu_ffn: true,
};

const countParameters = (config: unknown): number =>
  listParameters((weights) =>
    dinov2(readDinov2Config(config), weights, input("pictures", [1, 3, 224, 224])),
  ).reduce((sum, { shape }) => sum + shape.reduce((size, extent) => size * extent, 1), 0);

describe("readDinov2Config", () => {
  it("gives the published models as many parameters as they have", () => {
    // By transformers' Dinov2Model, less the token of masked patches.
    expect(countParameters(giant)).toBe(1136479232);
    const small = { ...giant, use_swiglu_ffn: false, hidden_size: 384 };
    expect(countParameters({ ...small, num_attention_heads: 6, num_hidden_layers: 12 })).toBe(
      22056192,
    );
  });

  it("fills in what transformers fills in", () => {
    expect(readDinov2Config({ model_type: "dinov2" })).toEqual({
      hiddenSize: 768,
      numHiddenLayers: 12,
      numAttentionHeads: 12,
      intermediateSize: 3072,
      useSwiGlu: false,
      qkvBias: true,
      imageSize: 224,
      patchSize: 14,
      layerNormEps: 1e-6,
    });
  });

  it.each([
    [{ architectures: ["Dinov2ForImageClassification"] }, "architectures.0: "],
    [{ hidden_act: "relu" }, 'hidden_act: "relu" is unsupported'],
    [{ num_channels: 4 }, "num_channels: 4 is unsupported"],
    [{ num_register_tokens: 4 }, "num_register_tokens: unknown field with value 4"],
    [{ num_attention_heads: 7 }, "num_attention_heads: 7 does not divide hidden_size 1536"],
    [{ patch_size: 520 }, "patch_size: 520 is more than image_size 518"],
    [{ image_size: 1e9, patch_size: 1 }, "image_size: "],
    [{ num_hidden_layers: 1e9 }, "num_hidden_layers: "],
    [{ mlp_ratio: 1e9 }, "mlp_ratio: "],
    [{ image_size: [518, 518] }, "image_size: "],
  ])("refuses %j", (changed, problem) => {
    expect(() => readDinov2Config({ ...giant, ...changed })).toThrow(problem);
  });
});

it("refuses pictures that are no pictures, and such as have no whole patch", () => {
  const config = readDinov2Config(giant);
  const build = (shape: number[]) => dinov2(config, createWeights(), input("pictures", shape));
  expect(() => build([1, 4, 224, 224])).toThrow(
    "dinov2 pictures: expected [batch, 3, height, width], got [1, 4, 224, 224]",
  );
  expect(() => build([1, 3, 224, 13])).toThrow("conv2d: expected x [batch, in, height, width]");
});
