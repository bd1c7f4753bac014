/** @file What a base advises: read with limits, and overruled by what the user says. */

import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { nodeFiles } from "@atelier/engine/node";
import { describe, expect, it } from "vitest";
import { readTrainingConfig, trainingConfigName } from "../../core/training-config.js";
import { families } from "../../families/families.js";
import { completeConfig } from "./complete-config.js";
import { parseTrainConfig } from "./config.js";
import { parseTrainingAdvice, trainingAdviceOf } from "./training-advice.js";

const least = { base: { path: "model" }, data: { folder: "photos" } };
const word = { embedding: { token: "<ink>", initializer: "pen" } };

const advice = parseTrainingAdvice(
  {
    base: { architecture: "pixel-world" },
    batchSize: 8,
    steps: 150,
    schedule: { name: "cosine", warmupShare: 0.05 },
    timesteps: { distribution: "logit_normal", mean: -0.5, deviation: 1 },
    lora: { targets: ["all"] },
    tunings: {
      lora: { learningRate: 4e-3 },
      full: { learningRate: 5e-4, batchSize: 4 },
      textual_inversion: { learningRate: 2e-2 },
      pivotal: { learningRate: 1e-3, embedding: { learningRate: 5e-3 } },
    },
    withPrior: { steps: 500 },
  },
  "model",
);

const complete = (fields: object, by: typeof advice = advice) =>
  completeConfig(parseTrainConfig({ ...least, ...fields }), by);

describe("a complete config", () => {
  it("is as the base advises where the user says nothing", () => {
    const config = complete({});
    expect(config).toMatchObject({
      ...{ steps: 150, batchSize: 8, learningRate: 4e-3 },
      schedule: { name: "cosine", warmupShare: 0.05, warmupSteps: 0, minRatio: 0 },
      timesteps: { distribution: "logit_normal", mean: -0.5, deviation: 1, min: 0 },
      base: { path: "model", architecture: "pixel-world" },
      lora: { rank: 16, targets: ["all"] },
      textEncoder: { learningRate: 1e-5 },
    });
    expect(complete({ prior: { classPrompt: "a dog" } }).steps).toBe(500);
    const full = complete({ tuning: "full" });
    expect(full).toMatchObject({ batchSize: 4, textEncoder: { learningRate: 5e-4 } });
    expect(full.lora).toBeUndefined();
  });

  it("is as usual where the base says nothing either", () => {
    expect(complete({}, {})).toMatchObject({
      ...{ steps: 500, batchSize: 1, schedule: { name: "constant", warmupSteps: 0 } },
      timesteps: { distribution: "uniform", min: 0 },
      lora: { rank: 16, targets: ["attention"] },
    });
    expect(complete({}, {}).base.architecture).toBeUndefined();
  });

  it("has the rates of what trains, of a word beside an adapter too; a text encoder trains at the model's", () => {
    const sections = { textual_inversion: word, pivotal: word, lora: {}, full: {} };
    const ratesBy = (by: typeof advice) =>
      Object.entries(sections).map(([tuning, fields]) => {
        const config = complete({ tuning, ...fields }, by);
        return [tuning, config.learningRate, config.embedding?.learningRate].filter(Boolean);
      });
    expect(ratesBy({})).toEqual([
      ["textual_inversion", 5e-3, 5e-3],
      ["pivotal", 1e-4, 1e-3],
      ["lora", 1e-4],
      ["full", 5e-6],
    ]);
    expect(ratesBy(advice)).toEqual([
      ["textual_inversion", 2e-2, 2e-2],
      ["pivotal", 1e-3, 5e-3],
      ["lora", 4e-3],
      ["full", 5e-4],
    ]);
    expect(complete({ tuning: "full", learningRate: 3e-6 }).textEncoder.learningRate).toBe(3e-6);
  });

  it("is as the user says, whatever the base advises", () => {
    const told = {
      base: { path: "model", architecture: "mine" },
      ...{ steps: 7, batchSize: 1, learningRate: 1e-5 },
      // A section counts as a whole: a warm-up of the base's has no place in the user's schedule.
      schedule: { name: "rex" },
      timesteps: { min: 5 },
      lora: { targets: "attention" },
    };
    expect(complete(told)).toMatchObject({
      base: { architecture: "mine" },
      ...{ steps: 7, batchSize: 1, learningRate: 1e-5 },
      schedule: { name: "rex", warmupShare: 0 },
      timesteps: { distribution: "uniform", min: 5 },
      lora: { rank: 16, targets: ["attention"] },
    });
    expect(complete({ lora: { rank: 4 } }).lora).toMatchObject({ rank: 4, targets: ["all"] });
    const own = { tuning: "pivotal", embedding: { ...word.embedding, learningRate: 0 } };
    expect(complete(own).embedding?.learningRate).toBe(0);
  });

  it("leaves Prodigy, which finds the step itself, at 1", () => {
    const prodigy = { optimizer: { name: "prodigy" } };
    expect(complete(prodigy)).toMatchObject({ learningRate: 1, textEncoder: { learningRate: 1 } });
    const both = complete({ ...prodigy, tuning: "pivotal", ...word });
    expect(both).toMatchObject({ learningRate: 1, embedding: { learningRate: 1 } });
  });

  it("once recorded is the same under any other advice", () => {
    for (const fields of [{}, { tuning: "full" }, { tuning: "pivotal", ...word }]) {
      const recorded: unknown = JSON.parse(JSON.stringify(complete(fields)));
      const other = parseTrainingAdvice({ steps: 1, learningRate: 1, batchSize: 2 }, "other");
      const again = completeConfig(parseTrainConfig(recorded), other);
      expect(JSON.parse(JSON.stringify(again))).toEqual(recorded);
    }
  });
});

