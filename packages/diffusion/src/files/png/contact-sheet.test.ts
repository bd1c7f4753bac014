/** @file Contact sheets: order, labels, enlargement. */

import { describe, expect, it } from "vitest";
import type { RgbPicture } from "../../core/rgb-picture.js";
import { contactSheet } from "./contact-sheet.js";

const dotOf = (level: number): RgbPicture => ({
  width: 1,
  height: 1,
  data: new Uint8Array(3).fill(level),
});

/** A sheet as rows of characters: `.` paper, `#` ink of labels, other levels in hexadecimal. */
function draw({ width, height, data }: RgbPicture): string[] {
  return Array.from({ length: height }, (_, y) =>
    Array.from({ length: width }, (_, x) => {
      const level = data[3 * (y * width + x)] ?? 0;
      return level === 255 ? "." : level === 32 ? "#" : level.toString(16);
    }).join(""),
  );
}

/** The ten rows of pixels that a line of label takes. */
const rowsFrom = (top: number): number[] => Array.from({ length: 10 }, (_, row) => top + row);

describe("contactSheet", () => {
  it("lays pictures out in reading order, enlarged without smoothing", () => {
    const sheet = contactSheet([1, 2, 3].map(dotOf), { columns: 2, enlarge: 2, gap: 1 });
    expect(draw(sheet)).toEqual([
      ".......",
      ".11.22.",
      ".11.22.",
      ".......",
      ".33....",
      ".33....",
      ".......",
    ]);
  });

  it("writes labels below pictures and cuts them to their width", () => {
    const sheet = contactSheet([dotOf(9)], { enlarge: 8, gap: 1, labels: ["L10"] });
    expect(draw(sheet).slice(9)).toEqual([
      "..........",
      "..........",
      ".##.......",
      ".##.......",
      ".##.......",
      ".##.......",
      ".##.......",
      ".##.......",
      ".##.......",
      ".##.......",
      ".######...",
      ".######...",
      "..........",
      "..........",
      "..........",
      "..........",
      "..........",
    ]);
  });

  it("breaks long labels between words and gives every picture the same room", () => {
    const oneLine = contactSheet([dotOf(9)], { enlarge: 24, gap: 1, labels: ["IL"] });
    const twoLines = contactSheet([dotOf(9), dotOf(9)], {
      ...{ columns: 1, enlarge: 24, gap: 1 },
      labels: ["IL LI", "I"],
    });
    expect(twoLines.height - 1).toBe(2 * (oneLine.height - 1 + 16));
    const inkRows = draw(twoLines).flatMap((row, y) => (row.includes("#") ? [y] : []));
    expect(inkRows).toEqual([27, 43, 84].flatMap(rowsFrom));
  });

  it("enlarges tiny pictures by itself and leaves large ones alone", () => {
    expect(contactSheet([dotOf(1)]).width).toBe(128 + 8);
    const large = { width: 200, height: 100, data: new Uint8Array(60_000) };
    expect(contactSheet([large, large, large]).width).toBe(2 * 200 + 3 * 4);
  });

  it("refuses no pictures and numbers without meaning", () => {
    expect(() => contactSheet([])).toThrow("expected number of pictures");
    expect(() => contactSheet([dotOf(1)], { columns: 0 })).toThrow("expected columns");
    expect(() => contactSheet([dotOf(1)], { enlarge: 0.5 })).toThrow("expected enlarge");
  });
});
