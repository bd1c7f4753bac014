/** @file The printed command that draws with what was trained. */

import { completeConfig, parseTrainConfig, type TrainConfig } from "@atelier/diffusion/train";
import { describe, expect, it } from "vitest";
import { drawOptions, type Trained } from "./draw-command.js";

function config(fields: Readonly<Record<string, unknown>>): TrainConfig {
  const data = { folder: "photos", prompt: "a sks dog" };
  return completeConfig(parseTrainConfig({ data, base: { path: "sd15.safetensors" }, ...fields }));
}

const draw = (fields: Readonly<Record<string, unknown>>, more: Partial<Trained> = {}): string =>
  drawOptions({
    config: config(fields),
    results: [{ kind: "adapter", form: "kohya", path: "run/lora.safetensors" }],
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
    const parts = ["clip l.safetensors", "ae.safetensors"];
    const flux = { path: "flux1-dev.safetensors", parts, maxSequenceLength: 64 };
    expect(draw({ base: flux })).toContain(
      '--base flux1-dev.safetensors --part "clip l.safetensors" --part ae.safetensors --max-sequence-length 64 --adapter',
    );
    expect(draw({ base: { repo: "org/model", revision: "fp32" } })).toContain(
      "--base org/model@fp32",
    );
  });

  it("names a tokenizer for a model in one file, which has none", () => {
    const plan = { prompt: "", tokenizerFolder: "sd15/tokenizer" };
    const model = (form: "single-file" | "folder") =>
      ({ kind: "model", form, path: "run/m" }) as const;
    expect(draw({ tuning: "full" }, { plan, results: [model("single-file")] })).toBe(
      '--base run/m --tokenizer sd15/tokenizer --prompt "a sks dog"',
    );
    const base = { path: "flux1-dev.safetensors", maxSequenceLength: 64 };
    expect(draw({ tuning: "full", base }, { plan, results: [model("folder")] })).toBe(
      '--base run/m --max-sequence-length 64 --prompt "a sks dog"',
    );
  });

  it("names every file that the result needs, and no other", () => {
    const adapter = (form: "kohya" | "diffusers" | "peft", path: string) =>
      ({ kind: "adapter", form, path }) as const;
    const word = { kind: "embedding", form: "webui", path: "w" } as const;
    const named = (results: Trained["results"], token = "<w>") => {
      const embedding = { token, initializer: "mean" };
      const drawn = draw({ tuning: "pivotal", embedding }, { results });
      return drawn.slice(drawn.indexOf(" --") + 1, drawn.indexOf(" --prompt"));
    };
    expect(named([adapter("kohya", "k"), adapter("diffusers", "d"), word])).toBe("--adapter k");
    expect(named([adapter("kohya", "k"), word], "<w.1>")).toBe("--adapter k --embedding w");
    expect(named([adapter("diffusers", "d"), word])).toBe("--adapter d --embedding w");
    expect(named([adapter("peft", "u"), adapter("peft", "t"), word])).toBe(
      "--adapter u --adapter t --embedding w",
    );
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
