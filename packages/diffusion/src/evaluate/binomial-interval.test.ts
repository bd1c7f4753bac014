/** @file The interval of Clopper and Pearson against SciPy's beta quantiles. */

import { describe, expect, it } from "vitest";
import { clopperPearson } from "./binomial-interval.js";

describe("clopperPearson", () => {
  // scipy.stats.beta.ppf(a, k, n - k + 1) and ppf(1 - a, k + 1, n - k), a = (1 - level) / 2.
  it.each([
    [0, 10, 0.95, 0, 0.3084971078187607],
    [1, 10, 0.95, 0.0025285785444617865, 0.4450161170281954],
    [3, 100, 0.95, 0.006229971538306397, 0.08517605297428002],
    [50, 100, 0.9, 0.41362171463091174, 0.5863782853690882],
    [7, 1600, 0.95, 0.0017607311435408122, 0.008993274449681746],
    [1599, 1600, 0.99, 0.9953654892641499, 0.9999968671662676],
    [10, 10, 0.95, 0.6915028921812392, 1],
    [1, 1, 0.95, 0.025, 1],
  ])("of %i of %i at %f is that of the beta distribution", (count, of, level, low, high) => {
    const share = clopperPearson({ count, of, level });
    expect(share.low).toBeCloseTo(low, 12);
    expect(share.high).toBeCloseTo(high, 12);
  });

  it("refuses what is no share of trials", () => {
    for (const [count, of] of [
      [0, 0],
      [-1, 5],
      [6, 5],
      [0.5, 5],
    ] as const) {
      expect(() => clopperPearson({ count, of })).toThrow("expected a count of at least one trial");
    }
    expect(() => clopperPearson({ count: 1, of: 2, level: 1 })).toThrow("at 1");
  });
});
