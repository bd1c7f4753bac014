/** @file Settings of earlier runs and of other trainers make forms that train the same. */

import {
  completeConfig,
  parseTrainConfig,
  type TrainingAdvice,
} from "@atelier/diffusion/train-config";
import { describe, expect, it } from "vitest";
import { composeSettings, configOf } from "./compose-settings.js";
import { formOfConfig } from "./form-of-config.js";
import { nest } from "./setting-values.js";
import { dogAdvice, dogFacts, dogForm, dogs, fieldTable } from "./testing-facts.js";

const context = { fields: fieldTable, datasets: [dogs], begun: dogForm };

/** What a base advises, which a run may have been told otherwise. */
const ofBase: TrainingAdvice = {
  steps: 150,
  batchSize: 8,
  schedule: { name: "cosine", warmupSteps: 0, warmupShare: 0.05, minRatio: 0 },
  timesteps: {
    distribution: "logit_normal",
    min: 0,
    mean: -0.5,
    deviation: 1,
    dynamicShift: false,
  },
  lora: { targets: ["all"] },
};

/** What the trainer makes of a form, once advice has come. */
function trained(form: typeof dogForm): Record<string, unknown> {
  const facts = { ...dogFacts, advice: { ...dogAdvice, buckets: true } };
  const { all } = composeSettings(form, facts);
  return whole(nest(all));
}

function whole(config: object): Record<string, unknown> {
  const { data = {} } = config as { data?: object }; // As `nest` builds it.
  const base = { path: "embedded" };
  const given = parseTrainConfig({ ...config, base, data: { ...data, folder: "dog" } });
  return { ...completeConfig(given, ofBase) };
}

describe("a form of a config", () => {
  it.each([
    {
      tuning: "lora",
      steps: 300,
      lora: { rank: 8, rankPattern: { to_q: 4 } },
      data: { prompt: "a sks dog", captions: "prompt" },
      prior: { classPrompt: "a dog", lossWeight: 0.5 },
    },
    { tuning: "lora", data: { prompt: "my style", flip: true }, watch: { share: 0 } },
    { tuning: "full", learningRate: 1e-6, full: { parts: "attention" } },
    { tuning: "textual_inversion", embedding: { token: "<d>", initializer: "dog", vectors: 4 } },
    { tuning: "pivotal", embedding: { token: "<d>", initializer: "mean", kind: "style" } },
    { tuning: "lora", schedule: { name: "constant" }, timesteps: { distribution: "uniform" } },
    { tuning: "full", optimizer: { name: "lion", beta2: 0.95 }, ema: { decay: 0.5 } },
    { tuning: "lora", data: { prompt: "x" }, prior: { classPrompt: "something else" } },
  ])("trains as the run did: $tuning", (config) => {
    const run = whole(config);
    expect(trained(formOfConfig(run, context))).toEqual(run);
  });

  it("marks as changed no more than what was", () => {
    const form = formOfConfig(whole({ tuning: "full", optimizer: { beta1: 0.8 } }), context);
    const optimizer = Object.keys(form.values).filter((path) => path.startsWith("optimizer."));
    expect(optimizer).toEqual(["optimizer.beta1"]);
  });

  it("sees identifier and class in DreamBooth's prompts", () => {
    const config = {
      data: { prompt: "a zwx dog", captions: "prompt" },
      prior: { classPrompt: "a dog" },
    };
    const form = formOfConfig(config, context);
    expect(form.technique).toBe("dreambooth");
    expect(form.naming).toMatchObject({ identifier: "zwx", noun: "dog" });
    expect(Object.keys(form.values)).not.toContain("data.prompt");
    const photos = {
      data: { prompt: "a photo of a zwx dog", captions: "prompt" },
      prior: { classPrompt: "a photo of a dog" },
    };
    const embedded = formOfConfig(photos, context);
    expect(embedded.naming).toMatchObject({ identifier: "zwx", noun: "dog" });
    expect(embedded.values).toMatchObject({ "data.prompt": "a photo of a zwx dog" });
  });

  it("takes a repository as the base, and leaves folders to the library", () => {
    const form = formOfConfig(
      {
        base: { repo: "a/b", fingerprint: "0123" },
        data: { folder: "/home/x/pictures" },
        prior: { classPrompt: "a dog", folder: "/home/x/Atelier/datasets/dogs" },
        watch: { validation: "/elsewhere/more" },
      },
      context,
    );
    expect(form.base).toEqual({ kind: "repo", name: "a/b" });
    expect(formOfConfig({ base: { path: "c/d" } }, context).base.name).toBe("c/d");
    expect(formOfConfig({ base: { path: "./c/d" } }, context).base).toEqual(dogForm.base);
    expect(form.values).toMatchObject({ "prior.folder": "dogs" });
    expect(Object.keys(form.values)).not.toContain("watch.validation");
    expect(Object.keys(form.values)).not.toContain("base.fingerprint");
    expect(configOf(form, composeSettings(form, dogFacts))).not.toHaveProperty("data.folder");
  });
});
