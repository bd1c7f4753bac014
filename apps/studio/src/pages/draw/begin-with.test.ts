import type { Item } from "@atelier/server/api";
import { describe, expect, it } from "vitest";
import { beginWith } from "./begin-with.js";
import { firstSettings } from "./draw-settings.js";

const adapter: Item = {
  name: "mascot.safetensors",
  kind: "adapter",
  bytes: 1_000,
  changed: "2026-01-01T00:00:00.000Z",
  form: "kohya",
  triggers: ["sks"],
  base: "atelier-embedded",
  hasPicture: false,
  problems: [],
};
const form = { ...firstSettings(), base: "other/model", words: ["old"], prompt: "a robot" };
const models = ["sd15.safetensors"];

describe("beginWith", () => {
  it("takes an adapter with its base and its trigger word", () => {
    expect(beginWith(form, { item: adapter, models })).toMatchObject({
      base: "embedded",
      adapters: [{ name: "mascot.safetensors", weight: 1 }],
      words: [],
      prompt: "sks a robot",
    });
  });

  it("leaves a prompt that says the word, or that was asked for", () => {
    const said = { ...form, prompt: "a sks robot" };
    expect(beginWith(said, { item: adapter, models }).prompt).toBe("a sks robot");
    const asked = { item: adapter, prompt: "a cat", models };
    expect(beginWith(form, asked).prompt).toBe("a cat");
  });

  it("takes a word as a word and a model as the base", () => {
    const word: Item = { ...adapter, kind: "word", name: "cat.safetensors" };
    expect(beginWith(form, { item: word, models })).toMatchObject({
      words: ["cat.safetensors"],
      adapters: [],
    });
    const model: Item = { ...adapter, kind: "model", name: "my model" };
    expect(beginWith(form, { item: model, models }).base).toBe("my model");
  });

  it("takes a base that can be chosen, and keeps the form's where the file names another", () => {
    const baseFor = (base: string) => beginWith(form, { item: { ...adapter, base }, models }).base;
    expect(baseFor("sd15")).toBe("sd15.safetensors");
    expect(baseFor("owner/model")).toBe("owner/model");
    expect(baseFor("/models/v1 5")).toBe("other/model");
    expect(baseFor("v1-5-pruned.ckpt")).toBe("other/model");
  });
});
