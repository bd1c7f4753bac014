/** @file English sentences, for every parameter that a warning can have. */

import { describe, expect, it } from "vitest";
import { some } from "../core/warnings/param-kinds.js";
import { warning } from "../core/warnings/warning.js";
import { sampleNames, sampleWarnings, warningKinds } from "../testing/warning-samples.js";
import { englishWarnings, inEnglish } from "./english-warnings.js";

describe("the English sentence", () => {
  it.each(warningKinds)("for %s is whole, whatever its parameters are", (code, kinds) => {
    for (const told of sampleWarnings(code, kinds)) {
      const sentence = inEnglish(told);
      expect(sentence).not.toMatch(/undefined|\[object|null|NaN(?! or infinity)|\S {2}/);
      expect(sentence.trim()).not.toBe("");
    }
  });

  it("tells one from many", () => {
    const about = (count: number) =>
      inEnglish(warning("no-mask", { pictures: some(sampleNames(count), 2) }));
    expect(about(1)).toBe("name-0 has no mask and counts as a whole: name-0.");
    expect(about(3)).toBe(
      "3 pictures have no mask and count as a whole: name-0, name-1 and 1 more.",
    );
  });

  it("is there for the codes of the table alone", () => {
    const codes = warningKinds.map(([code]) => code);
    expect(Object.keys(englishWarnings).sort()).toEqual(codes.sort());
  });
});
