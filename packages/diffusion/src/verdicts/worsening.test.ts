/** @file The worsening since the best look is that of the truth: noise that was chosen by does not count. */

import { describe, expect, it } from "vitest";
import {
  type SimulatedTruth,
  simulatedTruths,
  simulatedWatch,
} from "../testing/simulated-watch.js";
import {
  type Measured,
  measuredAt,
  measuredStart,
  type UsableBank,
  usableBanks,
} from "./measured.js";
import { layOut, rowMean } from "./row-mean.js";
import { usualThresholds } from "./thresholds.js";
import { bestLooks, changesSince, smallestAt, smoothed as smoothedBy } from "./worsening.js";

const runs = 1000;
const { smoothing } = usualThresholds;
const smoothed = (levels: readonly number[]) => smoothedBy(levels, smoothing);

/** By row, since the best look as the rows of the other half see it. */
function changesSinceBest(bank: UsableBank, points: readonly Pick<Measured, "learned">[]) {
  const values = points.map(({ learned }) => learned);
  return changesSince(bestLooks(bank, values, smoothing), bank, values);
}

/** Mean worsening over many runs: cross-fitted, and from the lowest of the same numbers. */
function meanWorsening(truth: SimulatedTruth) {
  const total = { fitted: 0, naive: 0 };
  for (let seed = 0; seed < runs; seed++) {
    const history = simulatedWatch(truth, { seed, drift: 0 });
    const banks = usableBanks(history);
    const looks = history.looks.flatMap((look) => measuredAt(banks, look) ?? []);
    const points = [measuredStart(banks), ...looks];
    const layout = layOut(banks.learned.rows);
    const levels = points.map(({ learned }) => rowMean(layout, learned).value);
    total.fitted += rowMean(layout, changesSinceBest(banks.learned, points)).value;
    total.naive += (levels.at(-1) ?? 0) - Math.min(...levels);
  }
  return { fitted: total.fitted / runs, naive: total.naive / runs };
}

describe("worsening", () => {
  it("is none where nothing worsens, though the lowest of noisy looks is lower than the last", () => {
    const { fitted, naive } = meanWorsening(simulatedTruths.flat);
    expect(Math.abs(fitted)).toBeLessThan(0.002);
    expect(naive).toBeGreaterThan(0.01);
  });

  it("is that of the truth where it worsens", () => {
    // −0.377 at step 97, −0.26 at step 200.
    expect(meanWorsening(simulatedTruths.closePilot).fitted).toBeCloseTo(0.115, 2);
  });

  it("is none while the last look is the best", () => {
    const history = simulatedWatch(simulatedTruths.steady, { seed: 1, drift: 0, noise: 0 });
    const banks = usableBanks(history);
    const points = history.looks.flatMap((look) => measuredAt(banks, look) ?? []);
    expect(changesSinceBest(banks.learned, points).every((change) => change === 0)).toBe(true);
  });
});

describe("smoothing", () => {
  it("leaves the start alone and keeps a fall a fall", () => {
    const [start, first, second, third] = smoothed([0, -5, -10, -15]);
    expect([start, first]).toEqual([0, -6]);
    expect(second).toBeCloseTo(-10, 12);
    expect(third).toBe(-14);
    expect(smallestAt(smoothed([0, -1, -2, -3, -4]))).toBe(4);
  });

  it("does not take one low look for the best", () => {
    expect(smallestAt(smoothed([0, -2, -2.4, -2.6, -2.4, -2, -2.7, -1.2]))).toBe(3);
  });

  it("keeps a first look that is the best", () => {
    expect(smallestAt(smoothed([0, -0.3, -0.1, 0]))).toBe(1);
  });
});
