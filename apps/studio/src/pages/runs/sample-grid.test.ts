/** @file Samples stand where their prompt and step are, and the three that tell most are found. */

import { describe, expect, it } from "vitest";
import { nearestOf, sampleGrid, stopsOf } from "./sample-grid.js";

const sample = (
  step: number,
  prompt = "a robot",
  seed = 1,
  file = `${prompt}-${seed}-${step}.png`,
) => ({
  ...{ step, prompt, seed, file },
});

describe("samples", () => {
  it("of one prompt and seed are a row, in order of steps", () => {
    const grid = sampleGrid([
      sample(0),
      sample(0, "a cat"),
      sample(50),
      sample(50, "a cat"),
      sample(25),
      sample(50, "a robot", 2),
    ]);
    expect(grid.steps).toEqual([0, 25, 50]);
    expect(grid.rows.map(({ prompt, seed }) => [prompt, seed])).toEqual([
      ["a robot", 1],
      ["a cat", 1],
      ["a robot", 2],
    ]);
    expect([...(grid.rows[0]?.pictures.keys() ?? [])].sort()).toEqual([0, 25, 50]);
  });

  it("that were drawn again replace what was there", () => {
    const [row] = sampleGrid([sample(50), sample(50, "a robot", 1, "new.png")]).rows;
    expect(row?.pictures.get(50)?.file).toBe("new.png");
  });
});

describe("what is compared", () => {
  const rowOf = (...steps: readonly number[]) => {
    const [row] = sampleGrid(steps.map((step) => sample(step))).rows;
    if (row === undefined) throw new Error("no row");
    return row;
  };
  const named = (steps: readonly number[], kept?: number) =>
    stopsOf(rowOf(...steps), kept).map(({ name, sample: { step }, isExact }) => [
      ...[name, step, isExact],
    ]);

  it("is the base, the best and the last", () => {
    expect(named([0, 50, 100, 150], 100)).toEqual([
      ["base", 0, true],
      ["best", 100, true],
      ["last", 150, true],
    ]);
  });

  it("is the picture nearest to the best where that was not drawn", () => {
    expect(named([0, 50, 100, 150], 90)[1]).toEqual(["best", 100, false]);
  });

  it("has each picture once, and no base where none was drawn", () => {
    expect(named([50, 100], 100)).toEqual([["best", 100, true]]);
    expect(named([0], undefined)).toEqual([["base", 0, true]]);
  });

  it("finds the nearest of none as nothing", () => {
    expect(nearestOf([], 5)).toBeUndefined();
    expect(nearestOf([0, 10], 5)).toBe(10);
  });
});
