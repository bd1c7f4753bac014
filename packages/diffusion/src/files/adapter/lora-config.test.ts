/** @file PEFT's config as files carry it, and configs that are damaged or hostile. */

import { describe, expect, it } from "vitest";
import { alphaOf, parseAdapterConfig, parseAdapterMetadata } from "./lora-config.js";

const parse = (fields: Record<string, unknown>) => {
  const config = parseAdapterConfig("adapter_config.json", JSON.stringify(fields)).get(undefined);
  if (config === undefined) throw new Error("expected a config for all components");
  return config;
};

describe("LoRA configs", () => {
  it("take the first pattern that a path ends with, whole segments only", () => {
    const config = parse({ r: 4, lora_alpha: 8, alpha_pattern: { to_q: 2, "attn1.to_q": 3 } });
    expect(alphaOf(config, "mid_block.attn1.to_q", 4)).toBe(2);
    expect(alphaOf(config, "mid_block.attn1.not_to_q", 4)).toBe(8);
    expect(alphaOf(config, "to_q", 4)).toBe(2);
  });

  it("take ^ for the whole path, and escapes for what they mean", () => {
    const anchored = parse({ r: 4, lora_alpha: 8, alpha_pattern: { "^mid_block.attn1.to_q": 3 } });
    expect(alphaOf(anchored, "mid_block.attn1.to_q", 4)).toBe(3);
    expect(alphaOf(anchored, "x.mid_block.attn1.to_q", 4)).toBe(8);
    const escaped = parse({ r: 4, lora_alpha: 8, alpha_pattern: { "attn1\\.to_q": 3 } });
    expect(alphaOf(escaped, "mid_block.attn1.to_q", 4)).toBe(3);
    expect(alphaOf(escaped, "mid_block.attn1Xto_q", 4)).toBe(8);
    expect(() => alphaOf(parse({ alpha_pattern: { "(?=x)": 1 } }), "to_q", 4)).toThrow(/Spell/);
  });

  it("match text encoder paths with and without text_model", () => {
    const config = parse({ lora_alpha: 8, alpha_pattern: { "encoder.layers.0.mlp.fc1": 3 } });
    expect(alphaOf(config, "text_model.encoder.layers.0.mlp.fc1", 4)).toBe(3);
    const prefixed = parse({ lora_alpha: 8, alpha_pattern: { "text_model.encoder.fc1": 3 } });
    expect(alphaOf(prefixed, "text_model.encoder.fc1", 4)).toBe(3);
  });

  it("keep rsLoRA's scale alpha / sqrt(rank) as alpha / rank", () => {
    const config = parse({ lora_alpha: 3, use_rslora: true });
    expect(alphaOf(config, "x", 4) / 4).toBe(3 / Math.sqrt(4));
  });

  it("are split by component in the metadata of diffusers files", () => {
    const json = { "unet.lora_alpha": 8, "unet.r": 4, "text_encoder.lora_alpha": 2 };
    const configs = parseAdapterMetadata("file", JSON.stringify(json));
    expect([...configs].map(([component, { alpha }]) => [component, alpha])).toEqual([
      ["unet", 8],
      ["text_encoder", 2],
    ]);
    expect(parseAdapterMetadata("file", '{"lora_alpha":5}').get(undefined)?.alpha).toBe(5);
  });

  it.each([
    ["no JSON", "{", /expected JSON/],
    ["an array", "[]", /expected a JSON object/],
    ["alpha as text", '{"lora_alpha":"8"}', /lora_alpha other than 0, got 8 and "8"/],
    ["a rank of 0", '{"r":0}', /r above 0/],
    ["a pattern without a number", '{"alpha_pattern":{"to_q":null}}', /"to_q": null/],
    ["a rank that is none", '{"rank_pattern":{"to_q":0}}', /rank_pattern .* "to_q": 0/],
  ])("refuse %s", (_, json, message) => {
    expect(() => parseAdapterConfig("adapter_config.json", json)).toThrow(message);
  });
});
