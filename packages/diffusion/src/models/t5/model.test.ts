/** @file T5 against transformers: buckets of distances, states of a whole pipeline's encoder, and configs. */

import { createWeights, input } from "@atelier/engine";
import { createOrtRuntime, nodeFiles } from "@atelier/engine/node";
import { describe, expect, it } from "vitest";
import { readJson } from "../../core/read-text.js";
import { openSafetensors } from "../../files/safetensors/open-safetensors.js";
import { sharedFile } from "../../testing/fixtures.js";
import { largestError } from "../../testing/largest-error.js";
import { readT5Config, writeT5Config } from "./config.js";
import { t5Encoder } from "./model.js";
import { bucketOf } from "./position-bias.js";

/** T5-XXL of SD 3 and FLUX.1, as published. */
const published = {
  architectures: ["T5EncoderModel"],
  classifier_dropout: 0,
  d_ff: 10240,
  d_kv: 64,
  d_model: 4096,
  decoder_start_token_id: 0,
  dense_act_fn: "gelu_new",
  dropout_rate: 0.1,
  eos_token_id: 1,
  feed_forward_proj: "gated-gelu",
  initializer_factor: 1,
  is_encoder_decoder: true,
  is_gated_act: true,
  layer_norm_epsilon: 1e-6,
  model_type: "t5",
  num_decoder_layers: 24,
  num_heads: 64,
  num_layers: 24,
  output_past: true,
  pad_token_id: 0,
  relative_attention_max_distance: 128,
  relative_attention_num_buckets: 32,
  tie_word_embeddings: false,
  torch_dtype: "float16",
  transformers_version: "4.41.2",
  use_cache: true,
  vocab_size: 32128,
};

describe("bucketOf", () => {
  // transformers 5.24, T5Attention._relative_position_bucket: where buckets begin.
  const begins = [1, 2, 3, 4, 5, 6, 7, 8, 12, 16, 23, 32, 46, 64, 91];
  const wide = [20, 25, 31, 38, 47, 59, 73, 90, 111, 138, 171, 212, 263, 326, 404];
  const count = (limits: readonly number[], distance: number) =>
    limits.filter((limit) => limit <= distance).length;

  it("is transformers' for every distance, before and behind", () => {
    const config = readT5Config(published);
    for (let distance = 1; distance <= 600; distance++) {
      expect(bucketOf(config, distance)).toBe(16 + count(begins, distance));
      expect(bucketOf(config, -distance)).toBe(count(begins, distance));
    }
    expect(bucketOf(config, 0)).toBe(0);
    const other = { relativeAttentionNumBuckets: 64, relativeAttentionMaxDistance: 500 };
    for (let distance = 16; distance <= 600; distance++) {
      expect(bucketOf(other, distance)).toBe(48 + count(wide, distance));
    }
  });
});

describe("t5Encoder", () => {
  it("says of texts what transformers says", { tags: ["shared"] }, async () => {
    const file = (...path: string[]) => sharedFile("fixtures", "pipelines", "sd3", ...path);
    const config = readT5Config(
      await readJson(nodeFiles, file("pipeline", "text_encoder_3", "config.json")),
    );
    const stored = await openSafetensors(
      nodeFiles,
      file("pipeline", "text_encoder_3", "model.safetensors"),
    );
    const parameters = new Map<string, Awaited<ReturnType<typeof stored.readFloat32>>>();
    for (const name of stored.entries.keys()) parameters.set(name, await stored.readFloat32(name));
    const tensors = await openSafetensors(nodeFiles, file("tensors.safetensors"));
    const ids = await tensors.read("tokens_3");
    const states = t5Encoder(config, createWeights(), input("ids", ids.shape, "int64"));
    await using graph = await createOrtRuntime({ threads: 1 }).compile(
      { outputs: { states } },
      { parameters },
    );
    const results = await graph.run({ ids });
    const actual = results["states"];
    const expected = await tensors.readFloat32("te3.last_hidden_state");
    if (actual?.dtype !== "float32") throw new Error("expected float32 states");
    expect(largestError(actual, expected)).toBeLessThan(2e-5);
  });

  it("refuses ids without a batch", () => {
    expect(() =>
      t5Encoder(readT5Config(published), createWeights(), input("ids", [4], "int64")),
    ).toThrow(/T5 inputIds: expected \[batch, tokens\], got \[4\]/);
  });
});

describe("readT5Config", () => {
  it("reads the published one, and writes what reads the same", () => {
    const config = readT5Config(published);
    expect(config).toMatchObject({ dModel: 4096, numHeads: 64, numLayers: 24, vocabSize: 32128 });
    expect(readT5Config(writeT5Config(config))).toEqual(config);
  });

  it.each([
    [{ feed_forward_proj: "relu" }, /feed_forward_proj/],
    [{ feed_forward_proj: undefined }, /feed_forward_proj/],
    [{ model_type: "umt5" }, /model_type: "umt5" is unsupported/],
    [{ architectures: ["BertModel"] }, /architectures/],
    [{ num_layers: 1e9 }, /num_layers/],
    [{ d_kv: 0 }, /d_kv/],
    [{ relative_attention_num_buckets: 1e12 }, /relative_attention_num_buckets/],
    [{ relative_attention_num_buckets: 10 }, /expected a multiple of 4/],
    [{ relative_attention_max_distance: 8 }, /whose quarter is below/],
    [{ rope_theta: 1 }, /rope_theta: unknown field/],
  ])("refuses %j", (fields, message) => {
    expect(() => readT5Config({ ...published, ...fields })).toThrow(message);
  });
});
