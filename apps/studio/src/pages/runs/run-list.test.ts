/** @file Runs are found by what people remember of them, and those that need somebody are told apart. */

import type { Run } from "@atelier/server/api";
import { describe, expect, it } from "vitest";
import { everyRun, needsAttention, shownRuns } from "./run-list.js";

const run = (name: string, own: Partial<Run> = {}): Run => ({
  ...{ name, title: name, technique: "lora", state: "done", base: "embedded" },
  ...{ datasets: ["robot"], step: 10, steps: 10, started: "2026-11-01T10:00:00Z", seconds: 5 },
  ...{ results: [], hasReport: true },
  ...own,
});

const verdict = (state: NonNullable<Run["verdict"]>["state"]): NonNullable<Run["verdict"]> => ({
  ...{ state, step: 10, since: 5, sentence: "" },
});

const runs = [
  run("dog 10", { started: "2026-11-03T10:00:00Z", seconds: 50, datasets: ["dog"] }),
  run("Dog 2", { started: "2026-11-02T10:00:00Z", state: "failed", technique: "dreambooth" }),
  run("로봇", { started: "2026-11-01T10:00:00Z", verdict: verdict("overfitting") }),
];

const names = (own: Partial<typeof everyRun>) =>
  shownRuns(runs, { ...everyRun, ...own }).map(({ name }) => name);

describe("runs", () => {
  it("come newest first, and in other orders where asked for", () => {
    expect(names({})).toEqual(["dog 10", "Dog 2", "로봇"]);
    expect(names({ sort: "oldest" })).toEqual(["로봇", "Dog 2", "dog 10"]);
    expect(names({ sort: "longest" })[0]).toBe("dog 10");
    // 2 stands before 10.
    expect(names({ sort: "title" }).slice(0, 2)).toEqual(["Dog 2", "dog 10"]);
  });

  it("are found by all words of name, pictures and technique, in any letters", () => {
    expect(names({ search: "DOG" })).toEqual(["dog 10", "Dog 2"]);
    expect(names({ search: "dog booth" })).toEqual(["Dog 2"]);
    expect(names({ search: "로봇" })).toEqual(["로봇"]);
    expect(names({ search: "cat" })).toEqual([]);
  });

  it("are told apart by state and verdict, also where there is none", () => {
    expect(names({ state: "failed" })).toEqual(["Dog 2"]);
    expect(names({ verdict: "overfitting" })).toEqual(["로봇"]);
    expect(names({ verdict: "none" })).toEqual(["dog 10", "Dog 2"]);
  });

  it("stay as they are where they come from", () => {
    names({ sort: "oldest" });
    expect(runs[0]?.name).toBe("dog 10");
  });
});

describe("attention", () => {
  it("is asked for where something is wrong, and not where the best step is kept", () => {
    expect(needsAttention(run("a", { state: "failed" }))).toBe(true);
    expect(needsAttention(run("a", { verdict: verdict("diverging") }))).toBe(true);
    expect(needsAttention(run("a", { verdict: verdict("overfitting") }))).toBe(true);
    expect(needsAttention(run("a", { verdict: verdict("overfitting"), keptStep: 5 }))).toBe(false);
    const going = { state: "running", keptStep: 5, verdict: verdict("overfitting") } as const;
    expect(needsAttention(run("a", going))).toBe(true);
    expect(needsAttention(run("a", { verdict: verdict("learning") }))).toBe(false);
    expect(needsAttention(run("a"))).toBe(false);
  });
});
