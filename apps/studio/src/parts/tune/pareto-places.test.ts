/** @file Spots stand where their numbers say, and their names beside each other. */

import { roundTicks } from "@atelier/diffusion/core";
import { describe, expect, it } from "vitest";
import { paretoArea, paretoScale, placeNames } from "./pareto-places.js";
import type { TunedSpot } from "./tune-reading.js";

const spot = (id: string, learned: number, forgotten: number): TunedSpot => ({
  ...{ id, learned, forgotten, step: 10, fate: "other" },
  plan: { id, stage: "fast", learningRate: 1e-3 },
});

describe("a picture of gains and costs", () => {
  it("has what is learned better further up, what forgets more further right, and room for all", () => {
    const spots = [spot("a", -0.4, 0.05), spot("b", -0.1, 0.3), spot("worse", 0.1, 0.1)];
    const { x, y, forgotten, gained } = paretoScale(spots);
    expect(y(Math.expm1(-0.4))).toBeLessThan(y(Math.expm1(-0.1)));
    expect(x(0.3)).toBeGreaterThan(x(0.05));
    for (const { learned, forgotten: lost } of spots) {
      expect(y(Math.expm1(learned))).toBeGreaterThan(paretoArea.top);
      expect(y(Math.expm1(learned))).toBeLessThan(paretoArea.bottom);
      expect(x(lost)).toBeLessThan(paretoArea.right);
    }
    expect(forgotten[0]).toBe(0);
    expect(gained).toContain(0);
  });

  it("has a scale also where nothing was learned or forgotten", () => {
    const { x, y } = paretoScale([spot("a", 0, 0)]);
    expect([x(0), y(0)].every(Number.isFinite)).toBe(true);
  });

  it("keeps names of neighbours apart", () => {
    const placed = [0, 1, 2].map((index) => ({
      ...{ spot: spot(`probe ${index}`, 0, 0), x: 200 + index, y: 100 + index },
    }));
    const names = placeNames(placed, ({ id }) => id);
    const rows = names.map(({ y, anchor }) => `${anchor} ${Math.round(y / 15)}`);
    expect(new Set(rows).size).toBe(3);
  });

  it("is counted in round numbers", () => {
    expect(roundTicks(0, 0.22, 5).map((tick) => tick.toFixed(2))).toEqual([
      ...["0.00", "0.05", "0.10", "0.15", "0.20"],
    ]);
  });
});
