/** @file Peaks of graphs that can be followed by hand. */

import { expect, it } from "vitest";
import { add, mul } from "./ops/elementwise.js";
import { reshape } from "./ops/movement.js";
import { input } from "./ops/source.js";
import { peakBytes } from "./peak-bytes.js";

const x = input("x", [100]);

it("counts values from their making to their last use", () => {
  // Two at once: each operator's operand and its result.
  const chain = mul(mul(mul(x, x), 2), 3);
  expect(peakBytes({ outputs: { chain } })).toBe(2 * 400);
  // The first lives until the end.
  const first = mul(x, x);
  expect(peakBytes({ outputs: { y: add(mul(mul(first, 2), 3), first) } })).toBe(3 * 400);
});

it("counts no value twice under another name, and none that is given or held outside", () => {
  const y = reshape(mul(x, x), [10, 10]);
  expect(peakBytes({ outputs: { y } })).toBe(400);
  expect(peakBytes({ outputs: { y } }, (name) => name === "y")).toBe(0);
  expect(peakBytes({ outputs: { x } })).toBe(0);
});
