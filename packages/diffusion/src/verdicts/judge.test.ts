/** @file Judgements of simulated trainings whose truth is known. */

import { describe, expect, it } from "vitest";
import type { VerdictState } from "../core/verdict.js";
import {
  type SimulatedTruth,
  type SimulatedWatch,
  simulatedTruths,
  simulatedWatch,
} from "../testing/simulated-watch.js";
import type { Look, WatchHistory } from "./history.js";
import { type Judgement, type JudgeOptions, judge } from "./judge.js";

const { pilot, closePilot, flat, steady, enough } = simulatedTruths;

/** The share of runs, of which each has a seed of its own. */
function shareOf(
  truth: SimulatedTruth,
  watch: Omit<SimulatedWatch, "seed"> & { readonly runs: number },
  holds: (judgement: Judgement) => boolean,
): number {
  const seeds = Array.from({ length: watch.runs }, (_, seed) => seed);
  const count = seeds.filter((seed) => holds(judge(simulatedWatch(truth, { ...watch, seed }))));
  return count.length / watch.runs;
}

const hasSaid = (state: VerdictState) => (judgement: Judgement) =>
  judgement.verdicts.some((verdict) => verdict.state === state);

const statesOf = ({ now }: Judgement) => now.map(({ state }) => state);

/** What a truth is judged without noise. */
const judgeExactly = (truth: SimulatedTruth, watch: Partial<SimulatedWatch> = {}, options = {}) =>
  judge(simulatedWatch(truth, { seed: 1, drift: 0, noise: 0, ...watch }), options);

/** A history with one of its looks changed. */
function withLook(
  history: WatchHistory,
  index: number,
  change: (look: Look) => Look,
): WatchHistory {
  return {
    ...history,
    looks: history.looks.map((look, at) => (at === index ? change(look) : look)),
  };
}

describe("the pilot run", () => {
  const trained = 4;

  it("overfits since about step 100, and keeps that step or the next, the best of forty new pictures", () => {
    const isNear = (step = 0) => [100, 140].includes(step);
    const holds = (judgement: Judgement) => {
      const said = judgement.now.find(({ state }) => state === "overfitting");
      return isNear(said?.since) && isNear(judgement.kept.step);
    };
    expect(shareOf(pilot, { drift: 0, rows: 20, trained, runs: 200 }, holds)).toBeGreaterThan(0.95);
  });

  it("keeps the same if a watch looks more often", () => {
    // The optimum lies flat between these two.
    const holds = ({ kept }: Judgement) => [97, 126].includes(kept.step);
    expect(shareOf(closePilot, { drift: 0, trained, runs: 200 }, holds)).toBeGreaterThan(0.95);
  });

  it("overfits the more surely, the fewer pictures it trains on", () => {
    const shares = [2, 4, 30].map((trained) =>
      shareOf(closePilot, { drift: 0, trained, runs: 200 }, hasSaid("overfitting")),
    );
    expect(shares[0]).toBeGreaterThan(0.95);
    expect(shares[1]).toBeGreaterThan(0.5);
    // What pictures in training gained, 0.4, is mostly what all have in common.
    expect(shares[2]).toBeLessThan(0.1);
  });

  it("learns first, forgets the class next, and overfits then", () => {
    const { verdicts } = judgeExactly(pilot, { trained });
    expect(verdicts.map(({ state, step, since }) => [state, step, since])).toEqual([
      ["learning", 20, 0],
      ["forgetting", 140, 140],
      ["overfitting", 200, 100],
    ]);
  });

  it("ends where pictures like the one held out would overfit, too", () => {
    // Of forty new pictures the pilot's own had hardly got worse.
    const { verdicts } = judgeExactly(pilot);
    expect(verdicts.at(-1)).toMatchObject({ state: "overfitting", since: 100, actions: [] });
    const worse = { ...pilot, learned: pilot.learned.with(-1, -0.1) };
    const [, , likely, sure] = judgeExactly(worse).verdicts;
    expect(likely).toMatchObject({ advice: [], actions: [] });
    expect(sure?.advice).toEqual([{ code: "stop", params: {} }]);
    expect(sure?.actions).toEqual([
      { kind: "cool-down", from: 100, rateFactor: 0.3, steps: 40 },
      { kind: "stop" },
    ]);
  });

  it("keeps less of what was learned for more of what was known", () => {
    // Measured on new pictures of the subject, other things and the class.
    const truth = {
      steps: pilot.steps,
      learned: [-0.24, -0.36, -0.44, -0.45, -0.42],
      train: pilot.train,
      generic: [0.01, 0.04, 0.07, 0.11, 0.19],
      class: [0.13, 0.29, 0.46, 0.57, 0.77],
    };
    const keptFor = (prefer?: JudgeOptions["prefer"]) =>
      judgeExactly(truth, { spread: 0, trained, pictures: 8 }, { prefer }).kept.step;
    expect([keptFor(), keptFor("likeness")]).toEqual([140, 140]);
    expect([keptFor("balance"), keptFor("keep")]).toEqual([100, 100]);
  });
});

