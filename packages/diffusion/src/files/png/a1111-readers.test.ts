/**
 * @file What other programs read in the parameters of a picture: the web UI (its `infotext_utils`) and Civitai's
 * site (its reader of "automatic" metadata), written here from what they accept.
 */

import { describe, expect, it } from "vitest";
import { formatA1111Parameters } from "./a1111-parameters.js";

/** The web UI: fields in the last line, where it has three; values in quotes are JSON. */
function readAsWebui(text: string): Map<string, string> {
  const lines = text.trim().split("\n");
  const found = new Map<string, string>();
  const last = lines.at(-1) ?? "";
  const pairs = [...last.matchAll(/\s*(\w[\w \-/]+):\s*("(?:\\.|[^\\"])+"|[^,]*)(?:,|$)/g)];
  const isLine = pairs.length >= 3;
  const body = (isLine ? lines.slice(0, -1) : lines).map((line) => line.trim());
  const negative = body.findIndex((line) => line.startsWith("Negative prompt:"));
  found.set("Prompt", body.slice(0, negative < 0 ? body.length : negative).join("\n"));
  for (const [, name = "", value = ""] of isLine ? pairs : []) {
    found.set(name, value.startsWith('"') ? String(JSON.parse(value)) : value.trim());
  }
  return found;
}

type Details = { [name: string]: string | Details };

/** Civitai: the line that begins with the steps; what stands in quotes is such a line itself. */
function readAsCivitai(text: string): Details {
  const line = text.split("\n").find((one) => one.startsWith("Steps: ")) ?? "";
  return details(line);
}

function details(line: string): Details {
  const found: Details = {};
  for (const part of line.match(/(?:[^,"]|"[^"]*")+/g) ?? []) {
    const colon = part.indexOf(":");
    const [name, value] = [part.slice(0, colon).trim(), part.slice(colon + 1).trim()];
    found[name] = value.startsWith('"') ? details(value.slice(1, -1)) : value;
  }
  return found;
}

const drawn = {
  prompt: "a dog, (red:1.2)",
  negativePrompt: "blurry",
  steps: 28,
  sampler: "DPM++ 2M",
  scheduleType: "Karras",
  cfgScale: 7.5,
  seed: 2870305590,
  width: 512,
  height: 768,
  modelName: "v1-5-pruned",
  modelHash: "6ce0161689",
  clipSkip: 1,
  rng: "CPU",
  eta: 0.5,
  endsInNoise: true,
  loras: [
    { name: "dog", weight: 0.8, hash: "0123456789ab" },
    { name: "ink: style, red", weight: 1e-7, hash: "ba9876543210" },
  ],
  embeddings: [{ name: "my-style", hash: "aaaabbbbcccc" }],
  version: "Atelier 0.1.0",
} as const;
const text = formatA1111Parameters(drawn);

describe("what the web UI reads in a picture", () => {
  it("is every field by its own name", () => {
    expect(Object.fromEntries(readAsWebui(text))).toEqual({
      Prompt: "a dog, (red:1.2) <lora:dog:0.8> <lora:ink style red:0.0000001>",
      Steps: "28",
      Sampler: "DPM++ 2M",
      "Schedule type": "Karras",
      "CFG scale": "7.5",
      Seed: "2870305590",
      Size: "512x768",
      "Model hash": "6ce0161689",
      Model: "v1-5-pruned",
      // It counts the last layer as the first.
      "Clip skip": "2",
      RNG: "CPU",
      "Eta DDIM": "0.5",
      "Noise Schedule": "Zero Terminal SNR",
      "Lora hashes": "dog: 0123456789ab, ink style red: ba9876543210",
      "TI hashes": "my-style: aaaabbbbcccc",
      Version: "Atelier 0.1.0",
    });
  });

  it("is not mixed up by a prompt or a name that looks like fields", () => {
    const odd = { ...drawn, prompt: "Steps: 99, Sampler: no, Seed: 1", modelName: '"a", b: c' };
    const found = readAsWebui(formatA1111Parameters(odd));
    expect(found.get("Steps")).toBe("28");
    expect(found.get("Seed")).toBe("2870305590");
    expect(found.get("Model")).toBe('"a", b: c');
  });

  it("lacks what it takes for granted", () => {
    const { clipSkip: _, eta: _eta, endsInNoise: _noise, ...rest } = drawn;
    const found = readAsWebui(formatA1111Parameters({ ...rest, clipSkip: 0, eta: 0 }));
    for (const name of ["Clip skip", "Eta DDIM", "Noise Schedule"]) {
      expect(found.has(name)).toBe(false);
    }
  });
});

describe("what Civitai reads in a picture", () => {
  it("is the model, the LoRAs by their hashes, and how it was drawn", () => {
    expect(readAsCivitai(text)).toMatchObject({
      Steps: "28",
      Sampler: "DPM++ 2M",
      "Schedule type": "Karras",
      "CFG scale": "7.5",
      Seed: "2870305590",
      "Clip skip": "2",
      "Model hash": "6ce0161689",
      Model: "v1-5-pruned",
      "Lora hashes": { dog: "0123456789ab", "ink style red": "ba9876543210" },
    });
    const tags = [...text.matchAll(/<(lora|hypernet):([a-zA-Z0-9_.-]+):([0-9.]+)>/g)];
    expect(tags.map(([, , name, weight]) => [name, weight])).toEqual([["dog", "0.8"]]);
  });
});
