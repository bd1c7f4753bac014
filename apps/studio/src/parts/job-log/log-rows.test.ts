/** @file A log of a job is short, whole, and in the language of the page. */

import type { JobEvent } from "@atelier/server/api";
import { describe, expect, it } from "vitest";
import { english } from "../../messages/catalogue.js";
import { korean } from "../../messages/ko/korean.js";
import { logRows } from "./log-rows.js";

const words = { text: english, problemText: ({ message }: { message: string }) => message };

function told(events: readonly JobEvent["event"][], attempts: readonly number[] = []): JobEvent[] {
  return events.map((event, index) => ({
    ...{ id: index + 1, event },
    attempt: attempts[index] ?? 1,
    time: `2026-11-01T10:00:${String(index % 60).padStart(2, "0")}Z`,
  }));
}

const textsOf = (events: readonly JobEvent[], text = english) =>
  logRows(events, { ...words, text }).map((row) => row.text);

const step = (at: number) => ({ type: "step", step: at, loss: 0.5 / at, secondsPerStep: 0.25 });

describe("a log", () => {
  it("has steps that follow each other in one line, with the newest loss", () => {
    const events = told([step(1), step(2), step(3), { type: "look", step: 3 }, step(4)]);
    expect(textsOf(events)).toEqual([
      "Steps 1–3: loss 0.167, 0.25 s each",
      "Looked at step 3",
      "Step 4: loss 0.125, 0.25 s each",
    ]);
    expect(logRows(events, words)[0]).toMatchObject({ id: 1, time: events[2]?.time });
  });

  it("of 100,000 steps is one line, and quickly made", () => {
    const events = told(Array.from({ length: 100_000 }, (_, index) => step(index + 1)));
    const begun = performance.now();
    expect(textsOf(events)).toHaveLength(1);
    expect(performance.now() - begun).toBeLessThan(1_500);
  });

  it("shows how far a stage has come, each stage for itself", () => {
    const stage = (name: string, done: number) => ({
      ...{ type: "progress", stage: name, done, total: 8 },
    });
    expect(textsOf(told([stage("latents", 1), stage("latents", 8), stage("captions", 2)]))).toEqual(
      ["Encoding pictures: 8 of 8", "Encoding captions: 2 of 8"],
    );
  });

  it("says warnings in the language of the page, and in English where it does not know them", () => {
    const known = { type: "warning", code: "in-words", params: { message: "a" }, message: "b" };
    const other = { type: "warning", code: "of-next-year", params: {}, message: "Something new." };
    const rows = logRows(told([known, other]), { ...words, text: korean });
    expect(rows.map(({ text }) => text)).toEqual(["a", "Something new."]);
    expect(rows.every(({ tone }) => tone === "attention")).toBe(true);
  });

  it("says errors by their sentence, where there is one", () => {
    const error = {
      ...{ type: "error", code: "data", message: "In English." },
      ...{ template: "{0}: expected more.", params: ["a", { template: "b", params: [] }, 3] },
    };
    const rows = logRows(told([error, { type: "error", message: "Bare." }]), {
      ...words,
      problemText: ({ message, sentence }) =>
        sentence === undefined ? message : `${sentence.template} ${sentence.params.length}`,
    });
    expect(rows.map(({ text }) => text)).toEqual(["{0}: expected more. 3", "Bare."]);
  });

  it("says verdicts from their numbers", () => {
    const estimate = { value: -0.37, low: -0.5, high: -0.2 };
    const learned = { ofThese: estimate, ofOthersLikeThem: estimate, pictures: 3 };
    const verdict = {
      ...{ type: "verdict", state: "learning", step: 50, since: 50, bank: "held-out" },
      ...{ numbers: { learned }, kept: { step: 50, learned }, advice: [], actions: [] },
      sentence: "…",
    };
    const [row] = textsOf(told([verdict]), korean);
    expect(row).toContain("배우는 중");
    expect(row).toContain("31 % 줄었습니다");
  });

  it("tells trainings of a tune and new attempts, and leaves out what nobody can read", () => {
    const events = told(
      [
        { type: "training", probe: "p1", event: step(1) },
        { type: "training", probe: "p1", event: step(2) },
        { type: "unheard-of", bytes: [1, 2, 3] },
        { type: "resumed", step: 1 },
      ],
      [1, 1, 1, 2],
    );
    expect(textsOf(events)).toEqual([
      "Steps 1–2: loss 0.250, 0.25 s each",
      "Attempt 2",
      "Goes on from step 1",
    ]);
  });

  it("does not fall over events without their parts", () => {
    expect(textsOf(told([{ type: "plan" }, { type: "sample" }, { type: "step" }]))).toEqual([]);
  });
});