describe("a run in which nothing happens", () => {
  it("is said to be one where no weight moves, and asks for a higher rate", () => {
    const still = judgeExactly(flat);
    expect(still.verdicts).toHaveLength(1);
    expect(still.verdicts[0]).toMatchObject({
      state: "nothing-happens",
      // The first look after 30 steps.
      step: 34,
      since: 0,
      advice: [{ code: "raise-rate", params: { factor: 3 } }],
      actions: [],
    });
  });

  it("is said to be one where weights move to no effect", () => {
    const holds = (judgement: Judgement) => statesOf(judgement).join() === "nothing-happens";
    expect(shareOf(flat, { drift: 0, runs: 200 }, holds)).toBeGreaterThan(0.97);
    expect(shareOf(flat, { runs: 200 }, holds)).toBeGreaterThan(0.85);
  });

  it("is no longer one once pictures in training change, whether or not others do", () => {
    const truth = { ...flat, train: flat.steps.map((_, look) => Math.min(0, 0.1 - 0.04 * look)) };
    const { now, verdicts } = judgeExactly(truth);
    expect(verdicts.map(({ state }) => state)).toEqual(["nothing-happens"]);
    expect(now).toEqual([]);
  });

  it("waits for a twentieth of a long run", () => {
    expect(judgeExactly(flat, { of: 2000 }).verdicts[0]?.step).toBe(126);
  });

  it.each([
    [1, 2],
    [3, 2],
    [1, 30],
  ])(
    "is said to overfit in at most a tenth of runs with %d pictures held out and %d in training",
    (pictures, trained) => {
      const share = shareOf(flat, { pictures, trained, runs: 1000 }, hasSaid("overfitting"));
      expect(share).toBeLessThan(0.1);
    },
    60_000,
  );
});

describe("a run that learns", () => {
  it("is learning to its end while all improves", () => {
    const { verdicts, now, kept } = judgeExactly(steady);
    expect(verdicts.map(({ state }) => state)).toEqual(["learning"]);
    expect(now[0]?.step).toBe(200);
    expect(kept.step).toBe(200);
  });

  it("has learned enough once it gains nothing more, and then ends", () => {
    const { now } = judgeExactly(enough, { pictures: 3 });
    expect(now[0]).toMatchObject({ state: "learned-enough", since: 57 });
    expect(now[0]?.actions.map(({ kind }) => kind)).toEqual(["cool-down", "stop"]);
  });

  it("does not end by what one or two pictures gain", () => {
    const { now } = judgeExactly(enough, { pictures: 2 });
    expect(now[0]).toMatchObject({ state: "learned-enough", advice: [], actions: [] });
  });

  it("is learning again if it gains after all", () => {
    const steps = [...enough.steps, 260];
    const again = {
      steps,
      learned: [...enough.learned, -0.48],
      train: [...enough.train, -0.9],
    };
    const { verdicts } = judgeExactly(again);
    expect(verdicts.map(({ state }) => state)).toEqual(["learning", "learned-enough", "learning"]);
  });

  it("is seldom stopped", () => {
    const isStopped = ({ verdicts }: Judgement) =>
      verdicts.some(({ actions }) => actions.length > 0);
    for (const pictures of [1, 3]) {
      const share = shareOf(steady, { pictures, runs: 400 }, isStopped);
      expect(share).toBeLessThan(0.1);
    }
  });
});

