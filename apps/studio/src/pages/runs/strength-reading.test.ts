/** @file What was measured of strengths is read from a job's events. */

import type { JobEvent } from "@atelier/server/api";
import { describe, expect, it } from "vitest";
import { strengthReading } from "./strength-reading.js";

const estimate = { value: -0.3, low: -0.4, high: -0.2 };
const at = (strength: number) => ({
  ...{ type: "strength", strength, learned: { ofThese: estimate }, train: { ofThese: estimate } },
});
const told = (events: readonly JobEvent["event"][], attempt = 1): JobEvent[] =>
  events.map((event, index) => ({ id: index, attempt, time: "2026-11-01T10:00:00Z", event }));

describe("a measurement of strengths", () => {
  it("is read in the order of strengths, with what was chosen", () => {
    const reading = strengthReading(
      told([
        { type: "rows", bank: "held-out", strengths: [0.4, 1], classPrompt: "a dog", step: 5 },
        at(1),
        at(0.4),
        { type: "chosen", strength: 0.4, reason: "lowest", beatsBase: true, lowest: 0.4 },
        { type: "drawn", path: "strength.png" },
      ]),
    );
    expect(reading.measured.map(({ strength }) => strength)).toEqual([0.4, 1]);
    expect(reading.isDrawn).toBe(true);
    expect(reading.rows?.bank).toBe("held-out");
    expect(reading.chosen).toMatchObject({ strength: 0.4, reason: "lowest" });
  });

  it("is that of the last attempt alone", () => {
    const events = [...told([at(0.4), at(1)]), ...told([at(0.6)], 2)];
    expect(strengthReading(events).measured.map(({ strength }) => strength)).toEqual([0.6]);
  });

  it("is empty before anything is told", () => {
    expect(strengthReading([])).toEqual({ measured: [], isDrawn: false });
    expect(strengthReading(told([{ type: "strength" }]))).toEqual({ measured: [], isDrawn: false });
  });
});
