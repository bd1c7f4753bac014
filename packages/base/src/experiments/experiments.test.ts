/** @file The comparison of techniques: its configs, its words and its table. */

import { parseTrainConfig } from "@atelier/diffusion/train";
import { describe, expect, it } from "vitest";
import type { Measures } from "../demo/measure-prompts.js";
import { markdownTable } from "../report-page/markdown-table.js";
import { type ArmContext, arms } from "./arms.js";
import { comparisonPage, comparisonTable } from "./comparison.js";
import { goals, subjectMark } from "./goals.js";
import { type ArmResult, spreadOf } from "./result.js";

const context: ArmContext = {
  folders: { identifier: "a", token: "b" },
  ...{ instancePrompt: "a sks robot", classPrompt: "a robot", token: "<mascot>" },
  initializer: "robot",
};

describe("arms", () => {
  it.each(arms)("$id is a config of one training", ({ config, says }) => {
    const parsed = parseTrainConfig({ ...config(context), base: { path: "base" } });
    expect(parsed.data.folder).toBe(says === "token" ? "b" : "a");
    expect(parsed.embedding?.token).toBe(says === "token" ? "<mascot>" : undefined);
  });
});

describe("goals", () => {
  it.each(goals)("$id names what is learned in all of its captions, and in no others", (goal) => {
    const texts = [...goal.lessons, ...goal.prompts.filter(({ asksFor }) => asksFor === "subject")];
    expect(texts.filter(({ caption }) => caption.split(subjectMark).length !== 2)).toEqual([]);
    const others = goal.prompts.filter(({ asksFor }) => asksFor !== "subject");
    expect(others.map(({ asksFor }) => asksFor)).toEqual(["class", "unrelated"]);
    expect(others.filter(({ caption }) => caption.includes(subjectMark))).toEqual([]);
  });

  it.each(goals)("$id asks for nothing that it has shown", ({ lessons, prompts }) => {
    const shown = new Set(lessons.map(({ caption }) => caption));
    expect(prompts.filter(({ caption }) => shown.has(caption))).toEqual([]);
    expect(prompts.filter(({ readable }) => /sks|openmoji|\{/.test(readable))).toEqual([]);
  });
});

const score = { base: 0.5, after: 0.75, real: 0.9 };
const measures: Measures = {
  judges: { clip: "a", instance: "b" },
  ...{ instance: score, clipImage: score, clipText: score, surroundings: score },
  ...{ classAlone: { sameSeed: 1, otherSeeds: 0.5 }, unrelatedRight: score },
  unrelated: { sameSeed: 0.8, otherSeeds: 0.6 },
  likeness: { base: 0.2, after: 0.6 },
  leak: { base: 0.1, after: 0.15 },
  recognised: [{ prompt: "a robot", count: 3, of: 4 }],
};
const result = (seed: number, after: number): ArmResult => ({
  ...{ goal: "subject", arm: "lora", seed, steps: 10, learningRate: 1e-4 },
  ...{ trainedParameters: 1_234_567, fileBytes: 2_000_000, memoryBytes: 5e8 },
  ...{ seconds: 3, secondsPerStep: 0.25, measures: { ...measures, instance: { ...score, after } } },
  classResemblance: { base: 0.3, after: 0.4 },
  diversity: { base: 0.2, after: 0.1 },
});

describe("comparisonTable", () => {
  const table = comparisonTable({ title: "", arms, results: [result(0, 0.7), result(1, 0.8)] });

  it("gives means and deviations over seeds between the base and real pictures", () => {
    expect(table.rows).toEqual([
      ["the base", "–", "–", "–", "–", "0.50", "0.20", "50 %", "0.30", "0.20", "–"],
      [
        ...["LoRA, rank 16", "1.23 M", "2.0 MB", "500.0 MB", "0.250", "0.75 ± 0.07"],
        ...["0.60 ± 0.00", "75 % ± 0 %", "0.40 ± 0.00", "0.10 ± 0.00", "0.80 ± 0.00"],
      ],
      ["real pictures", "–", "–", "–", "–", "0.90", "1.00", "90 %", "–", "–", "–"],
    ]);
    expect(markdownTable(table).split("\n")[1]).toBe(`|${" --- |".repeat(11)}`);
  });

  it("escapes what a page shows", () => {
    const page = comparisonPage("a < b", [{ title: "<b>", table, sheet: "data:," }]);
    expect(page).toContain("a &lt; b");
    expect(page).toContain("<h2>&lt;b&gt;</h2>");
    expect(page).toContain("<td>0.75 ± 0.07</td>");
  });
});

describe("spreadOf", () => {
  it("is the sample deviation, and none of one", () => {
    expect(spreadOf([1, 3])).toEqual({ mean: 2, deviation: Math.SQRT2 });
    expect(spreadOf([1])).toEqual({ mean: 1, deviation: Number.NaN });
  });
});
