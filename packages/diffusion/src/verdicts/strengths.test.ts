/** @file Which strength is chosen: of the lowest error, the smallest of equals, or what is preferred. */

import { describe, expect, it } from "vitest";
import type { Banks, ProbeRow } from "./history.js";
import { judgeStrengths, type StrengthLook } from "./strengths.js";

const rowsOf = (picture: string): ProbeRow[] =>
  (["a", "b"] as const).flatMap((half) =>
    [100, 300, 500, 700].map((time) => ({ picture, time, half })),
  );
const banks: Banks = {
  echo: rowsOf("p0.png"),
  train: rowsOf("p0.png"),
  generic: rowsOf("a dog"),
  class: rowsOf("a cat"),
};
const start = { echo: fill(2), train: fill(2), generic: fill(4), class: fill(4) };

function fill(value: number): number[] {
  return rowsOf("").map(() => value);
}

/** A look of exact errors: H and X without noise, but for that of each row. */
function look(
  strength: number,
  { learned, generic = 0, noise = [] }: { learned: number; generic?: number; noise?: number[] },
): StrengthLook {
  const losses = fill(2).map((loss, row) => loss * Math.exp(learned + (noise[row] ?? 0)));
  const moved = fill(4 * generic);
  return { strength, rows: { echo: losses, train: losses, generic: moved, class: moved } };
}

const chosenOf = (looks: readonly StrengthLook[], prefer?: "likeness" | "balance" | "keep") =>
  judgeStrengths({ banks, start, looks }, { prefer }).chosen;

describe("judgeStrengths", () => {
  it("measures mean log-ratios of errors, and what has moved by the loss of the base", () => {
    const looks = [look(0.5, { learned: -0.3, generic: 0.1 })];
    const [told] = judgeStrengths({ banks, start, looks }).measured;
    expect(told?.learned.ofThese.value).toBeCloseTo(-0.3, 12);
    expect(told?.train.ofThese.value).toBeCloseTo(-0.3, 12);
    expect(told?.generic?.value).toBeCloseTo(0.1, 12);
    expect(told?.class?.value).toBeCloseTo(0.1, 12);
  });

  it("chooses the lowest error", () => {
    const looks = [
      look(0.4, { learned: -0.2 }),
      look(0.8, { learned: -0.4 }),
      look(1.2, { learned: -0.1 }),
    ];
    expect(chosenOf(looks)).toEqual({
      strength: 0.8,
      reason: "lowest",
      lowest: 0.8,
      beatsBase: true,
      ranked: [0.8, 0.4, 1.2],
    });
  });

  it("chooses the smaller strength where a larger one is better by chance", () => {
    // Worse by 0.02 on average, by ±0.2 of each row: no difference. One of 0.02 in each row is one.
    const noise = [0.2, -0.2, 0.2, -0.2, -0.2, 0.2, -0.2, 0.2];
    const best = look(1, { learned: -0.42 });
    const chance = chosenOf([look(0.6, { learned: -0.4, noise }), best]);
    expect(chance).toMatchObject({ strength: 0.6, reason: "as-good", lowest: 1 });
    const sure = chosenOf([look(0.6, { learned: -0.4 }), best]);
    expect(sure).toMatchObject({ strength: 1, reason: "lowest" });
  });

  it("takes a difference below half a per cent for none, however sure", () => {
    const looks = [look(0.6, { learned: -0.416 }), look(1, { learned: -0.42 })];
    expect(chosenOf(looks)).toMatchObject({ strength: 0.6, reason: "as-good" });
  });

  it("weighs what is forgotten as it is told to", () => {
    // X_generic + X_class/4 is 1.25 times what is moved.
    const looks = [
      look(0.4, { learned: -0.2, generic: 0.02 }),
      look(0.8, { learned: -0.36, generic: 0.2 }),
      look(1, { learned: -0.42, generic: 0.4 }),
    ];
    // U: .19375 .2975 .295 | .1875 .235 .17 | .175 .11 −.08
    const preferred = { reason: "preferred", lowest: 1 };
    expect(chosenOf(looks, "likeness")).toMatchObject({ ...preferred, strength: 0.8 });
    expect(chosenOf(looks, "balance")).toMatchObject({ ...preferred, strength: 0.8 });
    expect(chosenOf(looks, "keep")).toMatchObject({ ...preferred, strength: 0.4 });
    expect(chosenOf(looks, "keep").ranked).toEqual([0.4, 0.8, 1]);
  });

  it("says where none is better than the base", () => {
    expect(chosenOf([look(0.4, { learned: 0.1 }), look(1, { learned: 0.3 })])).toMatchObject({
      strength: 0.4,
      beatsBase: false,
    });
    const looks = [look(0.4, { learned: -0.1, generic: 0.5 })];
    expect(chosenOf(looks, "keep").beatsBase).toBe(false);
    expect(chosenOf(looks).beatsBase).toBe(true);
  });

  it("leaves out strengths at which something is no number, and refuses none", () => {
    const broken = look(1, { learned: Number.NaN });
    const { measured, chosen } = judgeStrengths({
      ...{ banks, start },
      looks: [look(0.4, { learned: -0.1 }), broken],
    });
    expect(measured.map(({ strength }) => strength)).toEqual([0.4]);
    expect(chosen.ranked).toEqual([0.4]);
    expect(() => judgeStrengths({ banks, start, looks: [broken] })).toThrow(
      "strength: expected a strength at which all errors are finite numbers, got none. Measure smaller ones.",
    );
  });
});