describe("overfitting", () => {
  const run = (learned: readonly number[]) => ({
    steps: learned.map((_, look) => 20 * (look + 1)),
    learned,
    train: learned.map((_, look) => -0.3 - 0.1 * look),
  });

  it("begins at a worsening of 0.02 and ends below one of 0.01", () => {
    const { verdicts } = judgeExactly(run([-0.3, -0.3, -0.3, -0.27, -0.285, -0.295]), { of: 1000 });
    expect(verdicts.map(({ state, step }) => [state, step])).toEqual([
      ["learning", 20],
      ["overfitting", 80],
      ["learned-enough", 120],
    ]);
    expect(hasSaid("overfitting")(judgeExactly(run([-0.3, -0.3, -0.3, -0.285])))).toBe(false);
  });

  it("ends a run for as long as it holds, once others like the pictures overfit", () => {
    const learned = [-0.4, -0.4, -0.4, -0.1, -0.3];
    const endings = [4, 5].map(
      (looks) => judgeExactly(run(learned.slice(0, looks))).now[0]?.actions,
    );
    expect(endings.map((actions) => actions?.map(({ kind }) => kind))).toEqual([
      ["cool-down", "stop"],
      ["cool-down", "stop"],
    ]);
    // From the same best look 0.08 worse at once, they might not.
    expect(judgeExactly(run([-0.4, -0.4, -0.4, -0.32])).now[0]).toMatchObject({
      state: "overfitting",
      actions: [],
    });
  });
});

describe("forgetting", () => {
  const steps = [20, 40, 60, 80, 100, 120, 140];
  const run = (generic: readonly number[], ofClass: readonly number[] = steps.map(() => 0)) => ({
    steps: steps.slice(0, generic.length),
    learned: steps.map((_, look) => -0.1 * look - 0.1),
    train: steps.map((_, look) => -0.1 * look - 0.1),
    generic,
    class: ofClass,
  });
  const said = (truth: SimulatedTruth) =>
    judgeExactly(truth, { spread: 0 }).verdicts.flatMap(({ state, step, numbers }) =>
      state === "forgetting" ? [[step, "isSevere" in numbers && numbers.isSevere]] : [],
    );

  it("begins at a tenth, is severe at three, and ends at two thirds of either", () => {
    expect(said(run([0.05, 0.09, 0.11]))).toEqual([[60, false]]);
    expect(said(run([0.11, 0.31, 0.21, 0.19]))).toEqual([
      [20, false],
      [40, true],
      [80, false],
    ]);
  });

  it("neither ends nor begins between", () => {
    const judged = judgeExactly(run([0.11, 0.08, 0.07, 0.06, 0.08, 0.09]), { spread: 0 });
    expect(judged.verdicts.map(({ state, step }) => [state, step])).toEqual([
      ["forgetting", 20],
      ["learning", 20],
      // What goes on is said where it ends.
      ["learning", 80],
    ]);
    expect(statesOf(judged)).toEqual(["learning"]);
  });

  it("counts the class as well, from three tenths on", () => {
    expect(said(run([0, 0, 0], [0.2, 0.29, 0.31]))).toEqual([[60, false]]);
  });

  it("is said of what surely exceeds, not of what may", () => {
    const truth = run([0.105]);
    const share = shareOf(truth, { runs: 200 }, hasSaid("forgetting"));
    expect(share).toBeLessThan(0.2);
  });
});

