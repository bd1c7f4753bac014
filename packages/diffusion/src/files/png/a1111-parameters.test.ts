/** @file The web UI's line of generation parameters, written and parsed. */

import { describe, expect, it } from "vitest";
import { formatA1111Parameters, parseA1111Parameters } from "./a1111-parameters.js";

const plain = {
  prompt: "a photo of a dog",
  steps: 10,
  sampler: "DDIM",
  cfgScale: 7.5,
  seed: 5,
  width: 64,
  height: 48,
} as const;

describe("formatA1111Parameters", () => {
  it("writes the smallest form", () => {
    expect(formatA1111Parameters(plain)).toBe(
      "a photo of a dog\nSteps: 10, Sampler: DDIM, CFG scale: 7.5, Seed: 5, Size: 64x48",
    );
  });

  it("writes every field in the web UI's order and quotes what would break the line", () => {
    const text = formatA1111Parameters({
      ...plain,
      prompt: "a dog\non the beach",
      negativePrompt: "blurry,\nbad",
      modelName: 'v1-5, "pruned"',
      modelHash: "6ce0161689",
      loras: [
        { name: "dog", weight: 0.8, hash: "0123456789ab" },
        { name: "style", weight: 1 },
      ],
      version: "atelier 0.1.0",
    });
    expect(text).toMatchInlineSnapshot(`
      "a dog
      on the beach <lora:dog:0.8> <lora:style:1>
      Negative prompt: blurry,
      bad
      Steps: 10, Sampler: DDIM, CFG scale: 7.5, Seed: 5, Size: 64x48, Model hash: 6ce0161689, Model: "v1-5, \\"pruned\\"", Lora hashes: "dog: 0123456789ab", Version: atelier 0.1.0"
    `);
  });
});

describe("parseA1111Parameters", () => {
  it("reads back what was written", () => {
    const loras = [
      { name: "dog", weight: 0.8, hash: "0123456789ab" },
      { name: "style", weight: -1 },
    ];
    const written = {
      ...plain,
      prompt: "a dog,\nSteps: lots of them",
      negativePrompt: "blurry\nand bad",
      modelName: 'odd: "name", with\nlines',
      loras,
      seed: 18446744073709551615n,
    };
    const parsed = parseA1111Parameters(formatA1111Parameters(written));
    expect(parsed).toMatchObject({ prompt: written.prompt, loras });
    expect(parsed.negativePrompt).toBe("blurry\nand bad");
    expect(Object.fromEntries(parsed.fields)).toEqual({
      Steps: "10",
      Sampler: "DDIM",
      "CFG scale": "7.5",
      Seed: "18446744073709551615",
      Size: "64x48",
      Model: written.modelName,
      "Lora hashes": "dog: 0123456789ab",
    });
  });

  it("reads text as the web UI's users share it", () => {
    const parsed = parseA1111Parameters(
      [
        "masterpiece, (best quality:1.2), 1girl <lora:add_detail:0.5>",
        "Negative prompt: lowres, bad hands",
        'Steps: 28, Sampler: DPM++ 2M, Schedule type: Karras, CFG scale: 7, Seed: 2870305590, Size: 512x768, Model hash: 6ce0161689, Model: v1-5-pruned-emaonly, Denoising strength: 0.4, Clip skip: 2, Hires upscale: 2, Lora hashes: "add_detail: 7c6bad76eb54", Version: v1.9.3',
      ].join("\r\n"),
    );
    expect(parsed.prompt).toBe("masterpiece, (best quality:1.2), 1girl");
    expect(parsed.negativePrompt).toBe("lowres, bad hands");
    expect(parsed.loras).toEqual([{ name: "add_detail", weight: 0.5, hash: "7c6bad76eb54" }]);
    expect(parsed.fields.get("Schedule type")).toBe("Karras");
    expect(parsed.fields.get("Clip skip")).toBe("2");
    expect(parsed.fields.get("Version")).toBe("v1.9.3");
  });

  it("takes a text without fields as a prompt", () => {
    expect(parseA1111Parameters("just a dog, note: brown")).toEqual({
      prompt: "just a dog, note: brown",
      negativePrompt: "",
      loras: [],
      fields: new Map(),
    });
  });

  it("stays fast on hostile text", () => {
    const text = `${'a: "'.repeat(20_000)}${"\\".repeat(20_000)}`;
    const start = process.cpuUsage();
    parseA1111Parameters(text);
    // Of this process alone: other work on the machine does not count.
    expect(process.cpuUsage(start).user).toBeLessThan(2_000_000);
  });
});
