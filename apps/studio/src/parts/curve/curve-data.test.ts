/** @file Curves are smoothed, joined and bounded without losing what they say. */

import { describe, expect, it } from "vitest";
import {
  nearestValue,
  onOneAxis,
  quantile,
  shownRange,
  smoothed,
  stepTicks,
  withTail,
} from "./curve-data.js";

const steps = (count: number) => Float64Array.from({ length: count }, (_, index) => index + 1);

describe("a smoothed curve", () => {
  it("of one value is that value from the first point on", () => {
    const even = smoothed(steps(50), new Float64Array(50).fill(0.25), 10);
    expect(Math.max(...even.map((value) => Math.abs(value - 0.25)))).toBeLessThan(1e-12);
  });

  it("comes half of the way to a new level in as many steps as it is told", () => {
    const jump = Float64Array.from({ length: 210 }, (_, index) => (index < 200 ? 0 : 1));
    expect(smoothed(steps(210), jump, 10)[209]).toBeCloseTo(0.5, 5);
  });

  it("does not depend on how far points are apart", () => {
    const dense = smoothed(steps(401), steps(401), 20);
    const some = Float64Array.from({ length: 81 }, (_, index) => 5 * index + 1);
    const thin = smoothed(some, some, 20);
    expect(Math.abs((thin[80] ?? 0) - (dense[400] ?? 0))).toBeLessThan(3);
  });

  it("passes over what is no finite number", () => {
    const broken = [1, Number.NaN, 1, Number.POSITIVE_INFINITY, 1];
    expect([...smoothed(steps(5), broken, 3)].map((value) => value.toFixed(9))).toEqual(
      new Array(5).fill("1.000000000"),
    );
  });
});

describe("a loss that goes on", () => {
  const loss = { step: [1, 3, 5], value: [9, 8, 7], low: [8, 7, 6], high: [10, 9, 8] };

  it("has steps after its last one, each for itself", () => {
    const longer = withTail(loss, [
      { step: 5, loss: 70 },
      { step: 6, loss: 6.5 },
      { step: 7, loss: 6 },
    ]);
    expect([...longer.step]).toEqual([1, 3, 5, 6, 7]);
    expect([...longer.value]).toEqual([9, 8, 7, 6.5, 6]);
    expect([...longer.low]).toEqual([8, 7, 6, 6.5, 6]);
    expect([...longer.high]).toEqual([10, 9, 8, 6.5, 6]);
  });

  it("begins with what comes where nothing is known", () => {
    const none = { step: [], value: [], low: [], high: [] };
    expect([...withTail(none, [{ step: 1, loss: 3 }]).value]).toEqual([3]);
  });
});

describe("curves on one axis", () => {
  it("keep their own values at their own steps", () => {
    const { steps: axis, values } = onOneAxis([
      { step: [0, 10, 20], value: [1, 2, 3] },
      { step: [0, 5, 20], value: [4, 5, Number.NaN] },
    ]);
    expect([...axis]).toEqual([0, 5, 10, 20]);
    expect(values).toEqual([
      [1, null, 2, 3],
      [4, 5, null, null],
    ]);
  });
});

describe("what is shown", () => {
  it("leaves out a few points far off, and nothing of the smoothed curve", () => {
    const value = Float64Array.from({ length: 1_000 }, (_, index) => 0.1 + 0.01 * (index % 7));
    const high = Float64Array.from(value, (each, index) => (index === 500 ? 40 : each + 0.05));
    const low = Float64Array.from(value, (each) => each - 0.05);
    const middle = new Float64Array(1_000).fill(0.3);
    const [bottom, top] = shownRange({ step: steps(1_000), value, low, high }, middle);
    expect(top).toBeGreaterThan(0.3);
    expect(top).toBeLessThan(0.4);
    expect(bottom).toBeGreaterThanOrEqual(0);
    expect(bottom).toBeLessThan(0.05);
  });

  it("is an axis also where nothing is finite", () => {
    const broken = new Float64Array(3).fill(Number.NaN);
    const points = { step: steps(3), value: broken, low: broken, high: broken };
    expect(shownRange(points, broken)).toEqual([0, 1]);
  });

  it("is told by quantiles that heed only finite values", () => {
    expect(quantile([Number.NaN, 3, 1, 2, 4], 0.5)).toBe(3);
    expect(quantile([], 0.5)).toBeNaN();
  });
});

describe("steps below an axis", () => {
  it("leave each other room, and the last one is always there", () => {
    const place = (step: number) => (500 * Math.log1p(step / 10)) / Math.log1p(1_000 / 10);
    const ticks = stepTicks(place, 1_000, 40);
    expect(ticks[0]).toBe(0);
    expect(ticks.at(-1)).toBe(1_000);
    const apart = ticks.slice(1).map((tick, index) => place(tick) - place(ticks[index] ?? 0));
    expect(Math.min(...apart)).toBeGreaterThan(40);
    expect(ticks.length).toBeGreaterThan(4);
  });
});

describe("the nearest value", () => {
  it("is found in both directions, and there may be none", () => {
    expect(nearestValue([1, null, null, 2], 1)).toBe(0);
    expect(nearestValue([1, null, null, 2], 2)).toBe(3);
    expect(nearestValue([null, undefined], 1)).toBeUndefined();
  });
});
