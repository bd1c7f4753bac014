/** @file Scores of the instance judge, counted by hand. */

import { describe, expect, it } from "vitest";
import { compare } from "./instance-retrieval.js";

describe("compare", () => {
  it("counts found things and means cosines of the same, siblings and others", () => {
    const axis = (...places: readonly number[]) =>
      Float32Array.from({ length: 8 }, (_, i) =>
        places.includes(i) ? 1 / Math.sqrt(places.length) : 0,
      );
    const first = Array.from({ length: 8 }, (_, i) => axis(i));
    const second = [...first];
    expect(compare(first, second)).toEqual({
      retrievalAccuracy: 1,
      sameCosine: 1,
      siblingCosine: 0,
      randomCosine: 0,
    });
    // Thing 0 is taken for its sibling 1, thing 4 for the stranger 3.
    second[0] = axis(1);
    second[1] = axis(0);
    second[4] = axis(3);
    second[3] = axis(4);
    const scores = compare(first, second);
    expect(scores.retrievalAccuracy).toBeCloseTo(4 / 8);
    expect(scores.sameCosine).toBeCloseTo(4 / 8);
    expect(scores.siblingCosine).toBeCloseTo(2 / (8 * 3));
    expect(scores.randomCosine).toBeCloseTo(2 / (8 * 4));
  });
});
