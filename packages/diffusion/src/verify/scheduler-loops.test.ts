/** @file Stored sampling loops, run again: agreement, disagreement, classes without a sampler. */

import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { fixture } from "../testing/fixtures.js";
import {
  parseSchedulerLoops,
  runSchedulerLoop,
  type SchedulerLoopEntry,
  verifySchedulerLoop,
} from "./scheduler-loops.js";

const read = (name: string) => parseSchedulerLoops(readFileSync(fixture("samplers", name), "utf8"));
const upstream = read("schedulers.json");
const variants = read("variants.json");

function run(entry: SchedulerLoopEntry) {
  const result = runSchedulerLoop(entry);
  if ("skipped" in result) throw new Error(result.skipped);
  return result;
}

function largestRelativeError(actual: ArrayLike<number>, expected: readonly number[]): number {
  expect(actual.length).toBe(expected.length);
  const errors = expected.map((value, i) => {
    return Math.abs((actual[i] ?? Number.NaN) - value) / Math.max(Math.abs(value), 1e-3);
  });
  return Math.max(...errors);
}

describe.each([
  ["diffusers' loop tests", upstream, 63],
  ["variants of them", variants, 79],
  ["flow matching", read("flow.json"), 34],
])("%s", (_, entries, count) => {
  it("are all there", () => {
    expect(entries).toHaveLength(count);
  });

  it.each(
    entries.map((entry): [string, string, SchedulerLoopEntry] => {
      return [entry.scheduler, entry.test.split("::").slice(1).join(" "), entry];
    }),
  )("%s matches diffusers in %s", (_class, _test, entry) => {
    const { sample, absSum, timesteps, sigmas } = run(entry);
    expect(Math.abs(absSum - entry.abs_sum) / entry.abs_sum).toBeLessThan(3e-5);
    expect(absSum / sample.length).toBeCloseTo(entry.abs_mean, 4);
    expect(largestRelativeError(timesteps, entry.timesteps)).toBeLessThan(1e-6);
    expect(largestRelativeError(sigmas ?? [], entry.sigmas ?? [])).toBeLessThan(1e-6);
    // The stored values are absolute.
    const first8 = sample.subarray(0, 8).map(Math.abs);
    const scale = Math.max(1, ...entry.first8);
    entry.first8.forEach((value, i) => {
      expect(Math.abs((first8[i] ?? Number.NaN) - value)).toBeLessThan(3e-6 * scale);
    });
  });
});

describe("verifySchedulerLoop", () => {
  const [entry] = upstream;
  if (!entry) throw new Error("no entries");

  it("says ok with the error and the tolerance", () => {
    const check = verifySchedulerLoop(entry);
    expect(check).toMatchObject({ status: "ok", tolerance: 1e-4 });
    expect(check.name).toBe("DDIMScheduler DDIMSchedulerTest test_full_loop_no_noise");
    expect(check.error).toBeLessThan(1e-6);
  });

  it("fails a loop with another result", () => {
    const check = verifySchedulerLoop({ ...entry, abs_sum: entry.abs_sum * 1.001 });
    expect(check.status).toBe("FAIL");
    expect(check.error).toBeCloseTo(1e-3, 4);
  });

  it("skips classes without a sampler and says which", () => {
    const check = verifySchedulerLoop({ ...entry, scheduler: "TCDScheduler" });
    expect(check).toMatchObject({ status: "skip", detail: "no sampler stands for TCDScheduler" });
  });

  it("fails a config that no sampler can take", () => {
    const config = { ...entry.config, beta_schedule: "unheard" };
    const check = verifySchedulerLoop({ ...entry, config });
    expect(check).toMatchObject({ status: "FAIL" });
    expect(check.detail).toContain("beta_schedule");
  });
});

describe("parseSchedulerLoops", () => {
  it("refuses a file of another kind, naming where it departs", () => {
    expect(() => parseSchedulerLoops('[{"test": 1}]')).toThrow(
      /expected a list of sampler loops.*0\.test/s,
    );
    expect(() => parseSchedulerLoops("not json")).toThrow(/expected JSON/);
  });
});
