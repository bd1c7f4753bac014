/** @file Tables by hand: which timesteps learn, and which pictures. */

import { describe, expect, it } from "vitest";
import { simulatedTruths, simulatedWatch } from "../testing/simulated-watch.js";
import type { ProbeRow, WatchHistory } from "./history.js";
import { pictureTables } from "./tables.js";

const rows: readonly ProbeRow[] = [
  { picture: "cat", time: 700, half: "a" },
  { picture: "cat", time: 100, half: "b" },
  { picture: "dog", time: 700, half: "a" },
  { picture: "dog", time: 100, half: "b" },
];

/** Losses after step 10, of 1 at the start. */
function historyOf(losses: readonly number[]): WatchHistory {
  const ones = rows.map(() => 1);
  const look = (step: number, values: readonly number[]) => ({
    step,
    rows: { "held-out": values, train: values },
    gradNorm: { median: 1, largest: 1 },
  });
  const broken = look(20, ones.with(0, Number.NaN));
  return {
    banks: { "held-out": rows, train: rows },
    start: { "held-out": ones, train: ones },
    looks: [look(10, losses), broken, look(30, ones)],
    steps: 30,
  };
}

describe("tables of pictures", () => {
  const { steps, times, pictures } = pictureTables(
    historyOf([-0.1, -0.2, -0.3, -0.6].map(Math.exp)),
    "learned",
  );

  it("have the start and every whole look", () => {
    expect(steps).toEqual([0, 10, 30]);
  });

  it("have timesteps in order, with their means over pictures", () => {
    expect(times.map(({ time }) => time)).toEqual([100, 700]);
    expect(times[0]?.values[1]).toBeCloseTo(-0.4, 12);
    expect(times[1]?.values[1]).toBeCloseTo(-0.2, 12);
  });

  it("have pictures with their means over timesteps", () => {
    const cat = pictures.find(({ picture }) => picture === "cat");
    expect(cat?.values[1]).toBeCloseTo(-0.15, 12);
    expect(cat?.values).toHaveLength(3);
  });

  it("begin with the picture that has learned least", () => {
    const history = historyOf([-0.1, -0.2, -0.3, -0.6].map(Math.exp));
    const one = pictureTables({ ...history, looks: history.looks.slice(0, 1) }, "train");
    expect(one.pictures.map(({ picture }) => picture)).toEqual(["cat", "dog"]);
  });

  it("put neighbouring times together where there are many", () => {
    const many = simulatedWatch(simulatedTruths.pilot, { seed: 1, rows: 80, drift: 0, noise: 0 });
    const { times: shown } = pictureTables(many, "learned");
    expect(shown).toHaveLength(16);
    // Late timesteps change least: 1.5 − t/1000 of the mean.
    for (const { time, values } of shown) {
      expect(values.at(-1)).toBeCloseTo(-0.26 * (1.5 - time / 1000), 3);
    }
  });
});
