/** @file Fitting constants to scores made by hand. */

import { usualThresholds } from "@atelier/diffusion/verdicts";
import { describe, expect, it } from "vitest";
import { fitTable } from "./fit-text.js";
import { type Constant, constants, fitThresholds } from "./fit-thresholds.js";
import type { Scores } from "./scores.js";

const none = { intervals: 0, held: 0 };

/** Scores of which the regret alone is asked. */
const scoresOf = (regret: number): Scores => ({
  runs: 1,
  states: [],
  regret: { runs: 1, median: regret, ninetieth: regret, all: [regret] },
  stops: { stopped: 0, false: 0, early: 0, saved: 0 },
  covered: none,
  coveredChanges: none,
});

/** The first constant, with values of ours. */
const gain = (values: readonly number[], start = 0.4) => ({
  start: { ...usualThresholds, others: { ...usualThresholds.others, gain: start } },
  fitted: constants.slice(0, 1).map((constant): Constant => ({ ...constant, values })),
});

describe("fitThresholds", () => {
  it("takes the middle of what is as good as the best", () => {
    const regrets = new Map([
      [0, 0.1],
      [1, 0.0212],
      [2, 0.021],
      [3, 0.02],
      [4, 0.05],
      // As good again, but behind a gap.
      [5, 0.02],
    ]);
    const { thresholds, tried } = fitThresholds(
      ({ others }) => scoresOf(regrets.get(others.gain) ?? 1),
      gain([0, 1, 2, 3, 4, 5]),
    );
    expect(tried[0]).toMatchObject({ plateau: [1, 2, 3], chosen: 2 });
    expect(thresholds.others.gain).toBe(2);
    const [row] = fitTable({ thresholds, tried }).rows;
    expect(row?.slice(2)).toEqual([
      "0: 10.0 %, 1: 2.1 %, 2: 2.1 %, 3: 2.0 %, 4: 5.0 %, 5: 2.0 %",
      ...["1–3", "2", `${usualThresholds.others.gain}`],
    ]);
  });

  it("keeps what is in use where all are as good", () => {
    const { thresholds, tried } = fitThresholds(() => scoresOf(0), gain([0, 1, 2], 0.7));
    expect(tried[0]?.plateau).toEqual([0, 1, 2]);
    expect(thresholds.others.gain).toBe(0.7);
  });

  it("chooses each with the others as they were chosen", () => {
    const [first, second] = constants;
    if (first === undefined || second === undefined) return;
    // The second is best at 3, and the first where it is a third of that.
    const { thresholds } = fitThresholds(
      ({ others: { gain: one, few } }) =>
        scoresOf(0.01 * Math.abs(few - 3) + 0.1 * Math.abs(one - few / 3)),
      {
        start: usualThresholds,
        fitted: [
          { ...first, values: [0, 1, 2] },
          { ...second, values: [0, 3, 6] },
        ],
      },
    );
    expect([thresholds.others.gain, thresholds.others.few]).toEqual([1, 3]);
  });

  it("lets no single run decide by how badly it goes", () => {
    const [{ criterion } = { criterion: undefined }] = constants;
    expect(criterion?.of(scoresOf(5))).toBe(criterion?.of(scoresOf(0.3)));
  });
});

it.each(constants)("$title is set where it is read", ({ get, set, values }) => {
  for (const value of values) {
    const changed = set(usualThresholds, value);
    expect(get(changed)).toBe(value);
    expect(values).toContain(get(usualThresholds));
  }
});
