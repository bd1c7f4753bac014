/** @file Student's t against scipy. */

import { describe, expect, it } from "vitest";
import { studentQuantile, studentWithin } from "./student-t.js";

/** scipy 1.17 `t.ppf(p, df)` for p of 0.75, 0.95, 0.995 and 1 − 0.1/110. */
const quantiles: readonly (readonly [degrees: number, ...values: number[]])[] = [
  [1, 1.0000000000000002, 6.313751514675037, 63.656741162871526, 350.13992280389743],
  [2, 0.8164965809277261, 2.9199855803537242, 9.924843200918287, 23.420086570273043],
  [3, 0.7648923284043444, 2.3533634348018233, 5.840909309733355, 10.551691998746255],
  [4, 0.7406970841126829, 2.1318467863266495, 4.604094871349992, 7.357116854711927],
  [5, 0.7266868438004226, 2.0150483733330233, 4.032142983555228, 6.020485984490807],
  [8, 0.7063866126448388, 1.8595480375308973, 3.355387331333395, 4.573183410082082],
  [9, 0.7027221467513264, 1.833112932656237, 3.249835541592126, 4.361990715870135],
  [16, 0.6901322538105608, 1.7458836762762495, 2.9207816224251, 3.7312891483261152],
  [23, 0.6853062780612957, 1.713871527747048, 2.807335683769999, 3.5240583781255856],
  [30, 0.6827556933212927, 1.697260886593957, 2.7499956535672254, 3.4213999295272575],
  [100, 0.6769510430114717, 1.6602343260853392, 2.6258905214380173, 3.2041282033014005],
];

describe("Student's t", () => {
  it.each(quantiles)("of %d degrees has scipy's quantiles", (degrees, ...expected) => {
    const probabilities = [0.75, 0.95, 0.995, 1 - 0.1 / 110];
    for (const [index, probability] of probabilities.entries()) {
      const got = studentQuantile(probability, degrees);
      expect(Math.abs(got / (expected[index] ?? 0) - 1)).toBeLessThan(1e-9);
    }
    expect(studentQuantile(0.5, degrees)).toBeLessThan(1e-9);
  });

  /** scipy 1.17 `2·t.cdf(2.3, df) − 1`. */
  it.each([
    [1, 0.7389048258227544],
    [2, 0.8518518518518519],
    [5, 0.9302275306679626],
    [8, 0.9495291673595181],
    [101, 0.9764946545797077],
  ])("of %d degrees has scipy's probabilities", (degrees, expected) => {
    expect(studentWithin(2.3, degrees)).toBeCloseTo(expected, 14);
    expect(studentWithin(-2.3, degrees)).toBeCloseTo(-expected, 14);
  });
});
