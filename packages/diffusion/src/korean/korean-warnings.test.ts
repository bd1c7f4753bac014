/** @file Korean sentences, for every parameter that a warning can have. */

import { describe, expect, it } from "vitest";
import { some } from "../core/warnings/param-kinds.js";
import { sentenceOf, type Warning, warning } from "../core/warnings/warning.js";
import { sampleNames, sampleWarnings, warningKinds } from "../testing/warning-samples.js";
import { koreanWarnings } from "./korean-warnings.js";

const inKorean = (told: Warning) => sentenceOf(told, koreanWarnings);

/** Codes that pass on what others have said. */
const inWordsOfOthers = ["in-words"];

describe("the Korean sentence", () => {
  it.each(warningKinds)("for %s is whole, whatever its parameters are", (code, kinds) => {
    for (const told of sampleWarnings(code, kinds)) {
      const sentence = inKorean(told);
      expect(sentence).not.toMatch(/undefined|\[object|null|NaN(?!이나 무한대)|\S {2}/);
      if (inWordsOfOthers.includes(code)) expect(sentence).toBe("a text");
      else expect(sentence).toMatch(/\p{Script=Hangul}/u);
    }
  });

  it("counts what it does not name, pictures as pictures", () => {
    const [pictures, tensors] = [some(sampleNames(3), 2), some(sampleNames(9), 2)];
    expect(inKorean(warning("no-mask", { pictures }))).toBe(
      "사진 3장에 마스크가 없어 전체를 반영합니다: name-0, name-1 외 1장.",
    );
    expect(inKorean(warning("useless-tensors", { tensors }))).toBe(
      "쓸모없는 텐서 9개를 제외합니다: name-0, name-1 외 7개.",
    );
  });

  it("is there for the codes of the table alone", () => {
    const codes = warningKinds.map(([code]) => code);
    expect(Object.keys(koreanWarnings).sort()).toEqual(codes.sort());
  });
});
