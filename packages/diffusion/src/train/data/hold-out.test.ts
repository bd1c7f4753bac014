/** @file Which pictures are held out: by seed, of one shape, none that has a look-alike. */

import { describe, expect, it } from "vitest";
import { choosePictures } from "./hold-out.js";

const square = { width: 64, height: 64 };
const wide = { width: 128, height: 64 };

const five = [1, 2, 3, 4, 5].map(() => ({ target: square }));

describe("pictures that are held out", () => {
  it("are chosen by the seed alone, and others by another seed", () => {
    const chosenBy = (seed: number) => choosePictures(five, { seed, most: 8 }).heldOut;
    expect(chosenBy(3)).toEqual(chosenBy(3));
    const all = new Set([0, 1, 2, 3, 4, 5, 6, 7, 8, 9].flatMap(chosenBy));
    expect(all.size).toBeGreaterThan(2);
  });

  it("are not among those in training that are looked at", () => {
    const { heldOut, trained } = choosePictures(five, { seed: 1, heldOut: 2, most: 8 });
    expect([...heldOut, ...trained].sort()).toEqual([0, 1, 2, 3, 4]);
    expect(heldOut).toHaveLength(2);
  });

  it("have no look-alike in training", () => {
    const areAlike = (a: number, b: number) => a + b === 1 || a + b === 5;
    // 0 and 1, 2 and 3 and 1 and 4 are alike: none is left.
    for (let seed = 0; seed < 10; seed++) {
      expect(choosePictures(five, { seed, areAlike, most: 8 }).heldOut).toEqual([]);
    }
    const only = (a: number, b: number) => Math.min(a, b) === 0;
    expect(choosePictures(five, { seed: 0, areAlike: only, most: 8 }).heldOut).toEqual([]);
    const pair = (a: number, b: number) => a + b === 1;
    for (let seed = 0; seed < 10; seed++) {
      const { heldOut } = choosePictures(five, { seed, areAlike: pair, most: 8 });
      expect(heldOut).toHaveLength(1);
      expect([2, 3, 4]).toContain(heldOut[0]);
    }
  });

  it("are none that a mask hides, of which nothing is looked at", () => {
    for (let seed = 0; seed < 10; seed++) {
      const counts = (index: number) => index > 1;
      const { heldOut, trained } = choosePictures(five, { seed, counts, most: 8 });
      expect([...heldOut, ...trained].sort()).toEqual([2, 3, 4]);
    }
    const hidden = [wide, wide, square].map((target) => ({ target }));
    const counts = (index: number) => index === 2;
    expect(choosePictures(hidden, { seed: 0, counts, most: 8 })).toMatchObject({
      ...{ heldOut: [], trained: [2], target: square },
    });
  });

  it("are of the commonest shape, of which one stays in training", () => {
    const mixed = [wide, square, square, wide, square].map((shape) => ({ target: shape }));
    const { heldOut, trained, target } = choosePictures(mixed, { seed: 0, heldOut: 4, most: 8 });
    expect(target).toEqual(square);
    expect([...heldOut, ...trained].sort()).toEqual([1, 2, 4]);
    expect(trained).toHaveLength(1);
  });
});
