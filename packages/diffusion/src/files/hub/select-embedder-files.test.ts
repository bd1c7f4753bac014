/** @file What is downloaded of a repository of a CLIP or DINOv2, and what is refused before it is. */

import { expect, it } from "vitest";
import { selectEmbedderFiles } from "./select-embedder-files.js";

const clip = [
  ...[".gitattributes", "README.md", "config.json", "flax_model.msgpack", "merges.txt"],
  ...["model.safetensors", "preprocessor_config.json", "pytorch_model.bin", "tf_model.h5"],
  ...["special_tokens_map.json", "tokenizer.json", "tokenizer_config.json", "vocab.json"],
  "onnx/config.json",
];

it("takes one form of the weights, the processor's settings and the tokenizer", () => {
  expect(selectEmbedderFiles("openai/clip", clip)).toEqual({
    paths: [
      ...["config.json", "preprocessor_config.json", "merges.txt", "special_tokens_map.json"],
      ...["tokenizer.json", "tokenizer_config.json", "vocab.json", "model.safetensors"],
    ],
    hasWholeVariant: true,
  });
});

it("takes shards, pickles where there is nothing else, and the processor's newest place", () => {
  const shards = ["model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors"];
  const index = "model.safetensors.index.json";
  const common = ["config.json", "processor_config.json"];
  expect(selectEmbedderFiles("big", [...common, ...shards, index]).paths).toEqual([
    ...common,
    index,
    ...shards,
  ]);
  const pickled = selectEmbedderFiles("old", [...common, "pytorch_model.bin"], { variant: "fp16" });
  expect(pickled).toEqual({ paths: [...common, "pytorch_model.bin"], hasWholeVariant: false });
});

it("refuses a repository without settings or weights, saying what is there", () => {
  const without = (name: string) => clip.filter((path) => !path.endsWith(name));
  expect(() => selectEmbedderFiles("a/b", without("preprocessor_config.json"))).toThrow(
    "a/b: expected a CLIP or DINOv2 with config.json and preprocessor_config.json, got .gitattributes, README.md, config.json, flax_model.msgpack, merges.txt, ….",
  );
  // That of another folder is another model's.
  expect(() => selectEmbedderFiles("a/b", ["onnx/config.json"])).toThrow("no files at its top");
  const weightless = without("model.safetensors").filter((path) => !path.endsWith(".bin"));
  expect(() => selectEmbedderFiles("a/b", weightless)).toThrow("a/b: expected weights, got ");
});
