/** @file Configs of CLIP as they have been published: with halves that stand twice, and what is refused. */

import { createWeights, input } from "@atelier/engine";
import { describe, expect, it } from "vitest";
import { clipVision } from "../clip-vision/model.js";
import { readClipConfig } from "./config.js";

const config = {
  architectures: ["CLIPModel"],
  initializer_factor: 1.0,
  logit_scale_init_value: 2.6592,
  model_type: "clip",
  projection_dim: 768,
  text_config: {
    architectures: null,
    dropout: 0.0,
    eos_token_id: 2,
    hidden_size: 512,
    model_type: "clip_text_model",
    num_hidden_layers: 3,
    projection_dim: 512,
    pruned_heads: {},
  },
  torch_dtype: "float32",
  transformers_version: null,
  vision_config: {
    architectures: null,
    attention_dropout: 0.0,
    dropout: 0.0,
    hidden_size: 1024,
    intermediate_size: 4096,
    is_decoder: false,
    num_attention_heads: 16,
    num_hidden_layers: 24,
    patch_size: 14,
    projection_dim: 512,
  },
};

describe("readClipConfig", () => {
  it("reads both halves, which project into the space of the whole", () => {
    const { text, vision } = readClipConfig(config);
    expect(vision).toEqual({
      hiddenSize: 1024,
      intermediateSize: 4096,
      numHiddenLayers: 24,
      numAttentionHeads: 16,
      imageSize: 224,
      patchSize: 14,
      hiddenAct: "quick_gelu",
      layerNormEps: 1e-5,
      projectionDim: 768,
    });
    expect(text).toMatchObject({
      ...{ hiddenSize: 512, numHiddenLayers: 3, eosTokenId: 2 },
      ...{ projectionDim: 768, hasProjection: true },
    });
  });

  it("lets a half that stands a second time count alone, as transformers does", () => {
    const { text, vision } = readClipConfig({
      ...config,
      text_config_dict: { hidden_size: 768, num_attention_heads: 12 },
      vision_config_dict: null,
    });
    expect(text).toMatchObject({ hiddenSize: 768, numHiddenLayers: 12, eosTokenId: 49407 });
    expect(vision.hiddenSize).toBe(1024);
  });

  it("fills in what transformers fills in", () => {
    const { text, vision } = readClipConfig({ model_type: "clip" });
    expect(vision).toMatchObject({ hiddenSize: 768, patchSize: 32, projectionDim: 512 });
    expect(text).toMatchObject({ hiddenSize: 512, maxPositionEmbeddings: 77, projectionDim: 512 });
  });

  const half = (changed: object) => ({
    vision_config: { ...config.vision_config, ...changed },
  });
  it.each([
    [{ architectures: ["CLIPForImageClassification"] }, "CLIP config: "],
    [{ model_type: "siglip" }, "model_type: "],
    [{ text_config: 3 }, "text_config: "],
    [{ text_config: { hidden_act: "relu" } }, "text encoder config: "],
    [half({ hidden_act: "gelu_new" }), "hidden_act: "],
    [half({ num_attention_heads: 7 }), "num_attention_heads: 7 does not divide hidden_size 1024"],
    [half({ patch_size: 300 }), "patch_size: 300 is more than image_size 224"],
    [half({ image_size: 1e9 }), "image_size: "],
    [half({ num_hidden_layers: 1e9 }), "num_hidden_layers: "],
    [half({ num_channels: 1 }), "num_channels: 1 is unsupported"],
    [half({ rope_theta: 100 }), "rope_theta: unknown field with value 100"],
  ])("refuses %j", (changed, problem) => {
    expect(() => readClipConfig({ ...config, ...changed })).toThrow(problem);
  });
});

it("refuses pictures of another size than the model's", () => {
  const { vision } = readClipConfig(config);
  expect(() => clipVision(vision, createWeights(), input("pictures", [2, 3, 336, 336]))).toThrow(
    "clip pictures: expected [batch, 3, 224, 224], got [2, 3, 336, 336]",
  );
});
