/** @file What a tune tries and decides, followed through simulated trainings. */

import { describe, expect, it } from "vitest";
import { simulatedSettings, simulateProbe, simulateTune } from "../testing/simulated-tune.js";
import { spentSeconds } from "./budget.js";
import { standingOf } from "./next-probe.js";
import type { ProbeRecord } from "./probe.js";

/** A LoRA that breaks at 3e-3, and is best after a sum of rates of 0.1, such as 100 steps of 1e-3. */
const subject = {
  ...{ breaksAt: 3e-3, bestSum: 0.1, depth: 0.5, forgets: 0.1 },
  classPrompt: "a robot",
};
const settings = simulatedSettings();

const idsOf = (records: readonly ProbeRecord[]) => records.map(({ plan }) => plan.id);
const decisionsOf = (given = settings, of = subject) => simulateTune(given, of).decisions;

describe("a tune with time enough", () => {
  const { records, decisions, upcoming } = simulateTune(settings, subject);
  const find = (code: string) => decisions.find((decision) => decision.code === code);

  it("finds the rate that breaks the training to the next look", () => {
    const limit = find("highest-rate");
    if (limit?.code !== "highest-rate") throw new Error("none was found");
    expect(limit.isOpen).toBe(false);
    expect(limit.rate).toBeGreaterThanOrEqual(subject.breaksAt);
    expect(limit.rate).toBeLessThan(subject.breaksAt * 1.12 ** 5);
  });

  it("tries a third of it until it is past its best, then slower rates and other settings", () => {
    expect(idsOf(records).toSorted()).toEqual([
      ...["fast", "final", "layers-all", "prior", "range"],
      ...["rank-4", "rank-64", "slower-2", "slower-4", "slower-8"],
    ]);
    const order = upcoming.map(({ plan }) => plan.id);
    expect(order.slice(0, 5)).toEqual(["range", "fast", "slower-2", "slower-4", "slower-8"]);
    const fast = records.find(({ plan }) => plan.id === "fast");
    expect(["past-best", "overfitting"]).toContain(fast?.end);
    const told = find("fast-probe");
    expect(told).toMatchObject({ isStillLearning: false });
    expect(find("factors")).toMatchObject({
      tried: [
        { kind: "prior", classPrompt: "a robot" },
        { kind: "layers", targets: ["all"] },
        { kind: "rank", rank: 4 },
        { kind: "rank", rank: 64 },
      ],
      left: [],
    });
  });

  it("lets half of them go on from a third of the way, and no others", () => {
    const halved = decisions.filter((decision) => decision.code === "halved");
    expect(halved.map(({ kept, left }) => [kept.length, left.length])).toEqual([
      [2, 2],
      [3, 2],
    ]);
    for (const id of halved.flatMap(({ left }) => left)) {
      const { end, step, plan } = records.find((record) => record.plan.id === id) ?? {};
      // What one is held against has ended before.
      if (plan?.stage !== "fast" && end === undefined) expect(step).toBe(plan?.rung);
    }
    const goneOn = upcoming.filter(({ plan, until }) => plan.rung !== undefined && until === "end");
    const kept = new Set(halved.flatMap((each) => each.kept));
    for (const { plan } of goneOn) expect(kept).toContain(plan.id);
  });

  it("chooses what forgets least for what it learns, and trains it with a falling rate for twice the steps", () => {
    expect(find("chosen")).toMatchObject({ id: "prior", beatsBase: true });
    const final = records.find(({ plan }) => plan.id === "final");
    expect(final?.plan.change).toEqual({ kind: "prior", classPrompt: "a robot" });
    expect(final?.end).toBe("last-step");
    expect(find("final")).toMatchObject({ steps: final?.plan.steps, wanted: final?.plan.steps });
    expect(find("outcome")).toMatchObject({ id: "prior", isWorse: false });
  });

  it("takes no more time than it has", () => {
    expect(spentSeconds(records, records[0]?.pace ?? never())).toBeLessThan(60 * settings.minutes);
  });

  it("has decided at any time what it has decided in the end, so far", () => {
    for (const [index] of records.entries()) {
      const { decisions: so } = standingOf(settings, records.slice(0, index));
      expect(decisions.slice(0, so.length)).toEqual(so);
    }
  });
});

function never(): never {
  throw new Error("not measured");
}

describe("with less time", () => {
  it("fewer rates and settings are tried, what is left is said, and the time is kept", () => {
    const counts = [60, 8, 5, 4, 3].map((minutes) => {
      const { records, decisions } = simulateTune({ ...settings, minutes }, subject);
      expect(records.some(({ plan }) => plan.stage === "final")).toBe(true);
      const spent = spentSeconds(records, records[0]?.pace ?? never());
      expect(spent, String(minutes)).toBeLessThan(60 * minutes);
      const rates = decisions.find(({ code }) => code === "rates");
      if (rates?.code === "rates") expect(rates.tried.length + rates.left.length).toBe(3);
      return records.length;
    });
    expect(counts[0]).toBe(10);
    expect(counts.at(-1)).toBeLessThan(6);
  });

  it("too little for one probe is said, with as many minutes as are enough", () => {
    const short = { ...settings, minutes: 1 };
    const { records, decisions } = simulateTune(short, subject);
    expect(idsOf(records)).toEqual(["range", "defaults"]);
    const [told] = decisions;
    if (told?.code !== "too-short") throw new Error("not said");
    const enough = decisionsOf({ ...settings, minutes: told.enough });
    expect(enough.map(({ code }) => code)).toContain("chosen");
    expect(records.at(-1)?.plan).toMatchObject({ learningRate: 1e-3, steps: 200 });
  });

  it("a range test that would take it all is left at its second look", () => {
    const pace = { secondsPerStep: 20, secondsPerLook: 30, startSeconds: 60 };
    const { records, decisions } = simulateTune(settings, { ...subject, ...{ pace } });
    expect(records[0]).toMatchObject({ end: "too-slow", step: 10, pace: { secondsPerStep: 20 } });
    expect(decisions).toEqual([
      { code: "too-short", minutes: 60, enough: expect.any(Number) as number },
    ]);
  });
});

