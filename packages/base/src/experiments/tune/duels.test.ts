/** @file Who wins, and how surely. */

import { describe, expect, it } from "vitest";
import { recordText } from "../verdicts/record.js";
import { holm, madeBy, signTest, utility, winsBy } from "./duels.js";
import { duelsText } from "./duels-text.js";
import { type Entry, type Outcome, readTask, type TaskRecord } from "./task-record.js";

/** @param learned −G* */
function outcome(learned: number, generic: number, ofClass: number, seconds = 60): Outcome {
  const scores = { likeness: 0.8, structure: 0.5, obeyed: 0.75, copies: 0.125, unrelated: 0.9 };
  return {
    ...{ step: 100, seconds },
    truth: {
      step: 100,
      fresh: { mean: -learned, error: 0.01, sinceBest: 0 },
      train: -learned,
      ...{ generic, class: ofClass },
    },
    drawn: { step: 100, ...scores },
  };
}

function record(index: number, entries: readonly Entry[]): TaskRecord {
  const { drawn: base } = outcome(0, 0, 0);
  const task = { id: `${index}`, subject: "fox", pictures: 4, seed: index, minutes: 10 };
  return { version: 1, task, base, entries };
}

const records = [
  record(0, [
    { contender: "tune", whole: outcome(0.5, 0.1, 0.4) },
    { contender: "kohya", whole: outcome(1, 2, 4), cut: outcome(0.6, 0.1, 0.4) },
  ]),
  record(1, [
    { contender: "tune", whole: outcome(0.4, 0.2, 0) },
    // Its numbers were no longer finite, after the tune's time was over.
    { contender: "kohya", cut: outcome(0.1, 0.2, 0) },
  ]),
  // A sitting has ended before it was tuned.
  record(2, [{ contender: "kohya", whole: outcome(1, 0, 0) }]),
];

describe("duels", () => {
  it("count what is learned against what other things and the class have lost", () => {
    const [first] = madeBy(records, "tune", "whole");
    expect(utility(first?.ofTune, "balance")).toBeCloseTo(0.5 - (0.1 + 0.1) / 2, 12);
    expect(utility(first?.ofTune, "likeness")).toBeCloseTo(0.5 - (0.1 + 0.1) / 4, 12);
    expect(utility(first?.ofTune, "keep")).toBeCloseTo(0.5 - (0.1 + 0.1), 12);
  });

  it("are won against what has broken off, and lost to what is better once it is cut off", () => {
    const wins = (length: "whole" | "cut") => {
      const made = madeBy(records, "kohya", length);
      return [winsBy(made, (each) => utility(each, "balance")), made.length];
    };
    expect(wins("whole")).toEqual([2, 2]);
    expect(wins("cut")).toEqual([1, 2]);
  });
});

it("a sign test has the binomial's tail", () => {
  const ways = 42_504 + 10_626 + 2024 + 276 + 24 + 1;
  expect(signTest(19, 24)).toBeCloseTo(ways / 2 ** 24, 15);
  expect(signTest(0, 24)).toBe(1);
  expect(signTest(24, 24)).toBeCloseTo(2 ** -24, 20);
});

it("the smallest of four chances is times four, the next times three, and none is below one before it", () => {
  const adjusted = holm([0.01, 0.04, 0.03, 0.005]);
  for (const [at, chance] of [0.03, 0.06, 0.06, 0.02].entries()) {
    expect(adjusted[at]).toBeCloseTo(chance, 12);
  }
});

describe("duelsText", () => {
  const { markdown, plot } = duelsText(records, 24);

  it("says what was won, and what is made of a task", () => {
    expect(markdown).toContain("2 of 24 tasks are recorded, each with 10 minutes to tune in.");
    expect(markdown).toContain("| kohya, as shipped | 2 of 2 | 0.500 |");
    expect(markdown).toContain("| kohya, cut off after the tune's time | 1 of 2 | 0.750 |");
    expect(markdown).not.toContain("ai-toolkit");
    expect(markdown).toMatch(/\| \*\*tune\*\* \| 100 \| 60 \| 0\.35 \| -36 % \| 15 % \|/);
  });

  it("draws every task of those that have made something", () => {
    expect(plot.match(/r="3.5"/gu)).toHaveLength(3);
    expect(plot).not.toContain("NaN");
  });
});

describe("readTask", () => {
  it("reads what was written", () => {
    for (const each of records) expect(readTask(recordText(each), "a.json")).toEqual(each);
  });

  it.each(["", "[]", '{"version": 2}', '{"version": 1, "run": {}}'])("refuses %j", (text) => {
    expect(() => readTask(text, "a.json")).toThrow("a.json: expected the record of a run, got");
  });
});
