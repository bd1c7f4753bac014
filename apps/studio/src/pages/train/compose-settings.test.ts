/** @file What a form comes to: each technique as its command sets it, by hand over preset over advice. */

import { parseTrainConfig } from "@atelier/diffusion/train-config";
import { describe, expect, it } from "vitest";
import { composeSettings, configOf, requestOf } from "./compose-settings.js";
import { nest } from "./setting-values.js";
import { dogAdvice, dogFacts, dogForm, dogs } from "./testing-facts.js";
import { type TrainForm, techniques } from "./train-form.js";

const composed = (part: Partial<TrainForm>, facts = dogFacts) =>
  composeSettings({ ...dogForm, ...part }, facts);
const naming = { ...dogForm.naming };

describe("the settings of a form", () => {
  it("are DreamBooth's as its command sets them, with the advised steps", () => {
    const form = { ...dogForm, base: { kind: "repo", name: "a/b" } } as const;
    expect(requestOf(form, composed(form))).toEqual({
      kind: "train",
      base: "a/b",
      datasets: ["dog"],
      config: {
        tuning: "lora",
        data: { prompt: "a photo of a sks dog", captions: "prompt" },
        prior: { classPrompt: "a photo of a dog" },
        steps: 800,
        samples: { everySteps: 100 },
      },
    });
  });

  it.each(techniques)("pass the trainer's own check for %s", (technique) => {
    const { all } = composed({ technique, naming: { ...naming, word: "<dog>", prompt: "a dog" } });
    const config = nest([...all, ["base.path", "embedded"], ["data.folder", "dog"]]);
    expect(() => parseTrainConfig(config)).not.toThrow();
  });

  it("name the embedded base's drawings without calling them photographs", () => {
    expect(composed({}).all.get("data.prompt")).toBe("a sks dog");
  });

  it("take the data set's own trigger word, and what is typed before it", () => {
    const facts = { ...dogFacts, datasets: [{ ...dogs, trigger: "<rex>" }] };
    expect(composed({}, facts).all.get("data.prompt")).toBe("a rex dog");
    expect(composed({ technique: "pivotal" }, facts).all.get("embedding.token")).toBe("<rex>");
    const typed = { ...naming, identifier: "zwx" };
    expect(composed({ naming: typed }, facts).all.get("data.prompt")).toBe("a zwx dog");
  });

  it("keep the class by predictions where pictures keep their shapes", () => {
    const facts = { ...dogFacts, advice: { ...dogAdvice, buckets: true } };
    const { all } = composed({}, facts);
    expect([all.get("data.buckets.use"), all.get("prior.source")]).toEqual([true, "prediction"]);
    const byHand = composed({ values: { "data.buckets.use": false } }, facts).all;
    expect(byHand.get("data.buckets.use")).toBe(false);
    expect(byHand.has("prior.source")).toBe(false);
  });

  it("draw no pictures of the class for a quick look", () => {
    expect(composed({ preset: "quick" }).all.get("prior.source")).toBe("prediction");
    expect(composed({ preset: "quick", technique: "lora" }).all.has("prior.source")).toBe(false);
    expect(composed({}).all.has("prior.source")).toBe(false);
  });

  it("take what is set by hand over presets, whose samples follow the steps", () => {
    const { all, usual } = composed({ preset: "thorough", values: { steps: "400" } });
    expect(all.get("steps")).toBe(400);
    expect(usual.get("steps")).toBe(1600);
    expect(all.get("samples.everySteps")).toBe(50);
    expect(all.get("watch.act")).toBe(true);
  });

  it("leave out what the technique does not read, and keep it for another", () => {
    const values = { "lora.rank": "8", "full.parts": "attention" };
    expect(composed({ values, technique: "finetune" }).all.has("lora.rank")).toBe(false);
    expect(composed({ values, technique: "finetune" }).all.get("full.parts")).toEqual([
      "attention",
    ]);
    expect(composed({ values, technique: "lora" }).all.get("lora.rank")).toBe(8);
  });

  it("are taken back by an empty text", () => {
    expect(composed({ values: { "data.captions": "" } }).all.has("data.captions")).toBe(false);
  });

  it("leave to a search what it finds itself", () => {
    const form: TrainForm = {
      ...dogForm,
      isSearch: true,
      minutes: "30",
      values: { "lora.rank": "8", "schedule.name": "cosine" },
    };
    const request = requestOf(form, composed(form));
    expect(request).toMatchObject({ kind: "tune", minutes: 30, prefer: "balance" });
    expect(configOf(form, composed(form))).toEqual({
      tuning: "lora",
      data: { prompt: "a sks dog", captions: "prompt" },
      prior: { classPrompt: "a dog" },
      samples: { everySteps: 100 },
      lora: { rank: 8 },
    });
  });
});
