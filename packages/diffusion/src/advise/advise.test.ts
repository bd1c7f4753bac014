/** @file Advice for folders that leave no doubt. */

import { describe, expect, it } from "vitest";
import { type AdviceFacts, type AdvisedPicture, advise } from "./advise.js";

const picture = (index: number, fields: Partial<AdvisedPicture> = {}): AdvisedPicture => ({
  ...{ name: `${index}.png`, size: { width: 512, height: 512 }, hash: String(index) },
  caption: undefined,
  ...fields,
});
const some = (count: number, fields: (index: number) => Partial<AdvisedPicture> = () => ({})) =>
  Array.from({ length: count }, (_, index) => picture(index, fields(index)));
const on = (pictures: readonly AdvisedPicture[], fields: Partial<AdviceFacts> = {}) =>
  advise({ pictures, edge: 512, fullTrainingBytes: 19.9e9, memoryBytes: 64e9, ...fields });
const described = (index: number) => ({ caption: `a thing number ${index}` });

describe("advise", () => {
  it("takes few pictures for a subject, many for a style, hundreds with captions for a model", () => {
    expect(on(some(4))).toMatchObject({
      goal: "subject",
      best: { technique: "dreambooth" },
      notes: [{ code: "guessed-goal", params: { goal: "subject" } }],
      steps: 320,
    });
    expect(on(some(20))).toMatchObject({
      best: { technique: "lora", reasons: ["many-things-in-one-manner"] },
      notes: [{ code: "guessed-goal" }, { code: "uncaptioned", params: { count: 20 } }],
      steps: 800,
    });
    expect(on(some(20, described)).best.reasons).toContain("words-tell-apart");
    expect(on(some(300, described))).toMatchObject({
      best: { technique: "finetune" },
      steps: 12_000,
    });
    // Without captions there is nothing to tell a model.
    expect(on(some(300)).goal).toBe("style");
  });

  it("shows each picture as often as was best, in the base's batches and at its course of the rate", () => {
    const cosine = { name: "cosine", warmupShare: 0.05, warmupSteps: 0, minRatio: 0 } as const;
    const training = { batchSize: 8, steps: 90, schedule: cosine, withPrior: { steps: 500 } };
    const stepsOf = (pictures: number, goal: "subject" | "style") =>
      on(some(pictures), { goal, training }).steps;
    expect(stepsOf(10, "style")).toBe(200);
    // Not fewer than the base advises.
    expect(stepsOf(2, "style")).toBe(90);
    expect(stepsOf(5, "subject")).toBe(500);
    expect(stepsOf(30, "style")).toBe(300);
  });

  it("advises full fine-tuning only where there is memory for it", () => {
    expect(on(some(300, described), { memoryBytes: 23e9 }).best.technique).toBe("finetune");
    expect(on(some(300, described), { memoryBytes: 22e9 }).best).toEqual({
      technique: "lora",
      reasons: ["too-little-memory-for-full"],
    });
  });

  it("does what it is told to", () => {
    const word = on(some(4), { goal: "word" });
    expect(word.best.technique).toBe("textual-inversion");
    expect(word.notes).toEqual([]);
  });

  it("sees pictures that are alone, double, small, or of other shapes", () => {
    expect(on(some(1), { goal: "subject" }).notes).toEqual([{ code: "one-picture", params: {} }]);
    const bad = some(4, (index) => ({
      hash: index < 2 ? "same" : String(index),
      size: { width: 512, height: index === 3 ? 300 : 512 },
    }));
    expect(on(bad, { goal: "subject" })).toMatchObject({
      buckets: true,
      notes: [
        { code: "duplicates", params: { pictures: { count: 1, first: ["1.png"] } } },
        { code: "small-pictures", params: { pictures: { first: ["3.png"] }, edge: 512 } },
        { code: "other-shapes" },
      ],
    });
  });
});
