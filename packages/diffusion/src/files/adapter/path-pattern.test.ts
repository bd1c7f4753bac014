/** @file PEFT's pattern keys against PEFT, and patterns that are hostile. */

import { readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { fixture } from "../../testing/fixtures.js";
import { matchesPathPattern } from "./path-pattern.js";

interface PatternKeys {
  readonly paths: readonly string[];
  readonly matches: Readonly<Record<string, readonly string[]>>;
}
// Made by test/parity/make-pattern-fixture.py in this form; another one only fails tests.
const { paths, matches } = JSON.parse(
  await readFile(fixture("lora", "pattern-keys.json"), "utf8"),
) as PatternKeys;

describe("pattern keys", () => {
  it.each(Object.entries(matches))("%s means what it means in PEFT", (pattern, expected) => {
    const own = paths.filter((path) => matchesPathPattern(pattern, path));
    expect(own.sort()).toEqual([...expected].sort());
  });

  it("take time that grows with the path alone, whatever repeats what", () => {
    // Of the processor: beside other programs a clock tells of them.
    const before = process.cpuUsage();
    for (const pattern of ["(a+)+$", "(a|aa)*b", "(.*)*x", "((a?){60}){60}a"]) {
      expect(matchesPathPattern(pattern, "a".repeat(500))).toBe(
        pattern.endsWith("$") || /a$/.test(pattern),
      );
    }
    const { user, system } = process.cpuUsage(before);
    expect((user + system) / 1e6).toBeLessThan(5);
  });

  it.each([
    ["(?=to_q)", /got \(\?=/],
    ["(?<!x)to_q", /got \(\?</],
    ["to_q(", /not closed/],
    ["to_q)", /not opened/],
    ["*to_q", /repeats nothing/],
    ["[to_q", /its end too early/],
    ["to\\b_q", /got \\b/],
    ["((((a{900}){900}){900}){900})", /that many repetitions/],
    ["a".repeat(3000), /got 3000 characters/],
  ])("refuse %s", (pattern, message) => {
    expect(() => matchesPathPattern(pattern, "to_q")).toThrow(message);
  });
});
