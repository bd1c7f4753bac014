import { describe, expect, it } from "vitest";
import { english } from "../../messages/catalogue.js";
import { differences, factsOf } from "./drawing-facts.js";

const drawn = {
  name: "0001-7.png",
  width: 64,
  height: 64,
  created: "2026-01-01T00:00:00.000Z",
  settings: {
    prompt: "a sks robot",
    negative: "",
    adapters: [{ name: "mascot", weight: 0.8 }],
    words: [],
    seed: 7,
    steps: 20,
  },
};

describe("factsOf", () => {
  it("lists what the file says and nothing else", () => {
    expect(factsOf(drawn, english)).toEqual([
      ["Prompt", "a sks robot"],
      ["Adapters", "mascot (0.8)"],
      ["Steps", "20"],
      ["Size", "64 × 64"],
      ["Seed", "7"],
    ]);
  });
});

describe("differences", () => {
  it("lists what two pictures do not share, also where one says nothing", () => {
    const other = { ...drawn, settings: { ...drawn.settings, seed: 8, guidance: 5 } };
    expect(differences(factsOf(drawn, english), factsOf(other, english))).toEqual([
      ["Seed", "7", "8"],
      ["Guidance", "", "5"],
    ]);
    expect(differences(factsOf(drawn, english), factsOf(drawn, english))).toEqual([]);
  });
});
