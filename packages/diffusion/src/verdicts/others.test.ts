/** @file What others are expected to gain: by hand, and where pictures held out are strange ones. */

import { createTorchGenerator } from "@atelier/engine";
import { describe, expect, it } from "vitest";
import { simulatedTruths, simulatedWatch } from "../testing/simulated-watch.js";
import type { WatchHistory } from "./history.js";
import { judge } from "./judge.js";
import { usableBanks } from "./measured.js";
import { expectedRows, gainsUpTo, othersOf } from "./others.js";
import { layOut } from "./row-mean.js";
import { usualThresholds } from "./thresholds.js";

const { steady } = simulatedTruths;
const { others } = usualThresholds;

const banksOf = (watch: { readonly pictures?: number; readonly bank?: "echo" }) =>
  usableBanks(simulatedWatch(steady, { seed: 1, ...watch }));

describe("the share of what pictures in training gain", () => {
  it("grows with how many they are, and falls with how many are held out", () => {
    const constants = { ...others, gain: 0.4, few: 2 };
    const shareOf = (trained: number, pictures: number) =>
      othersOf(banksOf({ pictures }), trained, constants).shareOfGain;
    expect([1, 2, 4, 10].map((trained) => shareOf(trained, 1))).toEqual([
      0,
      0,
      expect.closeTo(0.2, 12),
      expect.closeTo(0.32, 12),
    ]);
    expect(shareOf(10, 4)).toBeCloseTo(0.08, 12);
    expect(shareOf(0, 1)).toBe(0);
  });

  it("is none where views of them are looked at", () => {
    expect(othersOf(banksOf({ bank: "echo" }), 30, others).shareOfGain).toBe(0);
  });

  it("is added to each row, up to four times what pictures held out have gained", () => {
    const train = layOut([1, 2].map((time) => ({ picture: "p", time, half: "a" })));
    const rowsFrom = (lowest: number) =>
      expectedRows(
        { ...others, shareOfGain: 0.5 },
        { train, lowest },
        { learned: [-0.2, 0.1], train: [-0.6, -0.2] },
      );
    expect(rowsFrom(-1)).toEqual([expect.closeTo(-0.4, 12), expect.closeTo(-0.1, 12)]);
    expect(rowsFrom(-0.2)).toEqual([expect.closeTo(-0.3, 12), expect.closeTo(0, 12)]);
    expect(gainsUpTo({ ...others, shareOfGain: 0.5, most: 4 }, [0, -0.3, 0.1])).toBeCloseTo(
      -1.2,
      12,
    );
    expect(gainsUpTo({ ...others, shareOfGain: 0.5, most: 4 }, [0, 0.3])).toBeCloseTo(0, 12);
  });
});

describe("a strange picture held out", () => {
  const steps = [20, 40, 60, 80, 100, 120];
  /** It gets worse from the third look on, by half of what pictures in training gain. */
  const strange = {
    steps,
    learned: [-0.2, -0.3, -0.35, -0.33, -0.3, -0.26],
    train: [-0.3, -0.5, -0.7, -0.9, -1.1, -1.3],
  };
  const judged = (trained: number, bank: "held-out" | "echo" = "held-out") =>
    judge(simulatedWatch(strange, { seed: 1, drift: 0, noise: 0, trained, bank }));

  it("does not end the gain of a run on many pictures", () => {
    const { kept, now } = judged(30);
    expect(kept.step).toBe(120);
    expect(now.map(({ state }) => state)).toEqual(["learning"]);
  });

  it("overfits where the error of those in training falls on and on by heart", () => {
    const learned = [-0.5, -0.64, -0.4, -0.2, -0.2, -0.2];
    const train = [-0.5, -1, -1.7, -2.4, -3, -3.6];
    const { kept, now } = judge(
      simulatedWatch({ steps, learned, train }, { seed: 1, drift: 0, noise: 0, trained: 4 }),
    );
    expect(kept.step).toBe(40);
    expect(now[0]?.state).toBe("overfitting");
  });

  it("is all there is of a run on two, or among views", () => {
    expect(judged(2).kept.step).toBe(60);
    expect(judged(2).now[0]?.state).toBe("overfitting");
    expect(judged(30, "echo").kept.step).toBe(60);
  });

  it("says of others that they are expected to do better", () => {
    const { step, best, worsening } =
      judge(
        simulatedWatch(
          { ...strange, learned: strange.learned.with(-1, 0) },
          { seed: 1, drift: 0, noise: 0, trained: 4 },
        ),
      ).signals.at(-1) ?? {};
    expect([step, steps[(best ?? 0) - 1]]).toEqual([120, 80]);
    // It gets worse by 0.33, of which others are spared 0.4 · (1 − 2/4) of the 0.4 that is gained in training.
    expect(worsening?.ofThese.value).toBeCloseTo(0.33, 2);
    expect(worsening?.ofOthersLikeThem.value).toBeCloseTo(0.25, 2);
  });
});

describe("intervals of others", () => {
  it.each([1, 3])(
    "hold the mean of all where %d pictures are off by a share of what training changed",
    (pictures) => {
      const { learned, train } = simulatedTruths.pilotOfForty;
      const runs = 500;
      let held = 0;
      for (let seed = 0; seed < runs; seed++) {
        const generator = createTorchGenerator(seed);
        const history = simulatedWatch(simulatedTruths.pilotOfForty, { seed, pictures, drift: 0 });
        const off = new Map((history.banks["held-out"] ?? []).map(({ picture }) => [picture, 0]));
        for (const picture of off.keys()) {
          off.set(picture, others.spread.level * (generator.randn(1)[0] ?? 0));
        }
        const looks = history.looks.map((look, at) => ({
          ...look,
          rows: {
            ...look.rows,
            "held-out": (look.rows["held-out"] ?? []).map((loss, row) => {
              const { picture = "" } = history.banks["held-out"]?.[row] ?? {};
              return loss * Math.exp((off.get(picture) ?? 0) * (train[at] ?? 0));
            }),
          },
        }));
        const last = judge({ ...history, looks }).signals.at(-1)?.learned.ofOthersLikeThem;
        const truth = learned.at(-1) ?? 0;
        if (last !== undefined && last.low <= truth && truth <= last.high) held++;
      }
      expect(held / runs).toBeGreaterThan(0.88);
    },
  );
});

it("counts the pictures in its bank where a history does not say how many are trained on", () => {
  const history = simulatedWatch(steady, { seed: 1, trained: 8 });
  const { trainedPictures: _, ...old } = history;
  expect(judge(old satisfies WatchHistory)).toEqual(judge(history));
});