describe("what is preferred", () => {
  it("decides how much is forgotten for what is learned", () => {
    const costly = { ...subject, forgets: 0.4 };
    const bestOfFinal = (prefer: "likeness" | "balance" | "keep") => {
      const { records } = simulateTune({ ...settings, prefer, vary: [] }, costly);
      const final = records.find(({ plan }) => plan.id === "final");
      return final?.points.at(-1)?.generic?.value ?? never();
    };
    const [likeness, balance, keep] = [
      bestOfFinal("likeness"),
      bestOfFinal("balance"),
      bestOfFinal("keep"),
    ];
    expect(balance).toBeLessThan(likeness);
    expect(keep).toBeLessThan(balance);
  });

  it("may be such that nothing beats the base, which is said; the lowest error is kept then", () => {
    const all = { ...subject, forgets: 40 };
    const { decisions, records } = simulateTune({ ...settings, prefer: "keep", vary: [] }, all);
    expect(decisions.find(({ code }) => code === "chosen")).toMatchObject({ beatsBase: false });
    expect(records.at(-1)?.plan).toMatchObject({ stage: "final", keepsLowestError: true });
  });
});

describe("what cannot be tuned", () => {
  it("is trained with the usual settings where no picture can be held out", () => {
    const { records, decisions } = simulateTune(settings, { ...subject, ...{ heldOut: [] } });
    expect(idsOf(records)).toEqual(["range", "defaults"]);
    expect(records[0]?.step).toBe(0);
    expect(decisions).toEqual([{ code: "nothing-held-out" }]);
  });

  it("is not varied where it was set, nor a prior without a class", () => {
    const { classPrompt: _, ...unnamed } = subject;
    const tried = (vary: typeof settings.vary, of = unnamed) =>
      simulateTune({ ...settings, vary }, of).decisions.find(({ code }) => code === "factors");
    expect(tried(["prior"])).toBeUndefined();
    expect(tried([], subject)).toBeUndefined();
    expect(tried(["prior", "layers"])).toMatchObject({ tried: [{ kind: "layers" }], left: [] });
  });
});

describe("a final training", () => {
  it("that comes out worse than its probe is said to", () => {
    const { records } = simulateTune(settings, subject);
    const final = records.at(-1) ?? never();
    const points = final.points.map((point) => ({ ...point, cost: point.cost + 0.2 }));
    const { decisions } = standingOf(settings, [...records.slice(0, -1), { ...final, points }]);
    expect(decisions.at(-1)).toMatchObject({ code: "outcome", id: "prior", isWorse: true });
  });
});

describe("trainings out of the ordinary", () => {
  it("no rate breaks: the highest is a third of the last that was tried", () => {
    const { decisions, records } = simulateTune(settings, { ...subject, breaksAt: 1e3 });
    expect(decisions[0]).toMatchObject({ code: "highest-rate", isOpen: true });
    expect(records.at(-1)?.plan.stage).toBe("final");
  });

  it("a fast probe that still learns at its end is held against faster ones, as far as rates do not break", () => {
    const slow = { ...subject, bestSum: 3 };
    const { decisions, records } = simulateTune({ ...settings, vary: [] }, slow);
    expect(decisions[1]).toMatchObject({ code: "fast-probe", isStillLearning: true });
    // The fast probe is as fast as can be.
    expect(decisions.map(({ code }) => code)).toEqual([
      ...["highest-rate", "fast-probe", "rate", "chosen", "final", "outcome"],
    ]);
    const [range, fast] = records;
    if (range?.limit === undefined || fast === undefined) throw new Error("not measured");
    const high = { ...range, limit: { ...range.limit, rate: 3 * range.limit.rate } };
    const wide = { ...fast, plan: { ...fast.plan, learningRate: fast.plan.learningRate } };
    const { next, decisions: so } = standingOf({ ...settings, vary: [] }, [high, wide]);
    expect(so.find(({ code }) => code === "rates")).toMatchObject({
      tried: [2 * fast.plan.learningRate],
    });
    expect(next).toMatchObject({ until: "rung", plan: { id: "faster-2", steps: fast.plan.steps } });
    const rung = next?.plan.rung ?? never();
    expect(Math.abs(Math.log((2 * rung) / fast.plan.steps))).toBeLessThan(0.14);
  });

  it("a fast probe that falls apart at once leaves it to slower ones", () => {
    const { records } = simulateTune(settings, subject);
    const [range] = records;
    if (range?.limit === undefined) throw new Error("no limit");
    const fast = standingOf(settings, [range]).next ?? never();
    const broken = { ...simulateProbe(settings, subject, fast), points: [], end: "broke" } as const;
    const { next, decisions } = standingOf(settings, [range, broken]);
    expect(decisions.at(-2)).toMatchObject({ code: "fast-probe", step: 0, end: "broke" });
    expect(next?.plan.id).toBe("slower-2");
  });
});