describe("diverging", () => {
  const looksOf = (values: readonly number[]) => values.map((_, look) => 20 * (look + 1));
  const rising = (learned: readonly number[], train: readonly number[]) =>
    judgeExactly({ steps: looksOf(learned), learned, train });

  it.each([Number.NaN, Number.POSITIVE_INFINITY, null])(
    "is a loss of %s, and goes back once",
    (bad) => {
      // What JSON has in place of NaN reaches a judge as null, whatever its type says.
      const value = bad as number;
      const history = simulatedWatch(pilot, { seed: 1, drift: 0, noise: 0 });
      const broken = (index: number) => (of: WatchHistory) =>
        withLook(of, index, (look) => ({
          ...look,
          rows: {
            ...look.rows,
            train: (look.rows.train ?? []).map((loss, row) => (row === 3 ? value : loss)),
          },
        }));
      const { verdicts, kept, now, signals } = judge(broken(4)(broken(3)(history)));
      const said = verdicts.filter(({ state }) => state === "diverging");
      expect(said.map(({ step, since, numbers }) => [step, since, numbers])).toEqual([
        [140, 140, { cause: "not-finite" }],
        [200, 140, { cause: "not-finite" }],
      ]);
      expect(said[0]?.actions).toEqual([{ kind: "return", to: 100, rateFactor: 0.3 }]);
      expect(said[1]?.actions).toEqual([{ kind: "stop" }]);
      expect([kept.step, statesOf({ now } as Judgement)[0]]).toEqual([100, "diverging"]);
      expect(signals.map(({ step }) => step)).toEqual([0, 20, 60, 100]);
      expect(JSON.stringify({ verdicts, kept, now, signals })).not.toContain("null");
    },
  );

  it("ends a run that has nothing to go back to", () => {
    const gradNorm = { median: Number.NaN, largest: Number.NaN };
    const history = simulatedWatch(pilot, { seed: 1, drift: 0, noise: 0 });
    const { verdicts, kept } = judge(withLook(history, 0, (look) => ({ ...look, gradNorm })));
    const [first] = verdicts;
    expect(first).toMatchObject({ state: "diverging", kept: { step: 0 } });
    expect(first?.actions).toEqual([{ kind: "stop" }]);
    expect(kept.step).toBeGreaterThan(0);
  });

  it("is a gradient that is no number", () => {
    const gradNorm = { median: 0.1, largest: Number.NaN };
    const history = withLook(simulatedWatch(pilot, { seed: 1 }), 2, (look) => ({
      ...look,
      gradNorm,
    }));
    expect(hasSaid("diverging")(judge(history))).toBe(true);
  });

  it("ends with the first look that is whole again", () => {
    const gradNorm = { median: Number.NaN, largest: Number.NaN };
    const history = simulatedWatch(steady, { seed: 1, drift: 0, noise: 0 });
    const { verdicts } = judge(withLook(history, 3, (look) => ({ ...look, gradNorm })));
    expect(verdicts.map(({ state, step }) => [state, step])).toEqual([
      ["learning", 20],
      ["diverging", 44],
      ["learning", 57],
    ]);
  });

  it("is both errors above their best at two looks in a row", () => {
    const both = [-0.2, -0.3, -0.22, -0.2, -0.1];
    const { verdicts } = rising(both, both);
    expect(verdicts.map(({ state, step, since }) => [state, step, since])).toEqual([
      ["learning", 20, 0],
      ["diverging", 80, 40],
    ]);
    expect(verdicts[1]?.numbers).toMatchObject({ cause: "rising" });
    expect(rising([-0.2, -0.3, -0.22, -0.3], [-0.2, -0.3, -0.22, -0.3]).now[0]?.state).toBe(
      "learning",
    );
    // Above the start, too.
    expect(rising([0.06, 0.08], [0.06, 0.08]).now[0]).toMatchObject({
      state: "diverging",
      since: 0,
    });
  });

  it("is not pictures in training that get better", () => {
    const judged = rising([-0.2, -0.3, -0.22, -0.2], [-0.2, -0.3, -0.4, -0.5]);
    expect(hasSaid("diverging")(judged)).toBe(false);
    expect(hasSaid("overfitting")(judged)).toBe(true);
  });

  it("is gradients far above the usual: half of them once, or the largest at five looks in a row", () => {
    const withNorms = (norms: readonly (readonly [median: number, largest: number])[]) => {
      const history = simulatedWatch(steady, { seed: 1, drift: 0, noise: 0 });
      return judge({
        ...history,
        looks: history.looks.flatMap((look, at) => {
          const [median, largest] = norms[at] ?? [];
          if (median === undefined || largest === undefined) return [];
          return { ...look, gradNorm: { median, largest } };
        }),
      });
    };
    expect(
      withNorms([
        [1, 2],
        [1, 2],
        [25, 30],
      ]).now[0],
    ).toMatchObject({
      state: "diverging",
      numbers: { cause: "gradients", times: 30 },
    });
    const spikes = Array.from({ length: 5 }, () => [1, 30] as const);
    expect(statesOf(withNorms([[1, 2], ...spikes.slice(1)]))).toEqual(["learning"]);
    expect(statesOf(withNorms([[1, 2], ...spikes]))).toEqual(["diverging"]);
    expect(
      statesOf(
        withNorms([
          [0, 0],
          [0, 1],
        ]),
      ),
    ).toEqual(["learning"]);
  });

  it("is seldom said of a run that converges", () => {
    const share = shareOf(enough, { runs: 400 }, hasSaid("diverging"));
    expect(share).toBeLessThan(0.02);
  });
});

