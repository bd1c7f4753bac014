/** @file The rate of the fast probe, from what a range test has seen. */

import { describe, expect, it } from "vitest";
import { simulatedSettings } from "../testing/simulated-tune.js";
import { fastProbe, usualSteps } from "./fast-probe.js";
import { planRange } from "./plan-probes.js";
import type { ProbePoint, ProbeRecord } from "./probe.js";
import { rateOfProbe } from "./probe-config.js";

// At a constant rate of 1e-3 for 200 steps: a sum of 0.2.
const settings = simulatedSettings();
const plan = planRange(settings);

interface Seen {
  readonly cost: number;
  readonly train: number;
}

/** A range test with looks five steps apart. */
function rangeOf(seen: readonly Seen[], rate = 0.03): ProbeRecord {
  const exactly = (value: number) => ({ value, low: value, high: value });
  const points = seen.map(({ cost, train }, index): ProbePoint => {
    const learned = { ofThese: exactly(cost), ofOthersLikeThem: exactly(cost), pictures: 1 };
    return { step: 5 * (index + 1), learned, train, cost, rows: [] };
  });
  const limit = { rate, isOpen: false };
  return { plan, end: "found", points, step: 80, rows: [], heldOut: ["p0.png"], limit };
}

describe("the fast probe", () => {
  it("has a third of the highest rate, where the range test was getting better until it broke", () => {
    const falling = [-0.1, -0.2, -0.3].map((cost) => ({ cost, train: cost }));
    const broken = [...falling, { cost: 0.3, train: 0.3 }, { cost: 0.5, train: 0.5 }];
    expect(fastProbe(settings, rangeOf(broken))).toEqual({
      ...{ learningRate: 0.01, highestRate: 0.01, expectedSteps: 20 },
    });
  });

  it("is slower where that was best while pictures in training still got better", () => {
    const costs = [-0.1, -0.3, -0.2, 0.1, 0.5];
    const passed = costs.map((cost, index) => ({ cost, train: -0.1 * index }));
    const sum = Array.from({ length: 10 }, (_, index) => rateOfProbe(settings, plan, index + 1));
    const told = fastProbe(settings, rangeOf(passed));
    const expected = sum.reduce((total, rate) => total + rate, 0) / 6;
    expect((told?.learningRate ?? 0) / expected).toBeCloseTo(1, 2);
    expect(told?.expectedSteps).toBeLessThanOrEqual(7);
    expect(told?.highestRate).toBe(0.01);
  });

  it("knows nothing of a range test that was never better than the base, or found no limit", () => {
    const worse = [0.1, 0.2, 0.3].map((cost, index) => ({ cost, train: -0.1 * index }));
    expect(fastProbe(settings, rangeOf(worse))?.learningRate).toBe(0.01);
    const { limit: _, ...unlimited } = rangeOf([]);
    expect(fastProbe(settings, unlimited)).toBeUndefined();
  });

  it("is never faster than the usual settings train in a few steps", () => {
    expect(fastProbe(settings, rangeOf([], 10))?.learningRate).toBeCloseTo(0.2 / 6, 3);
    expect(usualSteps(settings)).toBe(200);
  });
});
