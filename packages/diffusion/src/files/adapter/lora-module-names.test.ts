/** @file Names of modules in LoRA files, both ways. */

import { describe, expect, it } from "vitest";
import { families } from "../../families/families.js";
import { knownLayers } from "../../families/known-layers.js";
import { referenceModules, referenceShapes } from "../../testing/reference-keys.js";
import { comfyNames, kohyaNames, moduleNames } from "./lora-module-names.js";

const query = "down_blocks.1.attentions.0.transformer_blocks.0.attn1.to_q";
const out = "down_blocks.1.attentions.0.transformer_blocks.0.attn1.to_out.0";
const layer = "text_model.encoder.layers.0.self_attn.q_proj";
const model = [
  "unet.down_blocks.0.resnets.1.conv1",
  `unet.${query}`,
  `unet.${out}`,
  `text_encoder.${layer}`,
  `text_encoder_2.${layer}`,
];

describe("moduleNames", () => {
  it.each([
    [`unet.${query}`, `unet.${query}`],
    [query, `unet.${query}`],
    [`base_model.model.${out}`, `unet.${out}`],
    [`lora_unet_${out.replaceAll(".", "_")}`, `unet.${out}`],
    ["lora_unet_input_blocks_4_1_transformer_blocks_0_attn1_to_out_0", `unet.${out}`],
    ["diffusion_model.input_blocks.4.1.transformer_blocks.0.attn1.to_q", `unet.${query}`],
    ["model.diffusion_model.input_blocks.2.0.in_layers.2", "unet.down_blocks.0.resnets.1.conv1"],
    [`text_encoder.${layer}`, `text_encoder.${layer}`],
    [`text_encoder.${layer.slice("text_model.".length)}`, `text_encoder.${layer}`],
    [`lora_te_${layer.replaceAll(".", "_")}`, `text_encoder.${layer}`],
    [`lora_te1_${layer.replaceAll(".", "_")}`, `text_encoder.${layer}`],
    [`lora_te2_${layer.replaceAll(".", "_")}`, `text_encoder_2.${layer}`],
    [`text_encoders.clip_l.transformer.${layer}`, `text_encoder.${layer}`],
    [`text_encoders.clip_g.transformer.${layer}`, `text_encoder_2.${layer}`],
  ])("finds the module that %s means", (name, expected) => {
    expect(moduleNames(model).resolve(name)).toBe(expected);
  });

  it("refuses to guess between two components, and finds nothing for other names", () => {
    const names = moduleNames(model);
    for (const name of [layer, `base_model.model.${layer}`, "__proto__", "lora_unet_x", ""]) {
      expect(names.resolve(name)).toBeUndefined();
    }
    expect(moduleNames([`text_encoder_2.${layer}`]).resolve(`base_model.model.${layer}`)).toBe(
      `text_encoder_2.${layer}`,
    );
  });
});

describe("comfyNames", () => {
  it("are the paths of a file of the whole model, and are found again", () => {
    const names = comfyNames(model, families.sdxl.adapters);
    expect(Object.fromEntries(names)).toEqual({
      "unet.down_blocks.0.resnets.1.conv1": "diffusion_model.input_blocks.2.0.in_layers.2",
      [`unet.${query}`]: "diffusion_model.input_blocks.4.1.transformer_blocks.0.attn1.to_q",
      [`unet.${out}`]: "diffusion_model.input_blocks.4.1.transformer_blocks.0.attn1.to_out.0",
      [`text_encoder.${layer}`]: `text_encoders.clip_l.transformer.${layer}`,
      [`text_encoder_2.${layer}`]: `text_encoders.clip_g.transformer.${layer}`,
    });
    const read = moduleNames(model);
    for (const [path, name] of names) expect(read.resolve(name)).toBe(path);
  });

  it("call text encoders what they are", () => {
    const second = comfyNames([`text_encoder.${layer}`], families.sd2.adapters);
    expect([...second.values()]).toEqual([`text_encoders.clip_h.transformer.${layer}`]);
    const t5 = "encoder.block.0.layer.0.SelfAttention.q";
    for (const name of comfyNames([`text_encoder_2.${t5}`], families.sdxl.adapters).values())
      expect(name).toBe(`text_encoders.t5xxl.transformer.${t5}`);
  });
});

describe("kohyaNames", () => {
  it("writes diffusers names for SD and original names for SDXL", () => {
    const sd = kohyaNames(model, families.sd1.adapters);
    expect(sd.get(`unet.${query}`)).toBe(`lora_unet_${query.replaceAll(".", "_")}`);
    expect(sd.get(`text_encoder.${layer}`)).toMatch(/^lora_te_text_model_encoder_layers_0_/);
    const sdxl = kohyaNames(model, families.sdxl.adapters);
    expect(sdxl.get(`unet.${query}`)).toBe(
      "lora_unet_input_blocks_4_1_transformer_blocks_0_attn1_to_q",
    );
    expect(sdxl.get(`text_encoder.${layer}`)).toMatch(/^lora_te1_/);
    expect(sdxl.get(`text_encoder_2.${layer}`)).toMatch(/^lora_te2_/);
  });

  it.each([
    ["sd15", "sd1"],
    ["sdxl", "sdxl"],
  ] as const)(
    "resolves and writes every module name that kohya has for %s",
    { tags: ["shared"] },
    (model, family) => {
      const expected = referenceModules(`kohya_${model}_unet_modules`);
      const paths = [...referenceShapes(`${model}_unet`).keys()]
        .filter((name) => name.endsWith(".weight"))
        .map((name) => `unet.${name.slice(0, -".weight".length)}`);
      const names = moduleNames(paths);
      const written = kohyaNames(paths, families[family].adapters);
      for (const name of expected) {
        const path = names.resolve(name);
        expect(written.get(path ?? ""), name).toBe(name);
      }
      expect(expected.length).toBe(model === "sd15" ? 192 : 722);
    },
  );
});

it("numbers FLUX.1's T5, its second text encoder, as Stable Diffusion 3's third", () => {
  const query = "encoder.block.3.layer.0.SelfAttention.q";
  for (const [family, component] of [
    ["flux1", "text_encoder_2"],
    ["sd3", "text_encoder_3"],
  ] as const) {
    const paths = [...knownLayers(family).keys()];
    const path = `${component}.${query}`;
    const kohya = `lora_te3_${query.replaceAll(".", "_")}`;
    const comfy = `text_encoders.t5xxl.transformer.${query}`;
    const names = moduleNames(paths);
    expect([kohya, comfy].map((name) => names.resolve(name))).toEqual([path, path]);
    expect(kohyaNames(paths, families[family].adapters).get(path)).toBe(kohya);
    expect(comfyNames(paths, families[family].adapters).get(path)).toBe(comfy);
  }
});
