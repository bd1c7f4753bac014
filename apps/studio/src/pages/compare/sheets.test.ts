/** @file Runs are compared by pictures of the same prompt and seed. */

import { describe, expect, it } from "vitest";
import { sheetRows } from "./sheets.js";

const sample = (step: number, prompt = "a robot", seed = 1) => ({
  ...{ step, prompt, seed, file: `${prompt} ${seed} ${step}` },
});

const runs = [
  { samples: [sample(0), sample(50), sample(100), sample(100, "a cat")], keptStep: 50 },
  { samples: [sample(0), sample(80), sample(80, "a robot", 2)], keptStep: undefined },
];

const steps = (moment: "base" | "best" | "last") =>
  sheetRows(runs, moment).map(({ prompt, seed, pictures }) => [
    ...[prompt, seed, ...pictures.map((picture) => picture?.step)],
  ]);

describe("sheets of runs", () => {
  it("have what at least two of them drew, at the moment that is asked for", () => {
    expect(steps("base")).toEqual([["a robot", 1, 0, 0]]);
    expect(steps("best")).toEqual([["a robot", 1, 50, 80]]);
    expect(steps("last")).toEqual([["a robot", 1, 100, 80]]);
  });

  it("are empty where nothing is alike", () => {
    expect(sheetRows([{ samples: [sample(0)], keptStep: undefined }], "last")).toEqual([]);
  });
});
