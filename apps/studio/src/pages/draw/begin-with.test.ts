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
  base: "embedded",
  hasPicture: false,
  problems: [],
};
const form = { ...firstSettings(), base: "other/model", words: ["old"], prompt: "a robot" };

describe("beginWith", () => {
  it("takes an adapter with its base and its trigger word", () => {
    expect(beginWith(form, { item: adapter })).toMatchObject({
      base: "embedded",
      adapters: [{ name: "mascot.safetensors", weight: 1 }],
      words: [],
      prompt: "sks a robot",
    });
  });

  it("leaves a prompt that says the word, or that was asked for", () => {
    const said = { ...form, prompt: "a sks robot" };
    expect(beginWith(said, { item: adapter }).prompt).toBe("a sks robot");
    expect(beginWith(form, { item: adapter, prompt: "a cat" }).prompt).toBe("a cat");
  });

  it("takes a word as a word and a model as the base", () => {
    expect(
      beginWith(form, { item: { ...adapter, kind: "word", name: "cat.safetensors" } }),
    ).toMatchObject({
      words: ["cat.safetensors"],
      adapters: [],
    });
    const model: Item = { ...adapter, kind: "model", name: "my model" };
    expect(beginWith(form, { item: model }).base).toBe("my model");
  });

  it("keeps the form's base where the file names a path", () => {
    expect(beginWith(form, { item: { ...adapter, base: "/models/v1 5" } }).base).toBe(
      "other/model",
    );
  });
});
