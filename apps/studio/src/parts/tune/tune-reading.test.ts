/** @file What a search for settings has measured is read from its events. */

import type { JobEvent } from "@atelier/server/api";
import { describe, expect, it } from "vitest";
import { english } from "../../messages/catalogue.js";
import { spotName, tuneReading } from "./tune-reading.js";

const told = (...events: readonly JobEvent["event"][]): JobEvent[] =>
  events.map((event, index) => ({
    ...{ id: index, attempt: 1, time: "2026-11-01T10:00:00Z", event },
  }));

const look = (step: number, cost: number, generic?: number) => ({
  ...{ step, cost, learned: { ofThese: { value: cost - 0.1, low: 0, high: 0 } } },
  ...(generic === undefined ? {} : { generic: { value: generic, low: 0, high: 0 } }),
});

const probe = (id: string, stage: string, points: readonly object[], change?: object) => ({
  ...{ type: "measured" },
  record: {
    plan: { id, stage, learningRate: 0.0012, steps: 9, ...(change && { change }) },
    points,
  },
});

describe("a search for settings", () => {
  it("has each probe at its best look, as it was measured last", () => {
    const { spots, what } = tuneReading(
      told(
        probe("p1", "range", [look(1, -9, 0.1)]),
        probe("p2", "fast", [look(10, -0.1, 0.02)]),
        probe("p2", "fast", [look(10, -0.1, 0.02), look(20, -0.3, 0.05), look(30, -0.2, 0.2)]),
        probe("p3", "rates", [look(10, -0.2, 0.3)]),
        { type: "decision", decision: { code: "rate", id: "p2", rate: 1 } },
        { type: "decision", decision: { code: "chosen", id: "p2", dominated: ["p3"] } },
        probe("p4", "final", [look(40, -0.4, 0.04)]),
      ),
    );
    expect(what).toBe("generic");
    expect(spots.map(({ id, step, forgotten, fate }) => [id, step, forgotten, fate])).toEqual([
      ["p2", 20, 0.05, "chosen"],
      ["p3", 10, 0.3, "dominated"],
      ["p4", 40, 0.04, "result"],
    ]);
  });

  it("leaves out probes that came to no look", () => {
    expect(tuneReading(told(probe("p1", "fast", []), { type: "measured" })).spots).toEqual([]);
  });

  it("names probes by what they try", () => {
    const { names } = english.compare.tune;
    const nameOf = (stage: "fast" | "factors" | "final", change?: { kind: "rank"; rank: number }) =>
      spotName(
        { plan: { id: "p", stage, learningRate: 0.00123, ...(change && { change }) } },
        names,
      );
    expect(nameOf("fast")).toBe("rate 0.0012");
    expect(nameOf("factors", { kind: "rank", rank: 8 })).toBe("rank 8");
    expect(nameOf("final")).toBe("final training");
  });
});
