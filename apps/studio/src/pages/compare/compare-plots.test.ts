/** @file Curves of runs are told apart, and each keeps its look. */

import type { Curves } from "@atelier/server/api";
import { describe, expect, it } from "vitest";
import { comparePlot, lookOf } from "./compare-plots.js";

const curves = (own: Partial<Curves> = {}): Curves => ({
  loss: { step: [], value: [], low: [], high: [] },
  learningRate: { step: [], value: [] },
  ...{ trained: [], heldOut: [], forgotten: [], states: [], verdicts: [], pictures: [] },
  ...own,
});

const point = (step: number, value: number) => ({ step, value });

describe("curves of several runs", () => {
  const runs = [
    { name: "a", label: "A", curves: curves({ heldOut: [point(0, 0), point(20, -0.3)] }) },
    { name: "b", label: "B", curves: curves() },
    { name: "c", label: "C", curves: curves({ heldOut: [point(0, 0), point(10, -0.1)] }) },
  ];

  it("stand on one axis, and a run without the measure leaves the looks of others alone", () => {
    const plot = comparePlot(runs, "heldOut");
    expect(Array.from(plot?.steps ?? [])).toEqual([0, 10, 20]);
    expect(plot?.curves.map(({ label, values, color }) => [label, values, color])).toEqual([
      ["A", [0, null, -0.3], "--curve-1"],
      ["C", [0, -0.1, null], "--curve-3"],
    ]);
  });

  it("are nothing where nobody measured that", () => {
    expect(comparePlot(runs, "forgotten")).toBeUndefined();
    expect(comparePlot([], "loss")).toBeUndefined();
  });

  it("differ in dashes where colours are used up", () => {
    const looks = Array.from({ length: 24 }, (_, index) => JSON.stringify(lookOf(index)));
    expect(new Set(looks).size).toBe(24);
  });
});
