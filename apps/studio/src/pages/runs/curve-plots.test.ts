/** @file Charts of a run show what was measured, and nothing where nothing was. */

import type { Curves } from "@atelier/server/api";
import { describe, expect, it } from "vitest";
import { english } from "../../messages/catalogue.js";
import { described, forgottenPlot, learnedPlot, lossPlot, type PlottedRun } from "./curve-plots.js";

const words = { text: english.runs.run.curves, states: english.common.verdictStates };
const done: PlottedRun = { state: "done", steps: 100, keptStep: 50 };

const nothing: Curves = {
  loss: { step: [], value: [], low: [], high: [] },
  learningRate: { step: [], value: [] },
  ...{ trained: [], heldOut: [], forgotten: [], states: [], verdicts: [], pictures: [] },
};

const measured: Curves = {
  ...nothing,
  trained: [
    { step: 0, value: 0 },
    { step: 10, value: -0.2, low: -0.3, high: -0.1 },
    { step: 50, value: -0.5, low: -0.6, high: -0.4 },
  ],
  heldOut: [
    { step: 0, value: 0 },
    { step: 50, value: -0.31, low: -0.4, high: -0.2 },
  ],
  forgotten: [
    { step: 0, value: 0 },
    { step: 50, value: 0.14, low: 0.1, high: 2 },
  ],
  states: [
    { state: "learning", from: 0, to: 30 },
    { state: "overfitting", from: 30, to: 50 },
    { state: "forgetting", from: 40, to: 45 },
    { state: "forgetting", from: 45, to: 50 },
  ],
};

describe("charts of a run", () => {
  it("have both curves at all looks, with gaps where one was not measured", () => {
    const plot = learnedPlot(measured, done, words);
    expect(Array.from(plot?.steps ?? [])).toEqual([0, 10, 50]);
    expect(plot?.curves.map(({ label, values }) => [label, values])).toEqual([
      ["Pictures in training", [0, -0.2, -0.5]],
      ["Pictures held out", [0, null, -0.31]],
    ]);
    expect(plot?.curves[1]?.band?.low).toEqual([null, null, -0.4]);
  });

  it("name enlarged views as what they are", () => {
    const echoes = learnedPlot({ ...measured, bank: "echo" }, done, words);
    expect(echoes?.curves[1]?.label).toBe("Enlarged views");
  });

  it("shade what is learned and what is forgotten each in its own chart, and mark what is kept", () => {
    const [learned, forgotten] = [learnedPlot, forgottenPlot].map((make) =>
      make(measured, done, words),
    );
    expect(learned?.shades?.map(({ label, tone }) => [label, tone])).toEqual([
      ["Learning", "good"],
      ["Overfitting", "bad"],
    ]);
    expect(forgotten?.shades).toEqual([{ label: "Forgetting", from: 40, to: 50, tone: "bad" }]);
    expect(learned?.marks).toEqual([{ step: 50, label: "kept: step 50" }]);
    // The band reaches to 200 %; the line does not.
    expect(forgotten?.range?.[1]).toBeLessThan(0.3);
  });

  it("leave room for steps to come while a run goes on", () => {
    const last = (state: PlottedRun["state"]) => {
      const scale = learnedPlot(measured, { ...done, state }, words)?.scale;
      return scale?.kind === "early" ? scale.last : undefined;
    };
    expect(last("running")).toBe(100);
    expect(last("done")).toBe(50);
  });

  it("are told in a sentence", () => {
    const plot = learnedPlot(measured, done, words);
    expect(plot && described(plot, words.text)).toBe(
      "From Start to Step 50: Pictures in training 0 % → −50 %, Pictures held out 0 % → −31 %.",
    );
  });

  it("are nothing where nothing was measured", () => {
    expect(learnedPlot(nothing, done, words)).toBeUndefined();
    expect(forgottenPlot(nothing, done, words)).toBeUndefined();
    expect(lossPlot(nothing, [], words)).toBeUndefined();
  });

  it("join the loss with steps that were told since", () => {
    const loss = { step: [1, 2], value: [4, 3], low: [4, 3], high: [4, 3] };
    const plot = lossPlot({ ...nothing, loss }, [{ step: 3, loss: 2 }], words);
    expect(Array.from(plot?.steps ?? [])).toEqual([1, 2, 3]);
    expect(plot?.format(0.123456)).toBe("0.123");
  });
});
