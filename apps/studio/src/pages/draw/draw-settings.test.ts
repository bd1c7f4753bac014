import { jobRequest } from "@atelier/server/api";
import { describe, expect, it } from "vitest";
import { drawSettings, firstSettings, readForm, withRead } from "./draw-settings.js";

const form = { ...firstSettings(), prompt: "a dog", seed: 7, count: 2 };
const known = { samplers: ["euler", "ddim"] };

describe("readForm", () => {
  it("says nothing of what is left to the model", () => {
    const read = readForm(form, known);
    expect(read).toEqual({
      request: {
        kind: "draw",
        base: "embedded",
        prompt: "a dog",
        negative: "",
        adapters: [],
        words: [],
        seed: 7,
        count: 2,
      },
      pictures: 2,
    });
  });

  it("makes a request that the API takes, with both axes", () => {
    const read = readForm(
      {
        ...form,
        base: " runwayml/stable-diffusion-v1-5 ",
        adapters: [{ name: "mascot", weight: 0.8 }],
        sampler: "euler",
        steps: 20,
        guidance: 7.5,
        width: 512,
        height: 768,
        hasGrid: true,
        x: { setting: "weight", values: "0-1:3" },
        y: { setting: "sampler", values: "euler, ddim" },
      },
      known,
    );
    if ("problems" in read) throw new Error("expected a request");
    expect(jobRequest.parse(read.request)).toMatchObject({
      base: "runwayml/stable-diffusion-v1-5",
      x: { setting: "weight", values: [0, 0.5, 1] },
      y: { setting: "sampler", values: ["euler", "ddim"] },
    });
    expect(read.pictures).toBe(2 * 3 * 2);
  });

  it("needs a prompt, unless the grid goes over prompts", () => {
    const empty = { ...form, prompt: " " };
    expect(readForm(empty, known)).toEqual({ problems: { prompt: "missing" } });
    const grid = { ...empty, hasGrid: true, x: { setting: "prompt" as const, values: "a\nb" } };
    expect(readForm(grid, known)).toHaveProperty("request");
  });

  it("tells what of a grid cannot be", () => {
    const grid = { ...form, hasGrid: true };
    expect(readForm({ ...grid, y: { setting: "guidance", values: "1" } }, known)).toEqual({
      problems: { y: { kind: "same" } },
    });
    expect(readForm({ ...grid, x: { setting: "weight", values: "1" } }, known)).toEqual({
      problems: { x: { kind: "no-adapter" } },
    });
    expect(readForm({ ...grid, y: { setting: "sampler", values: "x" } }, known)).toEqual({
      problems: { y: { kind: "unknown", value: "x" } },
    });
    expect(readForm({ ...grid, y: { setting: "none", values: "" } }, known)).toMatchObject({
      pictures: 2 * 3,
    });
  });

  it("refuses what is no model's name", () => {
    expect(readForm({ ...form, base: "a/b/c" }, known)).toEqual({ problems: { base: "misspelt" } });
    expect(readForm({ ...form, base: "" }, known)).toEqual({ problems: { base: "misspelt" } });
  });
});

describe("withRead", () => {
  it("takes all from the picture and leaves nothing of the form behind", () => {
    const before = { ...form, steps: 50, words: ["old"], sampler: "ddim", hasGrid: true };
    const after = withRead(before, { prompt: "a cat", guidance: 3, seed: 11, count: 4 }, known);
    expect(after).toMatchObject({
      prompt: "a cat",
      guidance: 3,
      seed: 11,
      keepsSeed: true,
      words: [],
      sampler: "",
      count: 1,
      hasGrid: false,
      base: "embedded",
    });
    expect(after.steps).toBeUndefined();
  });

  it("takes a sampler that can be chosen, and no other", () => {
    expect(withRead(form, { prompt: "a", sampler: "euler" }, known).sampler).toBe("euler");
    expect(withRead(form, { prompt: "a", sampler: "DDIMScheduler" }, known).sampler).toBe("");
  });

  it("leaves a form that can be kept and read again", () => {
    const after = withRead(form, { prompt: "a cat", adapters: [{ name: "m", weight: 1 }] }, known);
    expect(drawSettings.parse(JSON.parse(JSON.stringify(after)))).toMatchObject({
      prompt: "a cat",
      adapters: [{ name: "m", weight: 1 }],
    });
  });
});
