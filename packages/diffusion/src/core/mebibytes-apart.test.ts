/** @file Sizes that must not print alike, and arguments that a shell takes as they are. */

import { execFileSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { mebibytesApart } from "./mebibytes-apart.js";
import { quoteArgument } from "./quote-argument.js";

describe("mebibytesApart", () => {
  it.each([
    [3 * 2 ** 20, 2 ** 20, "3", "1"],
    [2 ** 20, 2 ** 20 - 1000, "1.0000", "0.9991"],
    [1.5 * 2 ** 20, 1.2 * 2 ** 20, "1.5", "1.2"],
  ])("writes %i and %i as %s and %s", (a, b, first, second) => {
    expect(mebibytesApart(a, b)).toEqual([first, second]);
  });
});

describe("quoteArgument", () => {
  it.each(["plain", "a dog", 'it\'s $HOME `x` \\ "y"', "wow!", "it's it!", "a\nb", ""])(
    "gives %j as a shell reads it",
    (value) => {
      const told = execFileSync("sh", ["-c", `printf %s ${quoteArgument(value)}`]);
      expect(told.toString()).toBe(value);
    },
  );
});
