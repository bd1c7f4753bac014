/** @file How long drawing still takes, by a clock that the test sets. */

import { expect, it } from "vitest";
import { createDrawClock } from "./draw-clock.js";

it("knows nothing before something is drawn, and then goes by its pace alone", () => {
  let time = 5000;
  const clock = createDrawClock(10, () => time);
  clock.found(4);
  expect([clock.done(), clock.secondsLeft()]).toEqual([4, undefined]);
  time += 3000;
  for (let step = 0; step < 3; step++) clock.drew(1 / 3);
  expect(clock.done()).toBe(5);
  expect(clock.secondsLeft()).toBeCloseTo(3 * 5, 9);
  clock.found(5);
  expect(clock.done()).toBe(10);
  expect(clock.secondsLeft()).toBeCloseTo(0, 9);
});
