/** @file Which timesteps the UNet is trained at, and their weights in its loss. */

import { minSnrWeight, snr } from "@atelier/diffusion/process";
import { describe, expect, it } from "vitest";
import { lossWeight, trainingSchedule, trainingTimesteps } from "./unet-recipe.js";

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

describe("trainingTimesteps", () => {
  it("covers the whole range and favours the middle", () => {
    const draw = (unit: number): number[] =>
      trainingTimesteps(new Float32Array(16).fill(unit), 1000);
    expect(draw(0).slice(0, 4)).toEqual([0, 250, 500, 750]);
    expect(Math.max(...draw(1 - 2 ** -24))).toBe(999);
    const all = Array.from({ length: 1000 }, (_, index) => draw(index / 1000)).flat();
    const shareOf = (from: number, to: number): number =>
      all.filter((timestep) => timestep >= from && timestep < to).length / all.length;
    // By hand, the quantile of x being y / (1 + y), y = (e^0.5 x / (1 - x))^(1 / 0.55).
    const quantile = (x: number): number => {
      const odds = (Math.exp(0.5) * (x / (1 - x))) ** (1 / 0.55);
      return odds / (1 + odds);
    };
    expect(shareOf(200, 600)).toBeCloseTo(0.25 * 0.4 + 0.75 * (quantile(0.6) - quantile(0.2)), 2);
    expect(shareOf(700, 1000)).toBeCloseTo(0.25 * 0.3 + 0.75 * (1 - quantile(0.7)), 2);
  });
});
