import { describe, expect, it } from "vitest";
import { readValues } from "./grid-values.js";

describe("readValues", () => {
  it("reads numbers by comma", () => {
    expect(readValues("guidance", "1, 2.5 ,7")).toEqual({ values: [1, 2.5, 7] });
  });

  it("takes 1-10:5 as five values evenly from 1 to 10, whole ones for steps", () => {
    expect(readValues("guidance", "1-10:5")).toEqual({ values: [1, 3.25, 5.5, 7.75, 10] });
    expect(readValues("steps", "1-10:5")).toEqual({ values: [1, 3, 6, 8, 10] });
  });

  it("takes 3-6 as every whole number, also downwards and from below zero", () => {
    expect(readValues("seed", "3-6")).toEqual({ values: [3, 4, 5, 6] });
    expect(readValues("seed", "6-3")).toEqual({ values: [6, 5, 4, 3] });
    expect(readValues("weight", "-1-1:5")).toEqual({ values: [-1, -0.5, 0, 0.5, 1] });
    expect(readValues("weight", "-2--1:2")).toEqual({ values: [-2, -1] });
  });

  it("keeps numbers free of what binary fractions add", () => {
    expect(readValues("weight", "0-1:11")).toEqual({
      values: [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1],
    });
  });

  it("takes each value once", () => {
    expect(readValues("steps", "5, 5, 4-6")).toEqual({ values: [5, 4, 6] });
  });

  it("reads prompts line by line, since commas stand in them", () => {
    expect(readValues("prompt", "a dog, running\n\n a cat ")).toEqual({
      values: ["a dog, running", "a cat"],
    });
  });

  it("reads names that are known, and tells of others", () => {
    expect(readValues("sampler", "euler, ddim", ["euler", "ddim"])).toEqual({
      values: ["euler", "ddim"],
    });
    expect(readValues("sampler", "euler, eulr", ["euler"])).toEqual({
      problem: { kind: "unknown", value: "eulr" },
    });
  });

  it("tells what cannot be used", () => {
    expect(readValues("steps", " , ")).toEqual({ problem: { kind: "none" } });
    expect(readValues("steps", "10, many")).toEqual({
      problem: { kind: "no-number", value: "many" },
    });
    expect(readValues("steps", "2.5")).toEqual({ problem: { kind: "no-number", value: "2.5" } });
    expect(readValues("guidance", "500")).toEqual({
      problem: { kind: "out-of-range", value: "500" },
    });
  });

  it("refuses too many without counting out millions", () => {
    expect(readValues("seed", "1-9000000")).toEqual({ problem: { kind: "too-many", count: 33 } });
    expect(readValues("seed", "1-32")).toMatchObject({ values: { length: 32 } });
  });
});
