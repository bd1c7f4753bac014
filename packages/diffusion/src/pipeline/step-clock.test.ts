/** @file The time that remains, estimated from finished steps. */

import { describe, expect, it } from "vitest";
import { createStepClock } from "./step-clock.js";

describe("createStepClock", () => {
  it("expects the remaining steps to take as long as those after the first", () => {
    let time = 0;
    const clock = createStepClock(4, () => time);
    const step = (ms: number) => {
      clock.begin();
      time += ms;
      clock.end();
      return clock.remainingMs();
    };
    expect(clock.remainingMs()).toBe(Number.POSITIVE_INFINITY);
    expect(step(90)).toBe(270);
    time += 1000;
    expect(step(10)).toBe(20);
    expect(step(20)).toBe(15);
    expect(step(15)).toBe(0);
  });
});
