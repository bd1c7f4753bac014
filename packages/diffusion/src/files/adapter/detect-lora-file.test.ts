/** @file What a header alone says of an adapter file. */

import type { Shape } from "@atelier/engine";
import { nodeFiles } from "@atelier/engine/node";
import { describe, expect, it } from "vitest";
import { fixture } from "../../testing/fixtures.js";
import { openSafetensors } from "../safetensors/open-safetensors.js";
import { detectLoraFile } from "./detect-lora-file.js";

async function detect(name: string) {
  const file = await openSafetensors(nodeFiles, fixture("lora", name));
  await file.close();
  return detectLoraFile(file.entries, file.metadata);
}

const header = (entries: Record<string, Shape>, metadata: Record<string, string> = {}) =>
  detectLoraFile(
    new Map(Object.entries(entries).map(([name, shape]) => [name, { shape }])),
    new Map(Object.entries(metadata)),
  );

describe("detectLoraFile", () => {
  it("describes a kohya file", async () => {
    expect(await detect("lora_kohya.safetensors")).toMatchObject({
      kinds: ["LoRA"],
      format: "kohya",
      ranks: [4],
      moduleCount: 32,
      broken: [],
      changesTextEncoder: false,
      hasConvolutions: false,
      unknownKeys: [],
    });
  });

  it("describes a diffusers file with convolutions, a text encoder and several ranks", async () => {
    expect(await detect("diffusers-new/pytorch_lora_weights.safetensors")).toMatchObject({
      kinds: ["LoRA"],
      ranks: [2, 3, 4],
      moduleCount: 7,
      changesTextEncoder: true,
      hasConvolutions: true,
    });
    expect((await detect("lora_diffusers.safetensors"))?.format).toBe("diffusers");
    expect((await detect("peft/adapter_model.safetensors"))?.format).toBe("peft");
  });

  it.each([
    [
      "sd1",
      {
        "lora_unet_down_blocks_0_attentions_0_transformer_blocks_0_attn2_to_k.lora_down.weight": [
          4, 768,
        ],
      },
    ],
    [
      "sd2",
      {
        "unet.down_blocks.0.attentions.0.transformer_blocks.0.attn2.to_k.lora_A.weight": [4, 1024],
      },
    ],
    [
      "sdxl",
      { "lora_unet_input_blocks_4_1_transformer_blocks_0_attn2_to_k.lora_down.weight": [4, 2048] },
    ],
    ["sdxl", { "lora_te2_text_model_encoder_layers_0_mlp_fc1.lora_down.weight": [4, 1280] }],
    ["sd3", { "lora_unet_joint_blocks_0_x_block_attn_qkv.lora_down.weight": [4, 1536] }],
    ["flux1", { "lora_unet_double_blocks_0_img_attn_qkv.lora_down.weight": [4, 3072] }],
    ["flux1", { "transformer.single_transformer_blocks.0.attn.to_q.lora_A.weight": [4, 3072] }],
    // Its blocks with two streams have the names of Stable Diffusion 3's.
    ["flux1", { "transformer.transformer_blocks.0.attn.add_k_proj.lora_A.weight": [4, 3072] }],
    ["sd3", { "transformer.transformer_blocks.0.attn.add_k_proj.lora_A.weight": [4, 2432] }],
    ["flux1", { "lora_transformer_transformer_blocks_3_ff_net_2.lora_up.weight": [3072, 4] }],
  ])("recognises %s by its names and widths", (family, entries) => {
    expect(header(entries)?.family).toBe(family);
  });

  it("falls back on metadata for the family", () => {
    const entries = { "lora_unet_mid_block_attentions_0_proj_in.lora_down.weight": [4, 1280] };
    expect(header(entries)?.family).toBeUndefined();
    expect(header(entries, { ss_base_model_version: "sd_v1" })?.family).toBe("sd1");
    expect(
      header(entries, { "modelspec.architecture": "stable-diffusion-xl-v1-base/lora" })?.family,
    ).toBe("sdxl");
  });

  it("names other adapters and counts their parameters", () => {
    const facts = header({ "lora_unet_x.hada_w1_a": [8, 2], "lora_unet_x.alpha": [], other: [3] });
    expect(facts).toMatchObject({
      kinds: ["LoHa"],
      unreadable: [],
      format: "kohya",
      parameterCount: 16,
      unknownKeys: ["other"],
    });
  });

  it("tells a DoRA from a LoRA and a core that cannot be read from its LoHa", () => {
    const dora = { "lora_unet_x.lora_down.weight": [4, 8], "lora_unet_x.dora_scale": [8, 1] };
    expect(header(dora)).toMatchObject({ kinds: ["DoRA"], ranks: [4] });
    const tucker = { "lora_unet_x.hada_w1_b": [2, 8], "lora_unet_x.hada_t1": [2, 2, 3, 3] };
    expect(header(tucker)).toMatchObject({
      kinds: [{ template: "LoHa with a Tucker core" }],
      unreadable: ["LoHa with a Tucker core"],
    });
  });

  it("finds no adapter in a model or an empty file", () => {
    expect(header({ "conv_in.weight": [4, 4, 3, 3] })).toBeUndefined();
    expect(header({})).toBeUndefined();
  });
});
