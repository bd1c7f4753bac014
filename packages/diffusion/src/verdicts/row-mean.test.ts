/** @file Means of banks: values by hand, and intervals that hold what they say of simulated runs. */

import { describe, expect, it } from "vitest";
import { simulatedTruths, simulatedWatch } from "../testing/simulated-watch.js";
import type { ProbeRow, WatchHistory } from "./history.js";
import { measuredAt, usableBanks } from "./measured.js";
import { layOut, learnedOf, rowMean } from "./row-mean.js";
import { usualThresholds } from "./thresholds.js";

const row = (picture: string, time: number, half: "a" | "b" = "a"): ProbeRow => ({
  picture,
  time,
  half,
});

/** What the last look of a history says is learned. */
function lastLearned(history: WatchHistory) {
  const banks = usableBanks(history);
  const last = history.looks.flatMap((look) => measuredAt(banks, look) ?? []).at(-1);
  const level = rowMean(layOut(banks.train.rows), last?.train ?? []).value;
  const { spread } = usualThresholds.others;
  const belief = { spread: spread.level * Math.abs(level) };
  return learnedOf(layOut(banks.learned.rows), last?.learned ?? [], belief);
}

const belief = { spread: 0.1 };

describe("the mean of rows", () => {
  it("counts each picture the same, however many rows it has", () => {
    const rows = [
      row("one", 100),
      row("one", 100),
      row("one", 100),
      row("one", 100),
      row("two", 5),
    ];
    expect(rowMean(layOut(rows), [1, 1, 1, 1, 3]).value).toBe(2);
  });

  it("takes for noise what differs at one timestep, not what timesteps differ by", () => {
    const rows = [100, 300, 500, 700].flatMap((time) => [
      row("one", time, "a"),
      row("one", time, "b"),
    ]);
    const alike = rows.map(({ time }) => -time / 1000);
    expect(rowMean(layOut(rows), alike)).toEqual({ value: -0.4, standardError: 0, degrees: 4 });
    // Pairs that differ by 2d have a variance of 2d², and the mean of all eight rows a quarter of d² times 1.
    const d = 0.02;
    const noisy = rows.map(({ half }, index) => (alike[index] ?? 0) + (half === "a" ? d : -d));
    expect(rowMean(layOut(rows), noisy).standardError).toBeCloseTo(Math.sqrt((2 * d * d) / 8), 12);
  });

  it("has the standard error of independent rows", () => {
    const errors = Array.from({ length: 400 }, (_, seed) => {
      const { ofThese } = lastLearned(simulatedWatch(simulatedTruths.flat, { seed, drift: 0 }));
      return ofThese;
    });
    const variance = errors.reduce((sum, { value }) => sum + value ** 2, 0) / errors.length;
    // 16 rows of 0.045/√2.
    expect(Math.sqrt(variance)).toBeCloseTo(0.045 / Math.SQRT2 / 4, 3);
  });
});

describe("what holds of others like these", () => {
  it("is of one picture a range of the usual spread", () => {
    const rows = [row("one", 100, "a"), row("one", 100, "b")];
    const { ofThese, ofOthersLikeThem } = learnedOf(layOut(rows), [-0.38, -0.38], belief);
    expect(ofThese).toEqual({ value: -0.38, low: -0.38, high: -0.38 });
    // −0.38 ± t₄(0.95) · 0.1.
    expect(ofOthersLikeThem.low).toBeCloseTo(-0.38 - 2.1318468 * 0.1, 6);
    expect(ofOthersLikeThem.high).toBeCloseTo(-0.38 + 2.1318468 * 0.1, 6);
  });

  it("has the noise of the rows besides", () => {
    const rows = [row("one", 100, "a"), row("one", 100, "b")];
    const { ofOthersLikeThem } = learnedOf(layOut(rows), [-0.48, -0.28], belief);
    // The standard error of the mean of two rows that differ by 0.2 is 0.1.
    const half = 2.1318468 * Math.hypot(0.1, 0.1);
    expect(ofOthersLikeThem.high - ofOthersLikeThem.value).toBeCloseTo(half, 6);
  });

  it("is shrunk from what the pictures differ by", () => {
    const rows = ["one", "two"].flatMap((name) => [row(name, 100, "a"), row(name, 100, "b")]);
    const { ofOthersLikeThem } = learnedOf(layOut(rows), [-0.3, -0.3, -0.5, -0.5], belief);
    // s² = (4 · 0.1² + 0.02)/5 with 5 degrees of freedom.
    const half = 2.0150484 * Math.sqrt((4 * 0.1 ** 2 + 0.02) / 5 / 2);
    expect(ofOthersLikeThem.high - ofOthersLikeThem.value).toBeCloseTo(half, 6);
  });

  it("is nothing where nothing has moved", () => {
    const rows = [row("one", 100, "a"), row("one", 100, "b")];
    const { ofOthersLikeThem } = learnedOf(layOut(rows), [0, 0], { spread: 0 });
    expect(ofOthersLikeThem).toEqual({ value: 0, low: 0, high: 0 });
  });

  it("is wide where these have hardly moved but others may have", () => {
    const rows = [row("one", 100, "a"), row("one", 100, "b")];
    const { ofOthersLikeThem } = learnedOf(layOut(rows), [-0.01, -0.01], belief);
    expect(ofOthersLikeThem.low).toBeCloseTo(-0.01 - 2.1318468 * 0.1, 6);
  });

  it("lies where others are expected", () => {
    const rows = [row("one", 100, "a"), row("one", 100, "b")];
    const { ofThese, ofOthersLikeThem } = learnedOf(layOut(rows), [0.2, 0.2], {
      ...belief,
      shift: -0.3,
    });
    expect([ofThese.value, ofOthersLikeThem.value]).toEqual([0.2, expect.closeTo(-0.1, 12)]);
    expect(ofOthersLikeThem.high).toBeCloseTo(-0.1 + 2.1318468 * 0.1, 6);
  });
});

describe("intervals of 90 %", () => {
  it.each([1, 3, 8])("hold the truth of %d pictures, and of all like them", (pictures) => {
    const runs = 1000;
    const truth = simulatedTruths.pilotOfForty;
    const ofAll = truth.learned.at(-1) ?? 0;
    const held = { these: 0, others: 0 };
    for (let seed = 0; seed < runs; seed++) {
      const { ofThese, ofOthersLikeThem } = lastLearned(simulatedWatch(truth, { seed, pictures }));
      const exact = lastLearned(simulatedWatch(truth, { seed, pictures, noise: 0 })).ofThese.value;
      if (ofThese.low <= exact && exact <= ofThese.high) held.these++;
      if (ofOthersLikeThem.low <= ofAll && ofAll <= ofOthersLikeThem.high) held.others++;
    }
    expect(held.these / runs).toBeGreaterThan(0.85);
    expect(held.these / runs).toBeLessThan(0.95);
    expect(held.others / runs).toBeGreaterThan(0.85);
  });
});
