/** @file Of settings those are shown that tell something. */

import type { Field } from "@atelier/server/api";
import { describe, expect, it } from "vitest";
import { differingSettings, flatten, shownSettings } from "./settings-diff.js";

const field = (path: string, fallback?: unknown): Field => ({
  ...{ path, kind: "number", group: "training", isUsual: true, text: { en: path, ko: path } },
  ...(fallback === undefined ? {} : { fallback }),
});

const fields = [field("steps", 500), field("lora.rank", 16), field("learningRate")];

describe("settings", () => {
  it("lie flat by their paths, lists in one piece", () => {
    const leaves = flatten({ steps: 5, lora: { rank: 4, targets: ["a", "b"] }, base: null });
    expect([...leaves]).toEqual([
      ["steps", 5],
      ["lora.rank", 4],
      ["lora.targets", ["a", "b"]],
      ["base", null],
    ]);
  });

  it("differ from what is usual, but not from what depends on others, nor by where files lie", () => {
    const config = {
      ...{ steps: 500, learningRate: 1e-3, lora: { rank: 4 } },
      output: { run: "/somewhere" },
    };
    const settings = shownSettings(config, [...fields, field("output.run", "runs")]);
    expect(settings.map(({ path, differs }) => [path, differs])).toEqual([
      ["steps", false],
      ["lora.rank", true],
      ["learningRate", false],
      ["output.run", false],
    ]);
  });

  it("of several runs are those that they do not agree on, also where one does not have them", () => {
    const differing = differingSettings(
      [
        { name: "a", steps: 100, lora: { rank: 4 }, learningRate: 1e-3, own: 1 },
        { name: "b", steps: 100, lora: { rank: 8 }, learningRate: 1e-3 },
      ],
      fields,
    );
    expect(differing.map(({ path, values }) => [path, values])).toEqual([
      ["lora.rank", [4, 8]],
      ["own", [1, undefined]],
    ]);
  });

  it("of one run all agree", () => {
    expect(differingSettings([{ steps: 1 }], fields)).toEqual([]);
  });
});
