/** @file Paths of a library in files that go from one machine to another, of any system. */

import { describe, expect, it } from "vitest";
import { holdsPaths, topsNamedIn, withOwnPaths } from "./portable-paths.js";

const linux = "/data/atelier";
const mac = "/Users/지민/보관함 (1)";
const windows = "C:\\Users\\me\\Atelier";

const config = (root: string, between: string) => {
  const path = (...names: string[]) => [root, ...names].join(between);
  return JSON.stringify({
    base: { path: path("models", "a.safetensors"), vae: "org/name" },
    data: { folder: path("datasets", "강아지") },
    caption: `in ${root}`,
    output: { run: path("runs", "dog-1"), library: root },
    near: `${root}-other${between}x`,
  });
};

describe("paths of a library", () => {
  it.each([
    [linux, mac],
    [mac, linux],
    [linux, windows],
    [windows, mac],
  ])("of %s become those of %s", (from, to) => {
    const betweenOf = (root: string) => (root === windows ? "\\" : "/");
    const moved = withOwnPaths(config(from, betweenOf(from)), { from, to });
    const expected: unknown = JSON.parse(config(to, betweenOf(to)));
    // What only speaks of the library is no path of it.
    const kept = { caption: `in ${from}`, near: `${from}-other${betweenOf(from)}x` };
    expect(JSON.parse(moved)).toEqual({ ...(expected as object), ...kept });
  });

  it("tell what of the library a file names", () => {
    for (const [root, between] of [
      [mac, "/"],
      [windows, "\\"],
    ] as const) {
      expect(topsNamedIn(config(root, between), root)).toEqual([
        "models/a.safetensors",
        "datasets/강아지",
        "runs/dog-1",
      ]);
    }
  });

  it("are looked for where runs record them, and not in snapshots", () => {
    expect(
      ["runs/a/config.json", "runs/a/training/events.jsonl", "runs/a/tune.json"].every(holdsPaths),
    ).toBe(true);
    const others = ["runs/a/checkpoints/step-000005/checkpoint.json", "datasets/a/info.json"];
    expect([...others, "runs/a/lora.safetensors"].some(holdsPaths)).toBe(false);
  });
});
