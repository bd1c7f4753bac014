/** @file Table, sentences and page of an evaluation: numbers with their intervals, and everything escaped. */

import type { RgbPicture } from "@atelier/diffusion/core";
import { dreamboothProtocol, type Estimate, type ModelScores } from "@atelier/diffusion/evaluate";
import { describe, expect, it } from "vitest";
import type { Evaluation } from "../evaluate/evaluation.js";
import { messagesFor } from "../messages/messages.js";
import { copiesOf, drawingsBeside } from "./evaluation-copies.js";
import { evaluationMarkdown } from "./evaluation-markdown.js";
import { evaluationPage } from "./evaluation-page.js";
import { evaluationTable, findings, tableLines } from "./evaluation-table.js";

const text = await messagesFor({});
const unknown: Estimate = { value: Number.NaN, low: Number.NaN, high: Number.NaN };
const near = (value: number): Estimate => ({ value, low: value - 0.1, high: value + 0.1 });

/** Two prompts of two drawings; `similarities` to the nearest picture. */
const scoresOf = (value: number, similarities: readonly number[]): ModelScores => ({
  ...{ instance: near(value), clipImage: near(value), clipText: near(value), obeyed: near(value) },
  ...{ diversity: near(value), variety: near(value), classResemblance: unknown },
  copies: { count: 1, of: 2, low: 0.0126, high: 0.987 },
  likenessShare: near(value),
  prompts: [0, 2].map((start) => ({
    ...{ instance: value, clipImage: value, clipText: value, obeyed: value },
    ...{ diversity: value, variety: value },
    nearest: similarities
      .slice(start, start + 2)
      .map((similarity, index) => ({ index, similarity })),
  })),
});

const words = { name: "<b>sks</b>", className: "dog" };
const templates = [
  { text: "a {} & more", scores: "both" },
  { text: "a {}", scores: "both" },
] as const;
const evaluation: Evaluation = {
  ...{ version: 1, program: "Atelier", subject: words, base: "base" },
  judges: { clip: "clip judge", instance: "instance <judge>" },
  protocol: { ...dreamboothProtocol(words, { templates, count: 2 }), learned: [false, true] },
  drawnBy: { sampler: "ddim", steps: 2, guidance: 3, width: 8, height: 8, seed: 7 },
  real: {
    pictures: ["a/one.png", "a/<two>.png"],
    scores: { instance: 0.9, clipImage: Number.NaN },
    mostAlike: { index: 0, other: 1, similarity: 0.8 },
  },
  models: [
    { name: "base", scores: scoresOf(0.25, [0.1, 0.2, 0.3, 0.4]), drawings: [] },
    {
      name: "dog | 2",
      scores: scoresOf(0.5, [0.85, 0.7, 0.99, 0.5]),
      comparison: {
        ...{ clipText: { value: -0.05, low: -0.09, high: -0.01 }, diversity: near(0.5) },
        ...{ classResemblance: unknown, classKept: unknown },
      },
      drawings: [
        ["x/0.png", "x/1.png"],
        ["x/2.png", "x/3.png"],
      ],
    },
  ],
  classSpread: Number.NaN,
};
const [, tuned] = evaluation.models;
if (tuned === undefined) throw new Error("there is a tuned model");

describe("evaluationTable", () => {
  const table = evaluationTable(evaluation, text);
  const cellsOf = (measure: string) => table.rows.find((row) => row.measure === measure)?.cells;

  it("has the base, the model and real pictures, each number with its interval", () => {
    expect(table.head).toEqual(["measure", "base", "dog | 2", "real pictures"]);
    expect(cellsOf("instance")).toEqual([
      ...["0.250 (0.150 to 0.350)", "0.500 (0.400 to 0.600)", "0.900"],
    ]);
    expect(cellsOf("clipTextGain")).toEqual(["–", "−0.050 (−0.090 to −0.010)", "–"]);
    expect(cellsOf("copies")).toEqual(["50 % (1 % to 99 %)", "50 % (1 % to 99 %)", "–"]);
  });

  it("leaves out rows of which there is no number", () => {
    expect(cellsOf("classResemblance")).toBeUndefined();
    expect(cellsOf("clipImage")?.at(-1)).toBe("–");
  });

  it("is aligned on a terminal", () => {
    const [head = "", first = ""] = tableLines(table);
    expect(head.indexOf("base")).toBe(first.indexOf("0.250"));
    expect(head.indexOf("real")).toBe(first.indexOf("0.900"));
  });
});

describe("copiesOf", () => {
  it("are drawings of unlearned prompts alone, above the most alike pair", () => {
    expect(copiesOf(evaluation, tuned).map(({ path }) => path)).toEqual(["x/0.png"]);
    expect(drawingsBeside(evaluation, tuned, 1).map(({ path, isCopy }) => [path, isCopy])).toEqual([
      ["x/2.png", false],
      ["x/3.png", false],
    ]);
  });
});

describe("findings", () => {
  it("say what the numbers say, and nothing of what was not drawn", () => {
    expect(findings(evaluation, tuned, text)).toEqual([
      "Likeness reaches 50 % of what the pictures have among themselves (the base: 25 %).",
      "Drawings fit their prompts less than the base's (CLIP-T −0.050); 50 % of them fit their own prompt best (the base's: 25 %).",
      "Drawings of one prompt are 50 % as far apart as the base's.",
      "1 of 2 drawings are copies of pictures that were learned from (1 % to 99 %; of the base's, by chance, 1).",
    ]);
  });
});

describe("the documents", () => {
  const picture = (level: number): RgbPicture => ({
    ...{ width: 300, height: 2 },
    data: new Uint8Array(3 * 300 * 2).fill(level),
  });
  const pictures = {
    real: [picture(1), picture(2)],
    drawing: async (model: number, prompt: number, seed: number) =>
      picture(100 * model + 10 * prompt + seed),
    ofClass: async (model: number) => picture(200 + model),
  };

  it("hold every picture, and escape what is not their own", async () => {
    const page = await evaluationPage(evaluation, pictures, text);
    // Two real ones, a copy beside its picture, the class by both models, of two prompts three.
    const images = page.match(/<img src="data:image\/png;base64,[\w+/=]+"/g) ?? [];
    expect(images).toHaveLength(2 + 2 + 2 + 6);
    expect(page).toContain("&lt;b&gt;sks&lt;/b&gt; &amp; more");
    expect(page).toContain("instance &lt;judge&gt;");
    expect(page).toContain("nearest: one.png (0.850)");
    expect(page).toContain("drawing, seed 7: copy");
    expect(page).not.toMatch(/<script|<b>|https?:\/\//);
  });

  it("name copies in Markdown, whose cells hold no stroke", () => {
    const written = evaluationMarkdown(evaluation, text);
    expect(written).toContain("| measure | base | dog \\| 2 | real pictures |");
    expect(written).toContain("- x/0.png: nearest: a/one.png (0.850)");
    expect(written).not.toContain("x/2.png");
  });
});
