/** @file The twister against the outputs that the C++ standard fixes for `std::mt19937`. */

import { expect, it } from "vitest";
import { createMt19937 } from "./mt19937.js";

it("gives 4123659995 as the 10,000th value of seed 5489 ([rand.predef] in the C++ standard)", () => {
  const source = createMt19937(5489);
  for (let i = 0; i < 9999; i++) source.nextUint32();
  expect(source.nextUint32()).toBe(4123659995);
});

it("goes on from a saved state at any position", () => {
  for (const used of [0, 1, 623, 624, 625]) {
    const source = createMt19937(1);
    for (let i = 0; i < used; i++) source.nextUint32();
    const copy = createMt19937(2);
    copy.restore(source.state());
    const next = () => Array.from({ length: 700 }, () => source.nextUint32());
    const copied = () => Array.from({ length: 700 }, () => copy.nextUint32());
    expect(copied()).toEqual(next());
  }
});
