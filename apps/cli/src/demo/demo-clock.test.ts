/** @file Time left: what was expected, corrected by the pace of this machine. */

import { describe, expect, it } from "vitest";
import { createDemoClock } from "./demo-clock.js";

const expected = { before: 10, train: 60, after: 10, judge: 20 };

describe("createDemoClock", () => {
  it("begins with what is expected and goes on at the pace of what is done", () => {
    let now = 5000;
    const clock = createDemoClock(expected, () => now);
    expect(clock.at("before", 0)).toBe(100);
    now += 20_000;
    expect(clock.at("train", 0)).toBeCloseTo(180);
    now += 60_000;
    expect(clock.at("train", 0.5)).toBeCloseTo(120);
    expect(clock.at("judge", 1)).toBe(0);
  });

  it("does not take the first moment for the pace", () => {
    let now = 0;
    const clock = createDemoClock(expected, () => now);
    now = 1000;
    expect(clock.at("before", 0.01)).toBeCloseTo(99.9);
  });

  it("tells how long each part took, the last one until now", () => {
    let now = 0;
    const clock = createDemoClock(expected, () => now);
    now = 3000;
    clock.at("before", 1);
    clock.at("train", 0);
    now = 10_000;
    clock.at("after", 0.5);
    now = 11_500;
    expect(clock.times()).toEqual([
      ["before", 3],
      ["train", 7],
      ["after", 1.5],
    ]);
  });
});
