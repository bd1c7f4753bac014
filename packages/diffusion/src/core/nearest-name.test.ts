/** @file Mistyped names and what they mean. */

import { describe, expect, it } from "vitest";
import { nearestName } from "./nearest-name.js";

describe("nearestName", () => {
  const known = ["rank", "alpha", "learningRate", "steps"];

  it.each([
    ["rnak", "rank"],
    ["ALPHA", "alpha"],
    ["learning_rate", "learningRate"],
    ["step", "steps"],
    ["temperature", undefined],
    ["x", undefined],
  ])("takes %s for %s", (name, expected) => {
    expect(nearestName(name, known)).toBe(expected);
  });

  it("finds nothing among nothing", () => {
    expect(nearestName("rank", [])).toBeUndefined();
  });
});
