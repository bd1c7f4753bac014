/** @file Probes whose training breaks off: what is put down to their settings, and what ends the tune. */

import { join } from "node:path";
import { AtelierError, said } from "@atelier/engine";
import { nodeFiles } from "@atelier/engine/node";
import { describe, expect, it } from "vitest";
import { simulatedLog, simulatedSettings } from "../testing/simulated-tune.js";
import { drawPictures } from "../testing/tiny-training.js";
import type { TrainEvent } from "../train/events/train-event.js";
import type { LoggedEvent } from "../train/folder/event-log.js";
import type { ProbePlan, ProbeRecord } from "./probe.js";
import { runProbe } from "./run-probe.js";

const settings = simulatedSettings();
const subject = { breaksAt: 3e-3, bestSum: 0.1, depth: 0.5, forgets: 0.1 };
const notFinite = new AtelierError("training", said`training: expected a finite loss.`, {
  context: { isNotFinite: true },
});
const refusal = new AtelierError("config", said`maxMemory: expected 9 GB or more, got 8.`);

/** Runs a probe whose training tells what comes before a step, and then throws. */
async function broken(
  plan: ProbePlan,
  { error, before }: { readonly error: unknown; readonly before: number },
): Promise<ProbeRecord | undefined> {
  const folder = join(await drawPictures(1), "..", "run");
  const log = simulatedLog(settings, subject, plan);
  const isLast = (event: LoggedEvent) => event.type === "step" && event.step === before;
  const events: TrainEvent[] = log
    .slice(0, before === 0 ? 0 : log.findIndex(isLast))
    .flatMap((event) => (event.type === "error" ? [] : [event]));
  async function* train(): AsyncGenerator<TrainEvent> {
    yield* events;
    throw await Promise.resolve(error);
  }
  const probe = { files: nodeFiles, now: Date.now, train, signal: undefined, settings, folder };
  const running = runProbe(probe, { plan, until: "end" });
  for (;;) {
    const { done, value } = await running.next();
    if (done === true) return value;
  }
}

const fast = { id: "fast", stage: "fast", learningRate: 1e-3, steps: 100 } as const;
const factor: ProbePlan = {
  ...{ id: "rank-64", stage: "factors", learningRate: 1e-3, steps: 100 },
  change: { kind: "rank", rank: 64 },
};

describe("a probe whose numbers are not finite", () => {
  it("has broken, with what was measured before", async () => {
    const record = await broken(fast, { error: notFinite, before: 20 });
    expect(record).toMatchObject({ end: "broke", step: 19 });
    expect(record?.points.map(({ step }) => step)).toEqual([6, 7, 9, 12, 16]);
  });

  it("is no range test's fault before its first step: its base is damaged", async () => {
    await expect(broken(fast, { error: notFinite, before: 1 })).rejects.toBe(notFinite);
  });

  it("ends a range test at the last rate that was looked at", async () => {
    const range = { id: "range", stage: "range", learningRate: 1e-5, steps: 80 } as const;
    const record = await broken(range, { error: notFinite, before: 33 });
    expect(record?.end).toBe("found");
    expect(record?.limit?.isOpen).toBe(false);
    expect((record?.limit?.rate ?? 0) / (1e-5 * 1.12 ** 29)).toBeCloseTo(1, 9);
  });
});

describe("a change that the settings do not bear", () => {
  it("is refused with its reason, and the tune goes on", async () => {
    const record = await broken(factor, { error: refusal, before: 0 });
    expect(record).toMatchObject({ end: "refused", points: [], problem: refusal.message });
  });

  it("is no other error, and no other probe's", async () => {
    const full = new AtelierError("file", said`the disk is full.`);
    await expect(broken(factor, { error: full, before: 20 })).rejects.toBe(full);
    await expect(broken(fast, { error: refusal, before: 0 })).rejects.toBe(refusal);
  });
});
