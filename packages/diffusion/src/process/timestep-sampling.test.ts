/** @file Timesteps drawn as PyTorch draws them, and distributions that look as they are called. */

import { createTorchGenerator } from "@atelier/engine";
import { describe, expect, it } from "vitest";
import { sampleTimesteps, type TimestepDistribution } from "./timestep-sampling.js";

const draw = (
  distribution: TimestepDistribution,
  count: number,
  [min, max]: readonly [number, number] = [0, 999],
) => sampleTimesteps(createTorchGenerator(3), count, { min, max, distribution });

/** Shares of the four quarters of 0 … 999. */
function quarters(timesteps: readonly number[]): number[] {
  const counts = [0, 0, 0, 0];
  for (const t of timesteps) {
    const quarter = Math.floor(t / 250);
    counts[quarter] = (counts[quarter] ?? 0) + 1;
  }
  return counts.map((count) => count / timesteps.length);
}

describe("sampleTimesteps", () => {
  // torch 2.13, manual_seed(3): randint(100, 900, (6,)) and 100 + ⌊800·sigmoid(0.5 + 1.2·randn(6))⌋.
  it("draws uniform timesteps of a range as torch.randint does", () => {
    const drawn = draw({ kind: "uniform" }, 6, [100, 899]);
    expect(drawn).toEqual([686, 348, 637, 167, 860, 780]);
  });

  it("draws logit-normal timesteps of a range from torch.randn", () => {
    const distribution = { kind: "logit-normal", mean: 0.5, deviation: 1.2 } as const;
    expect(draw(distribution, 6, [100, 899])).toEqual([749, 636, 617, 452, 608, 293]);
  });

  it("draws parts of the range as often as their weights say", () => {
    const shares = quarters(draw({ kind: "weights", weights: [1, 0, 2, 1] }, 20_000));
    expect(shares[1]).toBe(0);
    for (const [part, share] of [0.25, 0, 0.5, 0.25].entries()) {
      expect(Math.abs((shares[part] ?? 0) - share)).toBeLessThan(0.01);
    }
  });

  it("is uniform for equal weights, whatever their sum", () => {
    const shares = quarters(draw({ kind: "weights", weights: [7, 7, 7] }, 20_000));
    for (const share of shares) expect(Math.abs(share - 0.25)).toBeLessThan(0.01);
  });

  it("takes a range of one timestep", () => {
    for (const distribution of [
      { kind: "uniform" },
      { kind: "logit-normal", mean: 0, deviation: 100 },
      { kind: "weights", weights: [1] },
    ] as const) {
      expect(draw(distribution, 3, [500, 500])).toEqual([500, 500, 500]);
    }
  });

  it.each([[[0, 0]], [[1, -1]], [[]]])("refuses the weights %j", (weights) => {
    expect(() => draw({ kind: "weights", weights }, 1)).toThrow("expected weights of 0 or more");
  });
});
