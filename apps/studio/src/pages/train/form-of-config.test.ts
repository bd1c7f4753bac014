/** @file Settings of earlier runs and of other trainers make forms that train the same. */

import { completeConfig, parseTrainConfig } from "@atelier/diffusion/train-config";
import { describe, expect, it } from "vitest";
import { composeSettings, configOf } from "./compose-settings.js";
import { formOfConfig } from "./form-of-config.js";
import { nest } from "./setting-values.js";
import { dogAdvice, dogFacts, dogForm, dogs, fieldTable } from "./testing-facts.js";

const context = { fields: fieldTable, datasets: [dogs], begun: dogForm };

/** What the trainer makes of a form, once advice has come. */
function trained(form: typeof dogForm): Record<string, unknown> {
  const facts = { ...dogFacts, advice: { ...dogAdvice, buckets: true } };
  const { all } = composeSettings(form, facts);
  return whole(nest(all));
}

function whole(config: object): Record<string, unknown> {
  const { data = {} } = config as { data?: object }; // As `nest` builds it.
  const base = { path: "embedded" };
  return {
    ...completeConfig(parseTrainConfig({ ...config, base, data: { ...data, folder: "dog" } })),
  };
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
    { tuning: "lora", data: { prompt: "x" }, prior: { classPrompt: "something else" } },
  ])("trains as the run did: $tuning", (config) => {
    const run = whole(config);
    expect(trained(formOfConfig(run, context))).toEqual(run);
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
    expect(form.values).toMatchObject({ "prior.folder": "dogs" });
    expect(Object.keys(form.values)).not.toContain("watch.validation");
    expect(Object.keys(form.values)).not.toContain("base.fingerprint");
    expect(configOf(form, composeSettings(form, dogFacts))).not.toHaveProperty("data.folder");
  });
});
