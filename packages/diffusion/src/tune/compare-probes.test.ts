/** @file Which of several probes is better, by all that is measured of them. */

import { describe, expect, it } from "vitest";
import { candidatesOf, choose, dominates, halve } from "./compare-probes.js";
import type { ProbePoint, ProbeRecord } from "./probe.js";

const rows = Array.from({ length: 16 }, (_, index) => ({
  picture: "p0.png",
  time: 125 * Math.floor(index / 2),
  half: index % 2 === 0 ? ("a" as const) : ("b" as const),
}));

const exactly = (value: number) => ({ value, low: value, high: value });

interface Values {
  readonly learned: number;
  readonly generic: number;
  readonly class?: number;
  readonly step?: number;
  /** What its rows scatter by. */
  readonly noise?: number;
}

function point({
  learned,
  generic,
  class: ofClass = 0,
  step = 100,
  noise = 0,
}: Values): ProbePoint {
  return {
    step,
    learned: { ofThese: exactly(learned), ofOthersLikeThem: exactly(learned), pictures: 1 },
    train: learned,
    generic: exactly(generic),
    class: exactly(ofClass),
    cost: learned + (generic + ofClass / 4) / 2,
    rows: rows.map(
      (_, index) => learned + noise * (index % 4 < 2 ? (index % 2) - 0.5 : 0.5 - (index % 2)),
    ),
  };
}

function probe(id: string, points: readonly ProbePoint[], learningRate = 1e-3): ProbeRecord {
  const plan = { id, stage: "rates", learningRate, steps: 100 } as const;
  return { plan, end: "last-step", points, step: 100, rows, heldOut: ["p0.png"] };
}

const one = (id: string, values: Values) => probe(id, [point(values)]);
const chosenOf = (...records: ProbeRecord[]) => {
  const { chosen, over, dominated } = choose(candidatesOf(records), "balance") ?? {};
  return {
    chosen: chosen?.record.plan.id,
    over: over?.record.plan.id,
    dominated: (dominated ?? []).map(({ record }) => record.plan.id),
  };
};

describe("a probe", () => {
  it("dominates one that is worse in something and better in nothing", () => {
    const [good, worse, other] = candidatesOf([
      one("good", { learned: -0.4, generic: 0.1 }),
      one("worse", { learned: -0.3, generic: 0.1 }),
      one("other", { learned: -0.5, generic: 0.2 }),
    ]);
    if (good === undefined || worse === undefined || other === undefined) throw new Error("none");
    expect(dominates(good, worse)).toBe(true);
    expect(dominates(worse, good)).toBe(false);
    expect(dominates(good, other)).toBe(false);
    expect(dominates(other, good)).toBe(false);
    expect(dominates(good, good)).toBe(false);
  });

  it("of the lowest cost is chosen, and those that another is better than in everything are named", () => {
    const records = [
      one("cautious", { learned: -0.2, generic: 0.05 }),
      one("good", { learned: -0.4, generic: 0.1 }),
      one("worse", { learned: -0.35, generic: 0.15 }),
      one("bold", { learned: -0.5, generic: 0.5 }),
    ];
    expect(chosenOf(...records)).toEqual({ chosen: "good", over: undefined, dominated: ["worse"] });
    const close = [one("bold", { learned: -0.6, generic: 0.4 }), ...records];
    expect(choose(candidatesOf(close), "likeness")?.chosen.record.plan.id).toBe("bold");
  });

  it("that is as good but for chance is preferred where it forgets less, or is shorter", () => {
    const bold = one("bold", { learned: -0.4, generic: 0.3, noise: 0.1 });
    const careful = one("careful", { learned: -0.31, generic: 0.14, noise: -0.1 });
    expect(chosenOf(bold, careful)).toMatchObject({ chosen: "careful", over: "bold" });
    // Without noise the difference is sure.
    const exact = one("careful", { learned: -0.31, generic: 0.14, noise: 0.1 });
    expect(chosenOf(bold, exact)).toMatchObject({ chosen: "bold", over: undefined });
    const short = one("short", { learned: -0.4, generic: 0.3, step: 50 });
    expect(chosenOf(one("long", { learned: -0.4, generic: 0.3 }), short).chosen).toBe("short");
  });

  it("is compared by the class, too, which counts a quarter", () => {
    const plain = one("plain", { learned: -0.4, generic: 0.1, class: 0.4 });
    const held = one("held", { learned: -0.38, generic: 0.1, class: 0.1 });
    expect(chosenOf(plain, held).chosen).toBe("held");
  });

  it("without a look is none of the candidates", () => {
    expect(chosenOf(probe("none", []))).toEqual({
      chosen: undefined,
      over: undefined,
      dominated: [],
    });
  });
});

describe("half of some probes", () => {
  const curve = (...costs: readonly (readonly [step: number, learned: number])[]) =>
    costs.map(([step, learned]) => point({ learned, generic: 0, step }));

  it("goes on: those that are ahead where all have trained as much", () => {
    const fast = probe("fast", curve([10, -0.1], [20, -0.3], [40, 0.5]), 4e-3);
    const slow = probe("slow", curve([40, -0.2]), 1e-3);
    const slower = probe("slower", curve([80, -0.15]), 5e-4);
    // At a sum of 0.04 the fast one is at step 10.
    const { kept, left } = halve([fast, slow, slower], 0.04);
    expect(kept.map(({ plan }) => plan.id)).toEqual(["slow", "slower"]);
    expect(left.map(({ plan }) => plan.id)).toEqual(["fast"]);
    // At 0.08 at step 20.
    expect(halve([fast, slow, slower], 0.08).kept[0]?.plan.id).toBe("fast");
  });

  it("is read off between looks, and a probe that was never looked at is the last", () => {
    const early = probe("early", curve([10, 0], [40, -0.4]));
    const known = probe("known", curve([20, -0.19]));
    // Half of the way between 10 and 40 by their logarithms.
    expect(halve([known, early, probe("none", [])], 0.02)).toEqual({
      kept: [early, known],
      left: [probe("none", [])],
    });
  });
});
