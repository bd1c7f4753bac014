/** @file Which files of a repository are an adapter. */

import { describe, expect, it } from "vitest";
import { selectAdapterFiles } from "./select-adapter-files.js";

describe("selectAdapterFiles", () => {
  it.each([
    [["README.md", "pytorch_lora_weights.bin"], ["pytorch_lora_weights.bin"]],
    [
      ["pytorch_lora_weights.bin", "pytorch_lora_weights.safetensors"],
      ["pytorch_lora_weights.safetensors"],
    ],
    [
      ["adapter_config.json", "adapter_model.safetensors", "image_0.png"],
      ["adapter_model.safetensors", "adapter_config.json"],
    ],
    [
      ["unet/adapter_config.json", "unet/adapter_model.bin", "text_encoder/adapter_model.bin"],
      ["unet/adapter_model.bin", "unet/adapter_config.json", "text_encoder/adapter_model.bin"],
    ],
    [["my-style.safetensors", "sample.png"], ["my-style.safetensors"]],
  ])("finds the adapter among %j", (paths, expected) => {
    expect(selectAdapterFiles("org/name", paths).paths).toEqual(expected);
  });

  it.each([
    [["a.safetensors", "b.safetensors"], /got several \(a.safetensors, b.safetensors\)/],
    [["model_index.json", "unet/config.json"], /got a whole model\. Use it as `base`/],
    [["README.md"], /got no weights/],
  ])("refuses %j", (paths, message) => {
    expect(() => selectAdapterFiles("org/name", paths)).toThrow(message);
  });
});