describe("judging", () => {
  it("of a run that goes on repeats what was judged before", () => {
    for (const [index, truth] of Object.values(simulatedTruths).entries()) {
      const whole = simulatedWatch(truth, { seed: index, pictures: 1 + index });
      const judged = judge(whole, { prefer: "balance" });
      let kept = 0;
      for (let count = 0; count <= whole.looks.length; count++) {
        const before = judge(
          { ...whole, looks: whole.looks.slice(0, count) },
          { prefer: "balance" },
        );
        expect(judged.verdicts.slice(0, before.verdicts.length)).toEqual(before.verdicts);
        expect(judged.signals.slice(0, count + 1)).toEqual(before.signals);
        expect([kept, whole.looks[count - 1]?.step]).toContain(before.kept.step);
        kept = before.kept.step;
      }
    }
  });

  it("reads what JSON has of a history", () => {
    const history = simulatedWatch(pilot, { seed: 5 });
    // It is plain data.
    expect(judge(JSON.parse(JSON.stringify(history)) as WatchHistory)).toEqual(judge(history));
  });

  it("keeps the start where no look is better", () => {
    const worse = { steps: [20, 40], learned: [0.1, 0.4], train: [-0.1, -0.2] };
    const { kept, now } = judgeExactly(worse);
    expect(kept.step).toBe(0);
    expect(now[0]).toMatchObject({ state: "overfitting", since: 0, actions: [{ kind: "stop" }] });
  });

  it("says nothing before the first look", () => {
    const { now, verdicts, kept } = judgeExactly(
      { steps: [], learned: [], train: [] },
      { of: 100 },
    );
    expect([now, verdicts, kept.step]).toEqual([[], [], 0]);
  });

  it("leaves out rows that the start has no loss for", () => {
    const history = simulatedWatch(pilot, { seed: 5 });
    const without = (values: readonly number[] = []) => values.with(0, Number.NaN);
    const damaged = withLook(
      { ...history, start: { ...history.start, "held-out": without(history.start["held-out"]) } },
      2,
      (look) => ({ ...look, rows: { ...look.rows, "held-out": without(look.rows["held-out"]) } }),
    );
    const judged = judge(damaged);
    expect(hasSaid("diverging")(judged)).toBe(false);
    expect(judged.signals).toHaveLength(6);
  });

  it("takes echoes where nothing is held out", () => {
    const { bank, verdicts } = judge(simulatedWatch(pilot, { seed: 5, bank: "echo", pictures: 4 }));
    expect(bank).toBe("echo");
    expect(verdicts.every(({ bank }) => bank === "echo")).toBe(true);
  });

  const history = simulatedWatch(pilot, { seed: 5 });
  const { "held-out": heldOut = [], train = [] } = history.banks;
  it.each<readonly [string, WatchHistory, string]>([
    [
      "nothing held out or echoed",
      { ...history, banks: { train, generic: history.banks.generic ?? [] } },
      "verdicts: expected rows of pictures in training and of some held out or echoed, got train, generic. The record of this watch is damaged: watch the run anew.",
    ],
    [
      "one half alone",
      { ...history, banks: { train, "held-out": heldOut.map((row) => ({ ...row, half: "a" })) } },
      "verdicts: expected rows of both halves in held-out, got none of half b. The record of this watch is damaged: watch the run anew.",
    ],
    [
      "too few values",
      withLook(history, 1, (look) => ({ ...look, rows: { ...look.rows, train: [1] } })),
      "verdicts: expected 8 values of train at step 60, got 1. The record of this watch is damaged: watch the run anew.",
    ],
    [
      "no loss at the start",
      { ...history, start: { ...history.start, train: train.map(() => 0) } },
      "verdicts: expected two rows of train or more with a loss at the start, got 0. The record of this watch is damaged: watch the run anew.",
    ],
  ])("refuses a history with %s", (_, refused, message) => {
    expect(() => judge(refused)).toThrow(message);
  });
});
