/** @file Probes as training configs: what they change, and that everything else stays. */

import { describe, expect, it } from "vitest";
import { simulatedSettings } from "../testing/simulated-tune.js";
import { tinyConfig } from "../testing/tiny-training.js";
import { completeConfig } from "../train/config/complete-config.js";
import { parseTrainConfig } from "../train/config/config.js";
import type { ProbePlan } from "./probe.js";
import { chosenConfig, configOfProbe, looksOfProbe, rateOfProbe } from "./probe-config.js";

const settings = simulatedSettings();
const { config } = settings;
const plan = (fields: Partial<ProbePlan> = {}): ProbePlan => ({
  ...{ id: "fast", stage: "fast", learningRate: 5e-4, steps: 120 },
  ...fields,
});
const configOf = (fields?: Partial<ProbePlan>) => configOfProbe(settings, plan(fields), "run");

describe("a probe's config", () => {
  it("is one that can be parsed, with nothing changed but what is tuned and how it is looked at", () => {
    const made = configOf({ rung: 40 });
    expect(completeConfig(parseTrainConfig(JSON.parse(JSON.stringify(made))))).toEqual(made);
    expect(made).toEqual({
      ...config,
      ...{ learningRate: 5e-4, steps: 120, saveEverySteps: 40 },
      schedule: { name: "constant", warmupSteps: 0, warmupShare: 0 },
      textEncoder: { ...config.textEncoder, learningRate: config.textEncoder.learningRate / 2 },
      watch: { ...config.watch, share: 0.33, everySteps: undefined, act: false, prefer: "balance" },
      output: { ...config.output, run: "run" },
    });
  });

  it("has rates that rise by one factor in a range test, which is looked at often", () => {
    const range = plan({ id: "range", stage: "range", learningRate: 1e-5, steps: 80 });
    expect(rateOfProbe(settings, range, 1)).toBeCloseTo(1e-5, 12);
    expect(rateOfProbe(settings, range, 2) / rateOfProbe(settings, range, 1)).toBeCloseTo(1.12, 9);
    expect(looksOfProbe(settings, range).slice(0, 3)).toEqual([5, 10, 15]);
    expect(configOf({ stage: "range" }).watch).toMatchObject({ share: 1, everySteps: 5 });
  });

  it.each([
    [{ kind: "layers", targets: ["all"] }, { lora: { ...config.lora, targets: ["all"] } }],
    [{ kind: "rank", rank: 64 }, { lora: { ...config.lora, rank: 64 } }],
    [
      { kind: "prior", classPrompt: "a dog" },
      { prior: { classPrompt: "a dog", source: "prediction", count: 100, lossWeight: 1 } },
    ],
  ] as const)("with the change %j differs from one without by that alone", (change, expected) => {
    expect(configOf({ change })).toEqual({ ...configOf(), ...expected });
    expect(() => parseTrainConfig(JSON.parse(JSON.stringify(configOf({ change }))))).not.toThrow();
  });

  it("may train other parts of all weights", () => {
    const full = {
      ...settings,
      config: tinyConfig("pictures", { tuning: "full", lora: undefined }),
    };
    const change = { kind: "parts", parts: ["cross-attention"] } as const;
    const made = configOfProbe(full, plan({ change }), "run");
    expect(made.full?.parts).toEqual(["cross-attention"]);
  });

  it("of a word and an adapter keeps the ratio of their rates", () => {
    const embedding = { token: "<cat>", initializer: "cat", learningRate: 1e-3 };
    const lora = { rank: 2 };
    const both = tinyConfig("pictures", { tuning: "pivotal", embedding, lora, learningRate: 1e-4 });
    const made = configOfProbe({ ...settings, config: both }, plan({ learningRate: 3e-4 }), "run");
    expect(made.embedding?.learningRate).toBeCloseTo(3e-3, 12);
  });
});

describe("the chosen config", () => {
  const final = plan({ id: "final", stage: "final" });

  it("is that of the final training, without a run's folder, so that it can be trained with again", () => {
    const chosen = chosenConfig(settings, final);
    expect(chosen.output).toEqual(config.output);
    expect(chosen.schedule).toEqual({
      ...{ name: "cosine", warmupSteps: 0, warmupShare: 0, minRatio: 0 },
    });
    expect(chosen.watch).toMatchObject({ prefer: "balance", act: false });
    expect(parseTrainConfig(JSON.parse(JSON.stringify(chosen)))).toMatchObject({ steps: 120 });
  });

  it("keeps the lowest error where nothing is better than the base by what is preferred", () => {
    const chosen = chosenConfig(settings, { ...final, keepsLowestError: true });
    expect(chosen.watch.prefer).toBeUndefined();
  });
});
