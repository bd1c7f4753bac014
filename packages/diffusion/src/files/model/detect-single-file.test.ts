/** @file Single files into which tensors of other models have strayed. */

import { describe, expect, it } from "vitest";
import type { SafetensorsEntry } from "../../core/weights.js";
import { detectSingleFile, hasDenoiser } from "./detect-single-file.js";

/** A file of such tensors; detection reads names and shapes alone. */
function entriesOf(
  shapes: Readonly<Record<string, readonly number[]>>,
): ReadonlyMap<string, SafetensorsEntry> {
  return new Map(
    Object.entries(shapes).map(([name, shape]) => [
      name,
      { dtype: "F16", shape, file: "model.safetensors", byteOffset: 0, byteLength: 0 },
    ]),
  );
}

/** The UNet and the VAE of a checkpoint whose text states are so wide. */
const modelsFor = (width: number) => ({
  "model.diffusion_model.input_blocks.0.0.weight": [320, 4, 3, 3],
  "model.diffusion_model.input_blocks.1.1.transformer_blocks.0.attn2.to_k.weight": [320, width],
  "first_stage_model.decoder.conv_in.weight": [512, 4, 3, 3],
});
const clip = {
  "cond_stage_model.transformer.text_model.embeddings.token_embedding.weight": [49408, 768],
};
const openClip = { "cond_stage_model.model.token_embedding.weight": [49408, 1024] };

describe("detectSingleFile", () => {
  it.each([
    ["sd1", 768],
    ["sd2", 1024],
  ] as const)("takes the text encoder that the UNet of %s reads", (family, width) => {
    const entries = entriesOf({ ...modelsFor(width), ...clip, ...openClip });
    expect(detectSingleFile("model.safetensors", entries).id).toBe(family);
  });

  it("is not misled by projections that are matrices, as only SD 2.x was published", () => {
    const key = "model.diffusion_model.input_blocks.1.1.proj_in.weight";
    const entries = entriesOf({ ...modelsFor(768), ...clip, [key]: [320, 320] });
    expect(detectSingleFile("model.safetensors", entries).id).toBe("sd1");
  });

  it("is not misled by tensors of an adapter", () => {
    const stray = { "lora_unet_mid_block_attentions_0_proj_in.lora_down.weight": [4, 1280] };
    const entries = entriesOf({ ...modelsFor(768), ...clip, ...stray });
    expect(detectSingleFile("model.safetensors", entries).id).toBe("sd1");
    expect(hasDenoiser(entries)).toBe(true);
    const key = "model.diffusion_model.input_blocks.1.1.proj_in.lora_A.weight";
    expect(hasDenoiser(entriesOf({ ...stray, [key]: [4, 320] }))).toBe(false);
  });

  const bfl = "double_blocks.0.img_attn.qkv.weight";
  const stability = "joint_blocks.0.x_block.attn.qkv.weight";
  const diffusers = "transformer_blocks.0.attn.to_q.weight";
  it.each([
    ["flux1", [bfl]],
    ["flux1", [`model.diffusion_model.${bfl}`]],
    ["flux1", [diffusers, "single_transformer_blocks.0.proj_mlp.weight"]],
    ["sd3", [stability]],
    ["sd3", [`model.diffusion_model.${stability}`]],
    ["sd3", [diffusers, "pos_embed.proj.weight"]],
    ["sd3", [diffusers, "pos_embed.proj.weight"].map((name) => `model.diffusion_model.${name}`)],
  ] as const)("knows the transformer of %s by %j", (family, names) => {
    const entries = entriesOf(Object.fromEntries(names.map((name) => [name, [1, 1]])));
    expect(detectSingleFile("model.safetensors", entries).id).toBe(family);
    expect(hasDenoiser(entries)).toBe(true);
  });

  it("does not take text encoders of FLUX.1 that have strayed into a UNet's file for its own", () => {
    const stray = {
      "text_encoders.clip_l.transformer.text_model.embeddings.token_embedding.weight": [1, 768],
      "text_encoders.t5xxl.transformer.shared.weight": [1, 4096],
    };
    const entries = entriesOf({ ...modelsFor(768), ...clip, ...stray });
    expect(detectSingleFile("model.safetensors", entries).id).toBe("sd1");
    const alone = entriesOf({ ...modelsFor(768), ...stray });
    expect(() => detectSingleFile("model.safetensors", alone)).toThrow(
      "expected a checkpoint of Stable Diffusion 1.x, Stable Diffusion 2.x, Stable Diffusion XL, Stable Diffusion 3 or FLUX.1, got a UNet without its text encoder (cross-attention width 768)",
    );
  });

  it("does not take adapters of transformers for them", () => {
    const lora = ["transformer.transformer_blocks.0.attn.to_q.lora_A.weight", `${bfl}.lora_A`];
    for (const name of lora) expect(hasDenoiser(entriesOf({ [name]: [4, 4] }))).toBe(false);
  });
});
