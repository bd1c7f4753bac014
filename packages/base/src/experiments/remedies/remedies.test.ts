/** @file Remedies as configs, and what is said of them. */

import { describe, expect, it } from "vitest";
import type { Outcome, TaskRecord } from "../tune/task-record.js";
import { configOfActing, configOfRemedy, listRemedyTasks, nothing, remedies } from "./remedies.js";
import { remediesText } from "./remedies-text.js";

const places = { base: "base", lessons: "lessons", cache: "cache", threads: 1, run: "run" };
const [task] = listRemedyTasks();
if (task === undefined) throw new Error("no task");

describe("configs of remedies", () => {
  const plain = configOfRemedy(nothing, task, places);
  const changed = (id: string) => {
    const remedy = remedies.find((each) => each.id === id);
    if (remedy === undefined) throw new Error(`no remedy ${id}`);
    return configOfRemedy(remedy, task, places);
  };

  it("are of twelve subjects", () => {
    expect(new Set(listRemedyTasks().map(({ subject }) => subject.id)).size).toBe(12);
  });

  it("train on all pictures to the end, and differ in the remedy alone", () => {
    expect(plain.watch).toMatchObject({ heldOut: 0, act: false });
    const { lora, ...attention } = changed("attention");
    const { lora: whole, ...rest } = plain;
    expect(attention).toEqual(rest);
    expect([lora?.targets, whole?.targets]).toEqual([["attention"], ["all"]]);
    expect({ ...changed("rank-4"), lora: whole }).toEqual(plain);
    expect(changed("rank-4").lora?.rank).toBe(4);
    expect(changed("prediction-prior").prior?.source).toBe("prediction");
    expect(changed("picture-prior").prior).toMatchObject({ source: "pictures", count: 40 });
    expect(changed("word").tuning).toBe("textual_inversion");
  });

  it("act where they are to", () => {
    const { watch, prior } = configOfActing(task, places);
    expect(watch).toMatchObject({ act: true, share: 0.1, prefer: "balance" });
    expect(prior).toBeUndefined();
  });
});

it("what a remedy avoids and keeps is said beside nothing", () => {
  const outcome = (learned: number, generic: number, likeness: number): Outcome => ({
    ...{ step: 150, seconds: 60 },
    truth: {
      ...{ step: 150, fresh: { mean: -learned, error: 0, sinceBest: 0 }, train: -learned },
      ...{ generic, class: generic },
    },
    drawn: { step: 150, likeness, structure: 0.5, obeyed: 1, copies: 0, unrelated: 0.5 },
  });
  const record: TaskRecord = {
    version: 1,
    task: { id: "0", subject: "fox", pictures: 4, seed: 1 },
    base: outcome(0, 0, 0.8).drawn,
    entries: [
      { contender: "nothing", whole: outcome(1, 2, 0.9) },
      { contender: "rank-4", whole: outcome(0.8, 0.5, 0.88) },
    ],
  };
  const text = remediesText([record]);
  expect(text).toContain(
    "| nothing | 1 | 150 | -63 % | 200 % | 200 % | 0.90 | 50 % | 0.0 % | 100 % | 100 % |",
  );
  expect(text).toContain(
    "| rank 4 instead of 16 | 1 | 150 | -55 % | 50 % | 50 % | 0.88 | 50 % | 75 % | 80 % | 80 % |",
  );
  expect(text).not.toContain("attention");
});
