/** @file The printed command that draws with what was trained. */

import { parseTrainConfig, type TrainConfig } from "@atelier/diffusion";
import { describe, expect, it } from "vitest";
import { drawOptions, type Trained } from "./draw-command.js";

function config(fields: Readonly<Record<string, unknown>>): TrainConfig {
  const data = { folder: "photos", prompt: "a sks dog" };
  return parseTrainConfig({ data, base: { path: "sd15.safetensors" }, ...fields });
}

const draw = (fields: Readonly<Record<string, unknown>>, more: Partial<Trained> = {}): string =>
  drawOptions({
    config: config(fields),
    results: ["run/lora.safetensors"],
    tokenizer: undefined,
    plan: undefined,
    ...more,
  });

describe("the command that draws with what was trained", () => {
  it("reads the base as the training did", () => {
    const base = {
      path: "v.safetensors",
      variant: "fp16",
      predictionType: "v_prediction",
      zeroTerminalSnr: true,
    };
    expect(draw({ base }, { tokenizer: "my tokenizer" })).toBe(
      '--base v.safetensors --variant fp16 --tokenizer "my tokenizer" --prediction-type v_prediction --zero-terminal-snr --adapter run/lora.safetensors --prompt "a sks dog"',
    );
    expect(draw({ base: { repo: "org/model", revision: "fp32" } })).toContain(
      "--base org/model@fp32",
    );
  });

  it("names a tokenizer for a model in one file, which has none", () => {
    const output = { checkpoint: "single-file" };
    const plan = { prompt: "", tokenizerFolder: "sd15/tokenizer" };
    const results = ["run/model.safetensors"];
    expect(draw({ tuning: "full", output }, { plan, results })).toBe(
      '--base run/model.safetensors --tokenizer sd15/tokenizer --prompt "a sks dog"',
    );
    expect(draw({ tuning: "full" }, { plan, results })).not.toContain("--tokenizer");
  });

  it("calls up what was trained, also where only captions say what that is", () => {
    const data = { folder: "photos" };
    const plan = { prompt: "a red robot!", tokenizerFolder: undefined };
    expect(draw({ data }, { plan })).toContain("--prompt 'a red robot!'");
    const word = {
      tuning: "textual_inversion",
      embedding: { token: "<ink>", initializer: "mean", kind: "style" },
    };
    expect(draw({ ...word, data }, { plan: { ...plan, prompt: "" } })).toContain(
      '--prompt "a <ink>"',
    );
  });
});
