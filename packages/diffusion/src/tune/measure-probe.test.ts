/** @file Points, ends and best looks of probes, on simulated trainings and on a recorded one that overfits. */

import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import {
  type SimulatedTruth,
  simulatedTruths,
  simulatedWatch,
} from "../testing/simulated-watch.js";
import type { RecordedEvent } from "../train/events/event-schema.js";
import { historyOf } from "../train/folder/watch-record.js";
import type { WatchHistory } from "../verdicts/history.js";
import { judge } from "../verdicts/judge.js";
import { bestOf, endAfter, pointsOf } from "./measure-probe.js";

const exactly = (truth: SimulatedTruth) =>
  simulatedWatch(truth, { seed: 1, drift: 0, noise: 0, spread: 0 });

/** The look at which a probe ends, and why. */
function endOf(history: WatchHistory): readonly [step: number, end: string] | undefined {
  for (const [index, { step }] of history.looks.entries()) {
    const end = endAfter({ ...history, looks: history.looks.slice(0, index + 1) }, "balance");
    if (end !== undefined) return [step, end];
  }
  return undefined;
}

describe("points", () => {
  it("have what was measured, and the cost that follows from it", () => {
    const points = pointsOf(exactly(simulatedTruths.pilot), "balance");
    expect(points.map(({ step }) => step)).toEqual([20, 60, 100, 140, 200]);
    const { learned, train, generic, class: ofClass, cost, rows } = points[2] ?? {};
    expect(learned?.ofThese.value).toBeCloseTo(-0.38, 3);
    expect(train).toBeCloseTo(-0.58, 3);
    expect(generic?.value).toBeCloseTo(0.06, 9);
    expect(ofClass?.value).toBeCloseTo(0.32, 9);
    const forgotten = 0.06 + 0.32 / 4;
    expect(cost).toBeCloseTo((learned?.ofThese.value ?? 0) + forgotten / 2, 9);
    expect(rows).toHaveLength(16);
    const likeness = pointsOf(exactly(simulatedTruths.pilot), "likeness");
    expect(likeness[2]?.cost).toBeCloseTo((learned?.ofThese.value ?? 0) + forgotten / 4, 9);
  });

  it("leave out looks at which some number was not finite", () => {
    const history = exactly(simulatedTruths.pilot);
    const looks = history.looks.map((look) =>
      look.step === 60
        ? { ...look, rows: { ...look.rows, train: Array(8).fill(Number.NaN) } }
        : look,
    );
    expect(pointsOf({ ...history, looks }, "balance").map(({ step }) => step)).toEqual([
      ...[20, 100, 140, 200],
    ]);
  });
});

describe("the best of them", () => {
  it("has the lowest cost, smoothed, and is never the start", () => {
    expect(bestOf(pointsOf(exactly(simulatedTruths.pilot), "balance"))?.step).toBe(100);
    expect(bestOf([])).toBeUndefined();
    const worse = pointsOf(
      exactly({ ...simulatedTruths.pilot, learned: [0.1, 0.2, 0.3, 0.4, 0.5] }),
      "keep",
    );
    expect(bestOf(worse)?.step).toBe(20);
  });
});

describe("a probe", () => {
  it("goes on while it learns", () => {
    expect(endOf(exactly(simulatedTruths.steady))).toBeUndefined();
  });

  it("ends where pictures are learned by heart", () => {
    // Its error is lowest at 97.
    expect(endOf(exactly(simulatedTruths.closePilot))).toEqual([126, "overfitting"]);
  });

  it("ends where nothing more is gained", () => {
    expect(endOf(exactly(simulatedTruths.enough))?.[1]).toBe("learned-enough");
  });

  it("ends two looks past its best, by what is preferred, though the error falls on", () => {
    const { steady } = simulatedTruths;
    const generic = steady.steps.map((step) => 3e-5 * step ** 2);
    const [step, end] = endOf(exactly({ ...steady, generic })) ?? [];
    expect(end).toBe("past-best");
    const best = bestOf(pointsOf(exactly({ ...steady, generic }), "balance"))?.step ?? 0;
    expect(
      steady.steps.filter((each) => each > best && each <= (step ?? 0)).length,
    ).toBeGreaterThanOrEqual(2);
  });

  it("ends where it falls apart", () => {
    const { steps } = simulatedTruths.steady;
    const rising = steps.map((_, look) => (look < 3 ? -0.2 : 0.2 * look));
    expect(endOf(exactly({ steps, learned: rising, train: rising }))?.[1]).toBe("broke");
  });

  it("of a recorded training ends where its verdict says that it overfits", () => {
    const log = new URL("../../../../test/fixtures/runs/overfitting/events.jsonl", import.meta.url);
    const lines = readFileSync(log, "utf8").trim().split("\n");
    // Every line of a log is an event; numbers that are not finite, which looks write as null, do not occur.
    const events = lines.map((line) => JSON.parse(line) as RecordedEvent);
    const history = historyOf(events);
    if (history === undefined) throw new Error("not watched");
    const [step, end] = endOf(history) ?? [];
    expect(end).toBe("overfitting");
    const said = judge(history, { prefer: "balance" }).verdicts.find(
      ({ state }) => state === "overfitting",
    );
    expect(step).toBe(said?.step);
  });
});
