/** @file The tasks that tuning is held against others on, and the settings of these. */

import { describe, expect, it } from "vitest";
import { configOfRecipe, configOfUsual, configToTune, recipes } from "./contenders.js";
import { listTasks, type TuneTask } from "./tune-tasks.js";

const tasks = listTasks();

describe("listTasks", () => {
  it("has twelve unseen subjects, each with four and with twelve pictures", () => {
    const cells = new Set(tasks.map(({ subject, pictures }) => `${subject.id} ${pictures}`));
    expect([tasks.length, cells.size]).toEqual([24, 24]);
    expect(new Set(tasks.map(({ subject }) => subject.id)).size).toBe(12);
    expect(new Set(tasks.map(({ subject }) => subject.split))).toEqual(new Set(["judge"]));
    expect(tasks.filter(({ pictures }) => pictures === 4)).toHaveLength(12);
  });

  it("has every subject once in its first half, with as many of four pictures as of twelve", () => {
    const half = tasks.slice(0, 12);
    expect(new Set(half.map(({ subject }) => subject.id)).size).toBe(12);
    expect(half.filter(({ pictures }) => pictures === 4)).toHaveLength(6);
  });

  it("is the same each time", () => expect(listTasks()).toEqual(tasks));
});

describe("settings", () => {
  const places = { base: "base", lessons: "lessons", cache: "cache", threads: 1, run: "run" };
  const task = (pictures: number): TuneTask => {
    const found = tasks.find((each) => each.pictures === pictures);
    if (found === undefined) throw new Error("no such task");
    return found;
  };
  const configOf = (id: string, pictures = 4) => {
    const recipe = recipes.find((each) => each.id === id);
    if (recipe === undefined) throw new Error(`no recipe ${id}`);
    return configOfRecipe(recipe, task(pictures), places);
  };

  it.each([
    // Title, rate, alpha over rank, pictures seen of four and of twelve.
    ["kohya", 5e-4, 1 / 16, 1600, 1600],
    ["ai-toolkit", 5e-4, 1, 3000, 3000],
    ["onetrainer", 1.5e-3, 1 / 16, 400, 1200],
    ["simpletuner", 5e-4, 1, 10_000, 10_000],
    ["diffusers", 5e-4, 1, 500, 500],
  ])("of %s are what it ships, at five times the rate", (id, rate, scale, ofFour, ofTwelve) => {
    const config = configOf(id);
    const { lora, learningRate, schedule, watch } = config;
    expect(learningRate).toBeCloseTo(rate, 10);
    expect((lora?.alpha ?? lora?.rank ?? 0) / (lora?.rank ?? 0)).toBe(scale);
    expect(schedule.name).toBe("constant");
    expect(watch).toMatchObject({
      heldOut: 0,
      everySteps: Math.ceil(config.steps / 3),
      act: false,
    });
    const seen = [4, 12]
      .map((pictures) => configOf(id, pictures))
      .map((c) => c.steps * c.batchSize);
    expect(seen).toEqual([ofFour, ofTwelve]);
  });

  it("of ai-toolkit drop captions, of OneTrainer begin slowly", () => {
    expect(configOf("ai-toolkit").data.captionDropout).toBe(0.05);
    expect(configOf("ai-toolkit").optimizer).toMatchObject({ name: "adamw", weightDecay: 1e-4 });
    expect(configOf("kohya").optimizer).toMatchObject({ name: "adamw", weightDecay: 1e-2 });
    expect(configOf("onetrainer").schedule.warmupSteps).toBe(200);
  });

  it("that are usual are those that the base advises, watched", () => {
    const usual = configOfUsual(task(4), places);
    const { learningRate, steps, batchSize } = configToTune(task(4), places);
    expect([usual.learningRate, usual.steps, usual.batchSize]).toEqual([
      ...[learningRate, steps, batchSize],
    ]);
    expect([learningRate, steps, batchSize]).toEqual([4e-3, 150, 8]);
    const { className } = task(4).subject;
    expect(usual.watch).toMatchObject({ share: 0.1, classPrompt: `a ${className}` });
  });
});
