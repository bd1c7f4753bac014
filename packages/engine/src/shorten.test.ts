/** @file Text cut for messages. */

import { describe, expect, it } from "vitest";
import { columnsOf, fitColumns, graphemeStart, padColumns, shorten } from "./shorten.js";

describe("shorten", () => {
  it.each([
    ["abc", 3, "abc"],
    ["abcd", 3, "abc…"],
    ["👩\u200d🚀👩\u200d🚀", 1, "👩\u200d🚀…"],
    ["👩\u200d🚀", 1, "👩\u200d🚀"],
    ["e\u0301e\u0301e\u0301", 2, "e\u0301e\u0301…"],
    ["각각", 1, "각…"],
    ["", 0, ""],
  ])("takes of %j the first %i characters as readers count them", (text, max, expected) => {
    expect(shorten(text, max)).toBe(expected);
  });
});

describe("graphemeStart", () => {
  it("goes back to the beginning of a character", () => {
    expect(graphemeStart("a👩\u200d🚀b", 4)).toBe(1);
    expect(graphemeStart("นี้", 1)).toBe(0);
    expect(graphemeStart("ab", 1)).toBe(1);
    expect(graphemeStart("ab", 2)).toBe(2);
  });
});

describe("fitColumns", () => {
  it.each([
    ["abc", 2, "ab"],
    ["abc", 3, "abc"],
    ["고양이 a", 5, "고양"],
    ["a👩\u200d🚀b", 2, "a"],
    ["a👩\u200d🚀b", 3, "a👩\u200d🚀"],
    ["e\u0301f", 1, "e\u0301"],
  ])("takes of %j what fits into %i columns", (text, columns, expected) => {
    expect(fitColumns(text, columns)).toBe(expected);
  });
});

describe("columnsOf", () => {
  it.each([
    ["abc", 3],
    ["고양이 a", 8],
    ["a👩\u200d🚀b", 4],
    ["e\u0301f", 2],
    ["", 0],
  ])("of %j are %i, and so many that it is filled up", (text, columns) => {
    expect(columnsOf(text)).toBe(columns);
    expect(columnsOf(padColumns(text, 10))).toBe(10);
    expect(padColumns(text, 1).startsWith(text)).toBe(true);
  });
});
