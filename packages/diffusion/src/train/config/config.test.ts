/** @file The training config: defaults, and all problems reported at once. */

import { AtelierError, type Sentence, sentenceIn } from "@atelier/engine";
import { describe, expect, it } from "vitest";
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
    return Array.isArray(problems)
      ? problems.map((problem: Sentence) => sentenceIn(problem, {}))
      : [];
  }
  return [];
}

describe("parseTrainConfig", () => {
  it("fills in defaults but of what a base may advise, so that a parsed config parses to itself", () => {
    const config = parseTrainConfig(least);
    expect(config).toMatchObject({
      version: 1,
      lora: { rank: 16, method: "lora" },
      textEncoder: { train: false },
      tuning: "lora",
      name: "lora",
      optimizer: { name: "adamw", beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0.01 },
      maxGradNorm: 1,
    });
    const { learningRate, steps, batchSize, schedule, timesteps, lora } = config;
    const open = [learningRate, steps, batchSize, schedule, timesteps, lora?.targets];
    expect(open.every((value) => value === undefined)).toBe(true);
    expect(parseTrainConfig(JSON.parse(JSON.stringify(config)))).toEqual(config);
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

  it("wants one base, and a prompt where captions are not read", () => {
    const folder = "photos";
    expect(problemsOf({ base: { path: "a", repo: "b/c" }, data: { folder } })).toEqual([
      "base: expected either base.path or base.repo, got both",
    ]);
    for (const given of [{}, { base: {} }, { base: { variant: "fp16" } }]) {
      expect(problemsOf({ ...given, data: { folder } })).toEqual([
        "base: expected base.path or base.repo, the model to train on, got neither",
      ]);
    }
    expect(problemsOf({ base: { path: "a" }, data: { folder, captions: "prompt" } })).toEqual([
      "data.prompt: expected a prompt because data.captions is prompt, got none",
    ]);
  });

  it("refuses integers where the model's own weights train", () => {
    const problems = (dtype: string, tuning: string) =>
      problemsOf({ ...least, base: { path: "model", dtype }, tuning });
    expect(problems("int4", "full")).toEqual([
      "base.dtype: expected float16 or bfloat16 where the model's own weights train, got int4, in which they would begin with a large error. Leave it out, or train an adapter",
    ]);
    expect(problems("float16", "full")).toEqual([]);
    expect(problems("int4", "lora")).toEqual([]);
    expect(problems("int2", "lora")).toEqual([
      expect.stringMatching(/^base\.dtype: expected .*int4.*got "int2"/),
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
    expect(fields.get("lora.targets")).toMatchObject({ kind: "list" });
    // A default that a base may overrule is told in words.
    expect(fields.get("steps")?.defaultValue).toBeUndefined();
    expect(fields.get("steps")?.description).toContain("what the base advises, else 500");
    expect(fields.get("data.folder")).toMatchObject({ kind: "text", isRequired: true });
    expect(fields.get("schedule.name")).toMatchObject({
      kind: "choice",
      choices: [
        ...["constant", "linear", "cosine", "cosine_with_restarts", "polynomial", "rex"],
        "exponential",
      ],
    });
  });
});