describe("training_config.json", () => {
  const read = async (text: string) => {
    const path = await mkdtemp(join(tmpdir(), "atelier-advice-"));
    await writeFile(join(path, trainingConfigName), text);
    const trainingConfig = await readTrainingConfig(nodeFiles, path);
    return trainingAdviceOf({ path, family: families.sd1, trainingConfig });
  };

  it("is read, and may be absent", async () => {
    expect(await read('{ "steps": 5 }')).toEqual({ steps: 5 });
    const path = await mkdtemp(join(tmpdir(), "atelier-advice-"));
    expect(await readTrainingConfig(nodeFiles, path)).toBeUndefined();
    const without = { path, trainingConfig: undefined };
    expect(trainingAdviceOf({ ...without, family: families.sd1 })).toEqual({});
    // Then what is usual in its family counts.
    const { timesteps } = trainingAdviceOf({ ...without, family: families.sd3 });
    expect(timesteps).toMatchObject({ distribution: "logit_normal" });
  });

  it.each([
    [
      '{ "steps": 0 }',
      /training_config\.json of .*\n {2}steps: expected a value of at least 1, got 0/,
    ],
    ['{ "step": 5 }', /step: unknown field; did you mean steps\?/],
    ['{ "output": { "run": "/" } }', /output: unknown field/],
    ['{ "base": { "path": "/etc" } }', /base\.path: unknown field/],
    ['{ "base": { "architecture": "a/b" } }', /base\.architecture: expected a name/],
    ['{ "learningRate": 1e9 }', /learningRate: expected a value of at most 10/],
    [
      '{ "tunings": { "lora": { "learningRate": "fast" } } }',
      /tunings\.lora\.learningRate: expected a number/,
    ],
    ['{ "tunings": { "magic": {} } }', /tunings\.magic: unknown field/],
    [
      '{ "schedule": { "name": "constant", "cycles": 2 } }',
      /schedule\.cycles: expected an option of constant/,
    ],
    [
      '{ "timesteps": { "mean": 1 } }',
      /timesteps\.mean: expected none with the distribution uniform/,
    ],
    [
      `{ "lora": { "targets": ["${"*a".repeat(20)}"] } }`,
      /lora\.targets\.0: expected a set of layers or a pattern/,
    ],
    [
      `{ "lora": { "targets": ["${"a".repeat(201)}"] } }`,
      /lora\.targets\.0: expected a length of at most 200/,
    ],
    ["[1]", /expected a JSON object, got \[1\]/],
    ["", /expected JSON, got an empty file/],
    [" ".repeat(65 * 1024), /expected advice of at most 65536 bytes, got 66560/],
  ])("%.60s is refused", async (text, message) => {
    await expect(read(text)).rejects.toThrow(message);
  });
});
