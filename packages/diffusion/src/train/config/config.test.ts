/** @file The training config: defaults, and all problems reported at once. */

import { AtelierError } from "@atelier/engine";
import { describe, expect, it } from "vitest";
import { embeddedBaseName } from "../../core/embedded-base.js";
import { fieldText } from "../events/messages.js";
import { parseTrainConfig, trainConfigFields } from "./config.js";

const least = { base: { path: "model" }, data: { folder: "photos" } };

/** The lines between the first and the last of the message: the problems. */
function problemsOf(value: unknown): readonly unknown[] {
  try {
    parseTrainConfig(value);
  } catch (error) {
    expect(error).toBeInstanceOf(AtelierError);
    const problems = error instanceof AtelierError ? error.context["problems"] : undefined;
    return Array.isArray(problems) ? problems : [];
  }
  return [];
}

describe("parseTrainConfig", () => {
  it("fills in every default, so that a parsed config parses to itself", () => {
    const config = parseTrainConfig(least);
    expect(config).toMatchObject({
      version: 1,
      lora: { rank: 16, targets: ["attention"], method: "lora" },
      textEncoder: { train: false, learningRate: 1e-5 },
      tuning: "lora",
      name: "lora",
      optimizer: { name: "adamw", beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0.01 },
      learningRate: 1e-4,
      steps: 500,
      maxGradNorm: 1,
    });
    expect(parseTrainConfig(JSON.parse(JSON.stringify(config)))).toEqual(config);
  });

  it("begins with rates that suit what trains and the base, and trains a text encoder at the model's", () => {
    const embedding = { token: "<ink>", initializer: "noto" };
    const sections = {
      textual_inversion: { embedding },
      pivotal: { embedding },
      lora: {},
      full: {},
    };
    const ratesOf = (given: object) =>
      Object.entries(sections).map(([tuning, fields]) => {
        const config = parseTrainConfig({ ...least, tuning, ...fields, ...given });
        return [tuning, config.learningRate, config.embedding?.learningRate].filter(Boolean);
      });
    expect(ratesOf({ base: { path: "sd15" } })).toEqual([
      ["textual_inversion", 5e-3, 5e-3],
      ["pivotal", 1e-4, 1e-3],
      ["lora", 1e-4],
      ["full", 5e-6],
    ]);
    expect(ratesOf({ base: {} })).toEqual([
      ["textual_inversion", 2e-2, 2e-2],
      ["pivotal", 1e-3, 5e-3],
      ["lora", 4e-3],
      ["full", 5e-4],
    ]);
    const all = parseTrainConfig({ ...least, tuning: "full", learningRate: 3e-6 });
    expect(all.textEncoder.learningRate).toBe(3e-6);
  });

  it("takes on the embedded base what teaches a small model, unless it is told otherwise", () => {
    const { data } = least;
    const config = parseTrainConfig({ data });
    expect(config).toMatchObject({
      ...{ steps: 150, batchSize: 8, schedule: { name: "cosine", warmupShare: 0.05 } },
      lora: { rank: 16, targets: ["all"] },
      timesteps: { distribution: "logit_normal", mean: -0.5, deviation: 1 },
    });
    expect(parseTrainConfig(JSON.parse(JSON.stringify(config)))).toEqual(config);
    expect(parseTrainConfig({ data, prior: { classPrompt: "a dog" } }).steps).toBe(500);
    expect(parseTrainConfig({ data, tuning: "full" }).lora).toBeUndefined();
    const told = {
      steps: 7,
      batchSize: 1,
      schedule: { name: "rex" },
      lora: { targets: "attention" },
    };
    expect(parseTrainConfig({ base: { path: "embedded" }, data, ...told })).toMatchObject({
      ...{ steps: 7, batchSize: 1, schedule: { name: "rex", warmupShare: 0 } },
      lora: { rank: 16, targets: ["attention"] },
    });
    expect(parseTrainConfig({ base: { repo: "a/b" }, data })).toMatchObject({
      ...{ steps: 500, batchSize: 1, schedule: { name: "constant" } },
      lora: { targets: ["attention"] },
    });
  });

  it("lists all problems at once, each with its path and what was found", () => {
    expect(
      problemsOf({
        base: { path: "model" },
        data: { folder: "photos", crop: "middle" },
        lora: { rank: 0, dropout: 1, targets: 3 },
        steps: "many",
        seed: 1.5,
        name: "a/b",
      }),
    ).toEqual([
      'name: expected up to 100 letters, digits, dots, dashes and underscores, got "a/b"',
      'data.crop: expected one of center, random, got "middle"',
      "lora.rank: expected a value of at least 1, got 0",
      "lora.targets: expected a text or a list of texts, got 3",
      "lora.dropout: expected a value below 1, got 1",
      'steps: expected a number, got "many"',
      "seed: expected a whole number, got 1.5",
    ]);
  });

  it.each([
    [{ learningrate: 1 }, "learningrate: unknown field; did you mean learningRate?"],
    [{ lora: { rnak: 4 } }, "lora.rnak: unknown field; did you mean lora.rank?"],
    [{ rank: 4 }, "rank: unknown field; did you mean lora.rank?"],
    [{ lorra: { rank: 4 } }, "lorra: unknown field; did you mean lora?"],
    [{ quantumFlux: true }, "quantumFlux: unknown field"],
  ])("names the nearest known field for %j", (extra, expected) => {
    expect(problemsOf({ ...least, ...extra })).toEqual([expected]);
  });

  it.each([
    [{ method: "doar" }, 'lora.method: expected one of lora, rslora, dora, loha, lokr, got "doar"'],
    [{ method: "loha", dropout: 0.1 }, /^lora\.dropout: expected 0 with loha, .* use rankDropout/],
    [{ method: "lokr", loraPlusRatio: 16 }, /^lora\.loraPlusRatio: expected 1 with lokr/],
    [
      { method: "loha", init: "pissa" },
      /^lora\.init: expected kaiming or lycoris with loha, got pissa/,
    ],
    [{ init: "lycoris" }, /^lora\.init: expected gaussian or kaiming or pissa with lora/],
    [{ init: "pissa", startFrom: "a.safetensors" }, /^lora\.init: .* got both pissa and/],
    [{ init: "pissa", maxWeightNorm: 1 }, /^lora\.maxWeightNorm: expected none/],
    [{ lokrFactor: 4 }, /^lora\.lokrFactor: expected none with lora, got 4/],
    [{ lokrDecomposeBoth: true }, /^lora\.lokrDecomposeBoth: expected false with lora/],
    [{ rankPattern: ["to_q"] }, /^lora\.rankPattern: expected <pattern>=<rank>, got to_q/],
    [{ rankPattern: ["to_q=many"] }, /^lora\.rankPattern: .* got to_q=many/],
    [{ rankPattern: { to_q: 1.5 } }, /^lora\.rankPattern: .* got to_q: 1.5/],
    [{ alphaPattern: { to_q: 0 } }, /^lora\.alphaPattern: .* got to_q: 0/],
  ])("refuses adapter settings that do not go together: %j", (lora, expected) => {
    const problems = problemsOf({ ...least, lora });
    expect(problems).toHaveLength(1);
    if (typeof expected === "string") expect(problems).toEqual([expected]);
    else expect(problems[0]).toMatch(expected);
  });

  it("takes patterns as a list and as an object", () => {
    const of = (rankPattern: unknown) =>
      parseTrainConfig({ ...least, lora: { rankPattern } }).lora?.rankPattern;
    expect(of(["to_q=8", "mid_block.*=4"])).toEqual({ to_q: 8, "mid_block.*": 4 });
    expect(of({ to_q: 8 })).toEqual({ to_q: 8 });
  });

  it("takes the embedded base where none is named, and no default beside a repository", () => {
    const data = { folder: "photos" };
    for (const given of [{ data }, { base: {}, data }]) {
      expect(parseTrainConfig(given).base).toMatchObject({ path: embeddedBaseName });
    }
    const { base } = parseTrainConfig({ base: { repo: "a/b" }, data });
    expect(base).toMatchObject({ repo: "a/b" });
    expect(base.path).toBeUndefined();
    const embedded = parseTrainConfig({ data });
    expect(parseTrainConfig(JSON.parse(JSON.stringify(embedded)))).toEqual(embedded);
  });

  it("wants one base, and a prompt where captions are not read", () => {
    const folder = "photos";
    expect(problemsOf({ base: { path: "a", repo: "b/c" }, data: { folder } })).toEqual([
      "base: expected either base.path or base.repo, got both",
    ]);
    expect(problemsOf({ base: { path: "a" }, data: { folder, captions: "prompt" } })).toEqual([
      "data.prompt: expected a prompt because data.captions is prompt, got none",
    ]);
  });

  it.each([null, "text", [], 7])("refuses %j as a config", (value) => {
    expect(problemsOf(value)).toHaveLength(1);
  });

  it("takes one target as a text", () => {
    expect(parseTrainConfig({ ...least, lora: { targets: "all" } }).lora?.targets).toEqual(["all"]);
  });
});

describe("trainConfigFields", () => {
  it("describes every field of the schema, and nothing else", () => {
    const fields = trainConfigFields();
    expect(fields.every(({ description }) => description !== "")).toBe(true);
    const groups = new Set(fields.flatMap(({ path }) => path.split(".").slice(0, -1)));
    const described = Object.keys(fieldText).filter(
      (path) => !groups.has(path.slice(path.lastIndexOf(".") + 1)),
    );
    expect(fields.map(({ path }) => path).sort()).toEqual(described.sort());
  });

  it("tells kinds, choices and defaults for command lines", () => {
    const fields = new Map(trainConfigFields().map((field) => [field.path, field]));
    expect(fields.get("lora.rank")).toMatchObject({ kind: "integer", defaultValue: 16 });
    expect(fields.get("lora.targets")).toMatchObject({ kind: "list", defaultValue: ["attention"] });
    expect(fields.get("data.folder")).toMatchObject({ kind: "text", isRequired: true });
    expect(fields.get("schedule.name")).toMatchObject({
      kind: "choice",
      choices: ["constant", "linear", "cosine", "cosine_with_restarts", "polynomial", "rex"],
    });
  });
});
