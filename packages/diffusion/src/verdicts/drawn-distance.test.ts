/** @file How far other things have moved: ratios by hand, the pilot's forecast, intervals that hold. */

import { describe, expect, it } from "vitest";
import { simulatedTruths, simulatedWatch } from "../testing/simulated-watch.js";
import { movedOf } from "./drawn-distance.js";
import type { UsableBank } from "./measured.js";
import { usableBanks } from "./measured.js";

function bankOf(times: readonly number[], start: readonly number[]): UsableBank {
  const rows = times.map((time, index) => ({ picture: `${index}`, time, half: "a" as const }));
  return { name: "generic", rows, start, places: [...rows.keys()] };
}

describe("the relative distance", () => {
  it("is a ratio of sums at neighbouring timesteps, and the mean of these", () => {
    // Early losses are a hundred times late ones, and would be all that a single ratio hears.
    const bank = bankOf([1, 2, 3, 4, 900, 901, 902, 903], [50, 150, 100, 100, 1, 1, 1, 1]);
    const distances = [10, 10, 10, 10, 0.3, 0.3, 0.3, 0.3];
    const { now } = movedOf(bank, [{ step: 10, distances }], 100);
    expect(now.value).toBeCloseTo((40 / 400 + 1.2 / 4) / 2, 12);
  });

  it("has no error where all rows move alike, and none at all where nothing moves", () => {
    const bank = bankOf([1, 2, 3, 4], [1, 2, 3, 4]);
    const alike = movedOf(bank, [{ step: 1, distances: [0.1, 0.2, 0.3, 0.4] }], 9).now;
    expect(alike.low).toBeCloseTo(0.1, 12);
    expect(alike.high).toBeCloseTo(0.1, 12);
    const { now } = movedOf(bank, [{ step: 1, distances: [0, 0, 0, 0] }], 9);
    expect(now).toEqual({ value: 0, low: 0, high: 0 });
  });
});

describe("the forecast", () => {
  const bank = bankOf([1, 2], [1, 1]);
  const looksOf = (values: readonly number[]) =>
    values.map((value, index) => ({
      step: simulatedTruths.pilot.steps[index] ?? 0,
      distances: [value, value],
    }));

  it("tells the pilot's end from its looks up to step 140", () => {
    const ofGeneric = movedOf(bank, looksOf([0.008, 0.03, 0.06, 0.09]), 200).atEnd;
    const ofClass = movedOf(bank, looksOf([0.07, 0.19, 0.32, 0.41]), 200).atEnd;
    // It was 14 and 57 %.
    expect(ofGeneric?.value).toBeCloseTo(0.143, 3);
    expect(ofClass?.value).toBeCloseTo(0.57, 2);
  });

  it("is not made from two looks, of a run at its end, nor far beyond", () => {
    expect(movedOf(bank, looksOf([0.01, 0.03]), 200)).not.toHaveProperty("atEnd");
    expect(movedOf(bank, looksOf([0.01, 0.03, 0.06]), 100)).not.toHaveProperty("atEnd");
    expect(movedOf(bank, looksOf([0.01, 0.03, 0.06]), 401)).not.toHaveProperty("atEnd");
    expect(movedOf(bank, looksOf([0.01, 0.03, 0.06]), 400)).toHaveProperty("atEnd");
  });

  it("is not made of nothing", () => {
    expect(movedOf(bank, looksOf([0, 0, 0]), 200)).not.toHaveProperty("atEnd");
  });
});

describe("intervals of 90 %", () => {
  it.each(["generic", "class"] as const)("hold the truth of the %s", (name) => {
    const runs = 1000;
    const truth = simulatedTruths.pilot;
    const exact = truth[name]?.at(-1) ?? 0;
    let held = 0;
    for (let seed = 0; seed < runs; seed++) {
      const history = simulatedWatch(truth, { seed });
      const bank = usableBanks(history)[name];
      const distances = history.looks.at(-1)?.rows[name] ?? [];
      if (bank === undefined) continue;
      const { low, high } = movedOf(bank, [{ step: 200, distances }], 200).now;
      if (low <= exact && exact <= high) held++;
    }
    expect(held / runs).toBeGreaterThan(0.85);
    expect(held / runs).toBeLessThan(0.95);
  });
});
