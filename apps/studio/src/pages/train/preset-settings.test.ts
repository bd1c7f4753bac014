/** @file Presets change what they say, and one's own are kept without what belongs to single pictures. */

import { describe, expect, it } from "vitest";
import {
  presetOf,
  presetSettings,
  readOwnPresets,
  withOwnPreset,
  withPreset,
  writeOwnPresets,
} from "./preset-settings.js";
import { smallerSettings } from "./smaller-settings.js";
import { emptyForm } from "./train-form.js";

describe("presets", () => {
  it("take a fifth, all and twice of the advised steps", () => {
    expect(presetSettings("quick", 800)["steps"]).toBe(160);
    expect(presetSettings("quick", 100)["steps"]).toBe(50);
    expect(presetSettings("recommended", 800)["steps"]).toBe(800);
    expect(presetSettings("recommended", undefined)["steps"]).toBeUndefined();
    expect(presetSettings("thorough", 800)).toMatchObject({ steps: 1600, "watch.act": true });
  });

  it("replace what they set, and keep all else", () => {
    const form = { ...emptyForm, values: { steps: "5", "watch.act": false, seed: "3" } };
    expect(withPreset(form, "quick")).toMatchObject({ preset: "quick", values: { seed: "3" } });
  });

  it("of one's own are kept without the pictures' names", () => {
    const values = { "lora.rank": "64", "data.prompt": "my dog" };
    const own = presetOf("big", { ...emptyForm, technique: "lora", values });
    expect(own.values).toEqual({ "lora.rank": "64" });
    const next = { ...emptyForm, values: { "data.prompt": "a cat", steps: "5" } };
    expect(withOwnPreset(next, own)).toMatchObject({
      technique: "lora",
      values: { "data.prompt": "a cat", "lora.rank": "64" },
    });
    expect(withOwnPreset(next, own).values).not.toHaveProperty("steps");
    const stored = new Map<string, string>();
    writeOwnPresets({ setItem: (key, value) => void stored.set(key, value) }, [own]);
    const storage = { getItem: (key: string) => stored.get(key) ?? null };
    expect(readOwnPresets(storage)).toEqual([own]);
    expect(readOwnPresets({ getItem: () => "{damaged" })).toEqual([]);
  });
});

describe("what takes less memory", () => {
  const planned = {
    technique: "lora",
    base: "sd15",
    width: 512,
    height: 512,
    batchSize: 4,
    checkpointing: "off",
  } as const;

  it("is named with settings that the trainer takes", () => {
    expect(smallerSettings(planned, 8e9)).toEqual([
      { kind: "limit", values: { maxMemory: 7.2 } },
      { kind: "batch", values: { batchSize: 1 } },
      { kind: "again", values: { gradientCheckpointing: "on" } },
      { kind: "size", values: { "data.width": 384, "data.height": 384 } },
      { kind: "bits", values: { "base.dtype": "int8" } },
    ]);
  });

  it("is nothing that is so already, nor what the training cannot do without", () => {
    const kinds = smallerSettings(
      { ...planned, technique: "finetune", width: 256, batchSize: 1, checkpointing: "on" },
      8e9,
    ).map(({ kind }) => kind);
    expect(kinds).toEqual(["limit"]);
  });
});
