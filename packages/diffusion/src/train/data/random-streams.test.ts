/** @file Streams of random numbers by seed, purpose and step. */

import { describe, expect, it } from "vitest";
import { randomStream } from "./random-streams.js";

describe("randomStream", () => {
  it("gives the same numbers for the same arguments, whatever was drawn before", () => {
    const first = randomStream(7, "noise", 3).randn(20);
    randomStream(7, "noise", 2).randn(100);
    expect(randomStream(7, "noise", 3).randn(20)).toEqual(first);
  });

  it("gives other numbers for every seed, purpose and index", () => {
    const firsts = new Set<number>();
    for (const seed of [0, 1, 2 ** 32, 2 ** 53 - 1]) {
      for (const purpose of ["noise", "latents", "timesteps"] as const) {
        for (let index = 0; index < 200; index++) {
          firsts.add(randomStream(seed, purpose, index).randint(0, 2 ** 27, 1)[0] ?? -1);
        }
      }
    }
    // 2400 draws of 27 bits: 0.02 collisions are expected of independent streams.
    expect(firsts.size).toBeGreaterThanOrEqual(2399);
  });
});
