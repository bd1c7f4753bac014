/** @file Progress with the time that is left, and work that reports. */

import { describe, expect, it } from "vitest";
import { createProgress, reporting } from "./progress.js";

describe("createProgress", () => {
  it("tells the time that is left by the mean of the parts so far", () => {
    const times = [0, 1000, 4000, 6000];
    const progress = createProgress("latents", 3, () => times.shift() ?? Number.NaN);
    expect(progress.next()).toEqual({
      type: "progress",
      stage: "latents",
      done: 1,
      total: 3,
      secondsLeft: 2,
    });
    expect(progress.next()).toMatchObject({ done: 2, secondsLeft: 2 });
    expect(progress.next()).toMatchObject({ done: 3, secondsLeft: 0 });
  });
});

describe("reporting", () => {
  const pause = () => new Promise((resolve) => setTimeout(resolve, 1));

  it("yields reports in order and returns the result", async () => {
    const stream = reporting<number, string>(async (report) => {
      report(1);
      report(2);
      await pause();
      report(3);
      return "result";
    });
    const seen: unknown[] = [];
    let next = await stream.next();
    while (next.done !== true) {
      seen.push(next.value);
      next = await stream.next();
    }
    expect(seen).toEqual([1, 2, 3]);
    expect(next.value).toBe("result");
  });

  it("throws what the work throws, after its reports", async () => {
    const stream = reporting<number, never>(async (report) => {
      report(1);
      await pause();
      throw new Error("broken");
    });
    expect(await stream.next()).toEqual({ done: false, value: 1 });
    await expect(stream.next()).rejects.toThrow("broken");
  });
});
