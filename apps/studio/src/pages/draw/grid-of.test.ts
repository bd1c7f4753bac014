import type { Drawn } from "@atelier/server/api";
import { describe, expect, it } from "vitest";
import { gridOf } from "./grid-of.js";

const drawn = (name: string, x?: string, y?: string): Drawn => ({
  name,
  width: 64,
  height: 64,
  created: "2026-01-01T00:00:00.000Z",
  settings: {},
  ...(x !== undefined && { x }),
  ...(y !== undefined && { y }),
});

describe("gridOf", () => {
  it("puts pictures by the values that were asked for, in their order", () => {
    const grid = gridOf(
      {
        x: { setting: "guidance", values: [4, 2.5] },
        y: { setting: "sampler", values: ["euler", "ddim"] },
      },
      [drawn("b.png", "2.5", "ddim"), drawn("a.png", "2.5", "ddim"), drawn("c.png", "4", "euler")],
    );
    expect(grid.columns).toEqual(["4", "2.5"]);
    expect(grid.rows).toEqual(["euler", "ddim"]);
    expect(grid.at("2.5", "ddim").map(({ name }) => name)).toEqual(["a.png", "b.png"]);
    expect(grid.at("4", "euler").map(({ name }) => name)).toEqual(["c.png"]);
    expect(grid.at("4", "ddim")).toEqual([]);
  });

  it("has one empty row where there is only one axis", () => {
    const grid = gridOf({ x: { setting: "seed", values: [1, 2] } }, [drawn("a.png", "2")]);
    expect(grid.rows).toEqual([""]);
    expect(grid.at("2", "")).toHaveLength(1);
  });
});
