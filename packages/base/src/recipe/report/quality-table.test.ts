/** @file Grades of the quality table at their limits. */

import { describe, expect, it } from "vitest";
import { tinyQuality } from "../../testing/tiny-quality.js";
import type { Quality } from "./quality.js";
import { qualityTable } from "./quality-table.js";

const reachedBy = (quality: Quality, measure: string): string | undefined =>
  qualityTable(quality).find((row) => row.measure.startsWith(measure))?.reached;

const withShare = (fact: keyof Quality["generated"], right: number, of = 100): Quality => ({
  ...tinyQuality,
  generated: { ...tinyQuality.generated, [fact]: { right, of } },
});

describe("qualityTable", () => {
  it.each([
    ["style", "style right", 985, 995],
    ["background", "background right", 980, 995],
  ] as const)("asks of %s what it should", (fact, measure, must, aim) => {
    const grades = [must - 1, must, aim - 1, aim].map((right) =>
      reachedBy(withShare(fact, right, 1000), measure),
    );
    expect(grades).toEqual(["neither", "must", "must", "aim"]);
  });

  it.each([
    ["concept", "the judge on renders: concept", 980, 995],
    ["pair", "the judge on renders: both", 950, 980],
  ] as const)("asks of the judge, about %s", (fact, measure, must, aim) => {
    const grades = [must - 1, must, aim].map((right) => {
      const real = { ...tinyQuality.real, [fact]: { right, of: 1000 } };
      return reachedBy({ ...tinyQuality, real }, measure);
    });
    expect(grades).toEqual(["neither", "must", "aim"]);
  });

  it("asks of drawings what renders reach", () => {
    const real = { ...tinyQuality.real, pair: { right: 50, of: 100 } };
    const graded = (right: number) =>
      qualityTable({ ...withShare("pair", right), real }).find(({ measure }) =>
        measure.startsWith("both of two"),
      );
    expect(graded(43)).toMatchObject({ generated: "0.860", reached: "neither" });
    expect(graded(44)).toMatchObject({ generated: "0.880", reached: "must" });
    expect(graded(48)).toMatchObject({ generated: "0.960", reached: "aim" });
  });

  it.each([
    ["structureOfObject", "structural similarity to the render, on", 0.75, 0.85],
    ["structure", "structural similarity to the render, whole", 0.85, 0.92],
    ["sharpness", "sharpness", 0.85, 0.95],
  ] as const)("grades %s", (name, measure, must, aim) => {
    const grades = [must - 0.01, must, aim].map((value) =>
      reachedBy({ ...tinyQuality, [name]: value }, measure),
    );
    expect(grades).toEqual(["neither", "must", "aim"]);
  });

  it("grades decibels, seconds and megabytes", () => {
    const { reconstruction, speed, size } = tinyQuality;
    const decibels = [25.9, 26, 30].map((psnrDecibels) =>
      reachedBy({ ...tinyQuality, reconstruction: { ...reconstruction, psnrDecibels } }, "autoenc"),
    );
    expect(decibels).toEqual(["neither", "must", "aim"]);
    const seconds = [0.61, 0.6, 0.4].map((secondsPerPicture) =>
      reachedBy({ ...tinyQuality, speed: { ...speed, secondsPerPicture } }, "one picture"),
    );
    expect(seconds).toEqual(["neither", "must", "aim"]);
    const bytes = [40_000_001, 40_000_000].map((count) =>
      reachedBy({ ...tinyQuality, size: { ...size, bytes: count } }, "size"),
    );
    expect(bytes).toEqual(["neither", "must"]);
  });

  it("shows shares with what they are of, and grades nothing that was not asked", () => {
    const style = qualityTable(withShare("style", 99)).find(({ measure }) =>
      /^style/.test(measure),
    );
    expect(style).toEqual({
      measure: "style right",
      generated: "99.0 % of 100",
      real: "100.0 %",
      must: "≥ 98.5 %",
      aim: "≥ 99.5 %",
      reached: "must",
    });
    const none = { ...tinyQuality.generated, pair: { right: 0, of: 0 } };
    expect(reachedBy({ ...tinyQuality, generated: none }, "two objects")).toBe("reported");
  });
});
