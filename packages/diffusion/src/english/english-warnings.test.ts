/** @file English sentences, for every parameter that a warning can have. */

import { describe, expect, it } from "vitest";
import { type ParamKind, type ParamKinds, some } from "../core/warnings/param-kinds.js";
import { type Warning, warning } from "../core/warnings/warning.js";
import { warningTable } from "../core/warnings/warning-table.js";
import { warningSchema } from "../train/events/warning-schema.js";
import { englishWarnings, inEnglish } from "./english-warnings.js";

const names = (count: number) => Array.from({ length: count }, (_, index) => `name-${index}`);
const counts = [1, 2, 7];

/** Values that tell the forms of a sentence apart: one, two, more than are shown; absent; each word. */
function samplesOf(kind: ParamKind): readonly unknown[] {
  switch (kind) {
    case "text":
      return ["a text"];
    case "number":
      return counts;
    case "boolean":
      return [true, false];
    case "texts":
      return counts.map(names);
    case "some":
      return counts.map((count) => some(names(count)));
    case "prediction":
      return ["epsilon", "v_prediction", "sample"];
    case "text?":
    case "number?":
    case "boolean?":
    case "texts?":
    case "some?":
    case "prediction?":
      // Without its question mark it is one.
      return [undefined, ...samplesOf(kind.slice(0, -1) as ParamKind)];
    default:
      return kind;
  }
}

/** All combinations of samples. */
function paramsOf(kinds: ParamKinds): readonly Readonly<Record<string, unknown>>[] {
  return Object.entries(kinds).reduce<readonly Readonly<Record<string, unknown>>[]>(
    (all, [name, kind]) =>
      all.flatMap((params) => samplesOf(kind).map((value) => ({ ...params, [name]: value }))),
    [{}],
  );
}

const codes = Object.entries<ParamKinds>(warningTable);

describe("the English sentence", () => {
  it.each(codes)("for %s is whole, whatever its parameters are", (code, kinds) => {
    for (const params of paramsOf(kinds)) {
      // As a log has it, which knows it by the same table.
      const told: Warning = warningSchema.parse({ type: "warning", code, params });
      const sentence = inEnglish(told);
      expect(sentence).not.toMatch(/undefined|\[object|null|NaN(?! or infinity)|\S {2}/);
      expect(sentence.trim()).not.toBe("");
    }
  });

  it("tells one from many", () => {
    const about = (count: number) =>
      inEnglish(warning("no-mask", { pictures: some(names(count), 2) }));
    expect(about(1)).toBe("name-0 has no mask and counts as a whole: name-0.");
    expect(about(3)).toBe(
      "3 pictures have no mask and count as a whole: name-0, name-1 and 1 more.",
    );
  });

  it("is there for the codes of the table alone", () => {
    expect(Object.keys(englishWarnings).sort()).toEqual(codes.map(([code]) => code).sort());
  });
});
