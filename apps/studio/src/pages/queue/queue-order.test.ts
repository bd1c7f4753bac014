/** @file A job is moved by a place, and others keep theirs. */

import { describe, expect, it } from "vitest";
import { byTime, inOrder, moveBy, type Queued } from "./queue-order.js";

const job = (id: string, priority = 0): Queued => ({
  ...{ id, priority },
  created: `2026-11-01T10:00:${id.padStart(4, "0")}Z`,
});

const queue = (count: number, priority = 0) =>
  Array.from({ length: count }, (_, index) => job(String(index + 1), priority));

/** The order after a move. */
function after(jobs: readonly Queued[], id: string, way: "up" | "down" | "front"): string[] {
  const changes = new Map(moveBy(jobs, id, way).map((each) => [each.id, each.priority]));
  return inOrder(
    jobs.map((each) => ({ ...each, priority: changes.get(each.id) ?? each.priority })),
  ).map((each) => each.id);
}

describe("the order of a queue", () => {
  it("is that of priority, then of age", () => {
    const jobs = [job("3"), job("1"), job("2", 5)];
    expect(inOrder(jobs).map(({ id }) => id)).toEqual(["2", "1", "3"]);
  });
});

describe("times of jobs", () => {
  it("part what can be taken from what waits for later, the next first", () => {
    const now = Date.parse("2026-12-01T12:00:00Z");
    const jobs = [
      { id: "new year", begin: "2026-12-31T15:00:00.000Z" },
      { id: "at once" },
      { id: "tonight", begin: "2026-12-01T22:00:00.000Z" },
      { id: "passed", begin: "2026-12-01T11:59:00.000Z" },
    ];
    const { ready, timed } = byTime(jobs, now);
    expect(ready.map(({ id }) => id)).toEqual(["at once", "passed"]);
    expect(timed.map(({ id }) => id)).toEqual(["tonight", "new year"]);
  });
});

describe("a job", () => {
  it("moves by one place among those that are as urgent", () => {
    expect(after(queue(4), "3", "up")).toEqual(["1", "3", "2", "4"]);
    expect(after(queue(4), "2", "down")).toEqual(["1", "3", "2", "4"]);
    expect(after(queue(4), "4", "front")).toEqual(["4", "1", "2", "3"]);
  });

  it("moves again and again, to both ends", () => {
    let jobs: Queued[] = queue(5);
    for (const way of ["up", "up", "up", "up", "down", "down"] as const) {
      const changes = new Map(moveBy(jobs, "5", way).map((each) => [each.id, each.priority]));
      jobs = jobs.map((each) => ({ ...each, priority: changes.get(each.id) ?? each.priority }));
    }
    expect(inOrder(jobs).map(({ id }) => id)).toEqual(["1", "2", "5", "3", "4"]);
  });

  it("moves past others of another priority", () => {
    const jobs = [job("1", 7), job("2", 3), job("3")];
    expect(after(jobs, "3", "up")).toEqual(["1", "3", "2"]);
    expect(after(jobs, "1", "down")).toEqual(["2", "1", "3"]);
  });

  it("stays where there is nothing before or after it", () => {
    expect(moveBy(queue(3), "1", "up")).toEqual([]);
    expect(moveBy(queue(3), "3", "down")).toEqual([]);
    expect(moveBy(queue(3), "1", "front")).toEqual([]);
    expect(moveBy(queue(3), "9", "up")).toEqual([]);
  });

  it("needs few changes where one end is near, and one at most in the middle of a long queue", () => {
    expect(after(queue(1_000), "999", "down").slice(-2)).toEqual(["1000", "999"]);
    expect(moveBy(queue(1_000), "999", "down").length).toBeLessThanOrEqual(2);
    const middle = moveBy(queue(60), "30", "up");
    expect(middle).toEqual([{ id: "30", priority: 1 }]);
  });

  it("never has a priority that there is not", () => {
    const jobs = queue(4, 100);
    expect(moveBy(jobs, "4", "front").every(({ priority }) => Math.abs(priority) <= 100)).toBe(
      true,
    );
    expect(after(jobs, "4", "front")).toEqual(["4", "1", "2", "3"]);
  });
});
