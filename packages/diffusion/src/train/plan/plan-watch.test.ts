/** @file Looks fit into the share of the training that they may take, and are many where it is long. */

import { describe, expect, it } from "vitest";
import { planWatch, usualHeldOut, usualShare } from "./plan-watch.js";

describe("looks", () => {
  it.each([
    ["the demo's training", { share: 0.1, steps: 250, rowsPerStep: 8 }],
    [
      "a usual training at the size of Stable Diffusion",
      { share: 0.1, steps: 500, rowsPerStep: 1 },
    ],
    ["a long one", { share: 0.05, steps: 20_000, rowsPerStep: 4 }],
  ])("take no more rows than they may, the start included: %s", (_, run) => {
    const plan = planWatch(run);
    const { rows, steps = [] } = plan ?? {};
    if (rows === undefined) throw new Error("not watched");
    const perLook = rows["held-out"] + rows.train + rows.generic + rows.class;
    const forward = perLook * (steps.length + 1);
    expect(forward).toBeLessThanOrEqual(4 * run.share * run.steps * run.rowsPerStep);
    expect(steps.length).toBeGreaterThanOrEqual(6);
    expect(steps.length).toBeLessThanOrEqual(12);
    expect(steps.at(-1)).toBe(run.steps);
  });

  it("are closer together where more changes", () => {
    const { steps = [] } = planWatch({ share: 1, steps: 100, rowsPerStep: 8 }) ?? {};
    expect(steps).toEqual([6, 7, 9, 12, 16, 21, 27, 35, 46, 59, 77, 100]);
  });

  it("come at most once a step in a short run", () => {
    const { steps = [] } = planWatch({ share: 1, steps: 5, rowsPerStep: 100 }) ?? {};
    expect(steps).toEqual([1, 2, 3, 4, 5]);
  });

  it("come every so many steps where that is asked for, or less often where they have to fit", () => {
    const run = { share: 1, steps: 80, everySteps: 5 };
    const stepsOf = (rowsPerStep: number) => planWatch({ ...run, rowsPerStep })?.steps;
    expect(stepsOf(8)).toEqual([
      ...[5, 10, 15, 20, 25, 30, 35, 40],
      ...[45, 50, 55, 60, 65, 70, 75, 80],
    ]);
    expect(stepsOf(1)).toEqual([10, 20, 30, 40, 50, 60, 70, 80]);
    expect(planWatch({ ...run, everySteps: 30, rowsPerStep: 8 })?.steps).toEqual([30, 60, 80]);
    expect(planWatch({ ...run, share: 0, rowsPerStep: 8 })).toBeUndefined();
  });

  it("are none where they would tell nothing", () => {
    expect(planWatch({ share: 0, steps: 500, rowsPerStep: 8 })).toBeUndefined();
    expect(planWatch({ share: 0.1, steps: 10, rowsPerStep: 1 })).toBeUndefined();
  });
});

describe("pictures that are held out", () => {
  it.each([
    [1, 0],
    [2, 0],
    [3, 1],
    [19, 1],
    [20, 2],
    [50, 5],
    [1000, 8],
  ])("of %i are %i", (pictures, heldOut) => {
    expect(usualHeldOut(pictures)).toBe(heldOut);
  });
});

describe("looks where nobody has said how much time they may take", () => {
  it.each([
    ["the embedded base's usual training", { steps: 150, rowsPerStep: 8 }],
    ["a usual training at the size of Stable Diffusion", { steps: 500, rowsPerStep: 1 }],
    ["a short one", { steps: 300, rowsPerStep: 1 }],
    ["a long one", { steps: 20_000, rowsPerStep: 4 }],
    ["one that is looked at every so often", { steps: 500, rowsPerStep: 4, everySteps: 100 }],
  ])("take a tenth at most with the base's drawings for them: %s", (_, run) => {
    const share = usualShare(run);
    const { rows, steps = [] } = planWatch({ ...run, share }) ?? {};
    if (rows === undefined) throw new Error("not watched");
    const perLook = rows["held-out"] + rows.train + rows.generic + rows.class;
    // A drawing takes eight steps.
    const forward = perLook * (steps.length + 1) + 8 * (rows.generic + rows.class);
    expect(forward).toBeLessThanOrEqual(4 * 0.1 * run.steps * run.rowsPerStep);
    expect(steps.length).toBeGreaterThanOrEqual(3);
    expect(steps.at(-1)).toBe(run.steps);
  });

  it.each([1, 5, 20, 299])("are none in %i steps of one picture", (steps) => {
    expect(usualShare({ steps, rowsPerStep: 1 })).toBe(0);
  });

  it("are as many as with a tenth where drawings hardly count", () => {
    const run = { steps: 5000, rowsPerStep: 8 };
    expect(planWatch({ ...run, share: usualShare(run) })).toEqual(
      planWatch({ ...run, share: 0.1 }),
    );
  });
});

describe("pictures that are held out where nobody has asked for watching", () => {
  it.each([
    [1, 0],
    [3, 0],
    [4, 0],
    [5, 1],
    [19, 1],
    [50, 5],
  ])("of %i are %i", (pictures, heldOut) => {
    expect(usualHeldOut(pictures, false)).toBe(heldOut);
  });
});
