/** @file Steps that were just made are found at the end of a job's events. */

import type { JobEvent } from "@atelier/server/api";
import { describe, expect, it } from "vitest";
import { countOf, latestStep, stepsAfter } from "./live-steps.js";

const step = (at: number) => ({ type: "step", step: at, steps: 100, loss: 1 / at });
const told = (...events: readonly JobEvent["event"][]): JobEvent[] =>
  events.map((event, index) => ({
    ...{ id: index, attempt: 1, time: "2026-11-01T10:00:00Z", event },
  }));

describe("steps of a job that goes on", () => {
  it("are those after what is known, in their order", () => {
    const events = told({ type: "plan" }, step(1), step(2), { type: "look" }, step(3), step(4));
    expect(stepsAfter(events, 2).map((each) => each.step)).toEqual([3, 4]);
    expect(stepsAfter(events, 9)).toEqual([]);
    expect(latestStep(events)?.step).toBe(4);
  });

  it("are those since the training went on from a snapshot", () => {
    const events = told(step(1), step(2), step(3), { type: "resumed", step: 1 }, step(2));
    expect(stepsAfter(events, 1).map((each) => each.step)).toEqual([2]);
  });

  it("are none of what cannot be read", () => {
    expect(stepsAfter(told({ type: "step", step: 3, loss: null }), 0)).toEqual([]);
    expect(latestStep(told({ type: "plan" }))).toBeUndefined();
  });

  it("go with looks and pictures that are counted", () => {
    const events = told({ type: "look" }, step(1), { type: "sample" }, { type: "look" });
    expect(countOf(events, ["look", "verdict"])).toBe(2);
  });
});
