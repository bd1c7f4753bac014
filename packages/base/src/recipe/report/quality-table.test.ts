/** @file Grades of the quality table at their limits. */

import { describe, expect, it } from "vitest";
import { tinyQuality } from "../../testing/tiny-quality.js";
import type { Quality } from "./quality.js";
import { qualityTable } from "./quality-table.js";

const reachedBy = (quality: Quality, measure: string): string | undefined =>
  qualityTable(quality).find((row) => row.measure.startsWith(measure))?.reached;

const withShare = (fact: keyof Quality["generated"], right: number): Quality => ({
  ...tinyQuality,
  generated: { ...tinyQuality.generated, [fact]: { right, of: 100 } },
});

describe("qualityTable", () => {
  it.each([
    ["concept", "concept right", 80, 95],
    ["style", "style right", 90, 98],
    ["background", "background right", 90, 98],
    ["pair", "two objects", 50, 80],
  ] as const)("asks of %s what the issue asks", (fact, measure, must, aim) => {
    const grades = [must - 1, must, aim - 1, aim].map((right) =>
      reachedBy(withShare(fact, right), measure),
    );
    expect(grades).toEqual(["neither", "must", "must", "aim"]);
  });

  it("grades decibels, seconds and megabytes", () => {
    const { reconstruction, speed, size } = tinyQuality;
    const decibels = [25.9, 26, 30].map((psnrDecibels) =>
      reachedBy({ ...tinyQuality, reconstruction: { ...reconstruction, psnrDecibels } }, "autoenc"),
    );
    expect(decibels).toEqual(["neither", "must", "aim"]);
    const seconds = [2.01, 2, 0.8].map((secondsPerPicture) =>
      reachedBy({ ...tinyQuality, speed: { ...speed, secondsPerPicture } }, "one picture"),
    );
    expect(seconds).toEqual(["neither", "must", "aim"]);
    const bytes = [40_000_001, 40_000_000].map((count) =>
      reachedBy({ ...tinyQuality, size: { ...size, bytes: count } }, "size"),
    );
    expect(bytes).toEqual(["neither", "must"]);
  });

  it("compares distances and diversity with those of renders", () => {
    const near = { generated: 1.1, real: 1 };
    const far = { generated: 1.11, real: 1 };
    const little = { generated: 0.89, real: 1 };
    const grades = (values: Partial<Quality>, measure: string) =>
      reachedBy({ ...tinyQuality, ...values }, measure);
    expect(grades({ cmmd: near }, "CMMD")).toBe("aim");
    expect(grades({ cmmd: far }, "CMMD")).toBe("reported");
    expect(grades({ cmmd: little }, "CMMD")).toBe("aim");
    expect(grades({ kid: { generated: -1, real: -1.05 } }, "KID")).toBe("aim");
    expect(grades({ diversity: { generated: 0.91, real: 1 } }, "mean distance")).toBe("aim");
    expect(grades({ diversity: little }, "mean distance")).toBe("reported");
  });

  it("shows shares with what they are of, and grades nothing that was not asked", () => {
    const [concept] = qualityTable(withShare("concept", 93));
    expect(concept).toEqual({
      measure: "concept right, first among all",
      generated: "93.0 % of 100",
      real: "100.0 %",
      must: "≥ 80 %",
      aim: "≥ 95 %",
      reached: "must",
    });
    const none = { ...tinyQuality.generated, pair: { right: 0, of: 0 } };
    expect(reachedBy({ ...tinyQuality, generated: none }, "two objects")).toBe("reported");
  });
});
