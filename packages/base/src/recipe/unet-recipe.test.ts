/** @file Weights of timesteps in the UNet's loss. */

import { minSnrWeight, snr } from "@atelier/diffusion";
import { describe, expect, it } from "vitest";
import { lossWeight, trainingSchedule } from "./unet-recipe.js";

describe("lossWeight", () => {
  const schedule = trainingSchedule();
  const weights = Array.from({ length: 1000 }, (_, t) => lossWeight(schedule, t));

  it("is one wherever noise matters", () => {
    const isNoisy = weights.map((_, t) => snr(schedule, t) <= 5);
    expect(weights.map((weight) => weight === 1)).toEqual(isNoisy);
    expect(isNoisy.filter(Boolean).length).toBeGreaterThan(500);
  });

  it("falls at the clean end as Min-SNR does", () => {
    const minSnr = minSnrWeight(schedule, 0, { gamma: 5, predictionType: "v_prediction" });
    expect((weights[0] ?? 0) / minSnr).toBeCloseTo(6 / 5, 6);
  });
});
