/** @file Weights of timesteps in the UNet's loss. */

import { snr } from "@atelier/diffusion";
import { describe, expect, it } from "vitest";
import { lossWeight, trainingSchedule } from "./unet-recipe.js";

describe("lossWeight", () => {
  const schedule = trainingSchedule();
  const weights = (weighting: "min-snr" | "capped-snr") =>
    Array.from({ length: 1000 }, (_, t) => lossWeight(schedule, t, weighting));

  it("follows Min-SNR-5 for v-prediction", () => {
    for (const t of [0, 200, 600, 998]) {
      const ratio = snr(schedule, t);
      const expected = Math.min(ratio, 5) / (ratio + 1);
      expect(lossWeight(schedule, t, "min-snr")).toBeCloseTo(expected, 10);
    }
    expect(lossWeight(schedule, 999, "min-snr")).toBe(1);
  });

  it("is one wherever noise matters when only the clean end is capped", () => {
    const capped = weights("capped-snr");
    expect(capped.every((weight, t) => snr(schedule, t) <= 5 === (weight === 1))).toBe(true);
    expect(capped.every((weight) => weight > 0 && weight <= 1)).toBe(true);
    // At the clean end both weigh alike.
    expect((capped[0] ?? 0) / (weights("min-snr")[0] ?? 1)).toBeCloseTo(6 / 5, 6);
  });
});
