/** @file Scores and copies of drawings whose vectors are known: directions in a plane. */

import { floatTensor } from "@atelier/engine";
import { describe, expect, it } from "vitest";
import { isCopy, mostAlikePair, nearestPictures, shareOfCopies } from "./copies.js";
import {
  classSpread,
  compareWithBase,
  type JudgedDrawings,
  type JudgedPictures,
  type JudgedProtocol,
  scoreDrawings,
  scoreReal,
} from "./protocol-scores.js";
import type { Embeddings } from "./similarity.js";

/** Unit vectors at these angles, in degrees. */
const at = (...degrees: number[]): Embeddings =>
  floatTensor(
    degrees.flatMap((angle) => [cos(angle), cos(angle - 90)]),
    [degrees.length, 2],
  );
const cos = (degrees: number): number => Math.cos((degrees * Math.PI) / 180);

/** Both encoders see the same unless another is given. */
const seen = (clip: Embeddings, instance = clip): JudgedPictures => ({ clip, instance });

const protocol: JudgedProtocol = {
  prompts: [
    { scores: "both", isLearned: false },
    { scores: "both", isLearned: true },
  ],
  texts: at(0, 90),
  textScore: "mean-cosine",
  real: seen(at(0, 20)),
};
const base: JudgedDrawings = {
  prompts: [seen(at(0, 90)), seen(at(60, 120))],
  ofClass: seen(at(90, 120)),
};
const tuned: JudgedDrawings = {
  prompts: [seen(at(10, 50)), seen(at(20, 80))],
  ofClass: seen(at(90, 20)),
};

describe("scoreDrawings", () => {
  const scores = scoreDrawings(protocol, tuned);

  it("is the mean over prompts of means over their pictures", () => {
    const first = (2 * cos(10) + cos(50) + cos(30)) / 4;
    const second = (1 + cos(20) + cos(80) + cos(60)) / 4;
    expect(scores.prompts[0]?.instance).toBeCloseTo(first, 6);
    expect(scores.prompts[1]?.instance).toBeCloseTo(second, 6);
    expect(scores.instance.value).toBeCloseTo((first + second) / 2, 6);
    expect(scores.clipImage.value).toBeCloseTo((first + second) / 2, 6);
    expect(scores.instance.low).toBeCloseTo(second, 6);
    expect(scores.instance.high).toBeCloseTo(first, 6);
    expect(scores.likenessShare.value).toBeCloseTo((first + second) / 2 / cos(20), 6);
  });

  it("holds pictures against their own prompt, and against those of the others", () => {
    expect(scores.prompts[0]?.clipText).toBeCloseTo((cos(10) + cos(50)) / 2, 6);
    expect(scores.prompts[1]?.clipText).toBeCloseTo((cos(70) + cos(10)) / 2, 6);
    // 50° is nearer to the other prompt, and so is 20°.
    expect(scores.obeyed.value).toBe(0.5);
  });

  it("tells how different pictures of one prompt are", () => {
    expect(scores.diversity.value).toBeCloseTo(1 - (cos(40) + cos(60)) / 2, 6);
    // The eigenvalues of [[1, c], [c, 1]] / 2 are (1 ± c) / 2.
    const vendi = (c: number) =>
      Math.exp(-[(1 + c) / 2, (1 - c) / 2].reduce((sum, p) => sum + p * Math.log(p), 0));
    expect(scores.variety.value).toBeCloseTo((vendi(cos(40)) + vendi(cos(60))) / 2, 6);
  });

  it("compares the class with the subject, and drawings of unlearned prompts with pictures", () => {
    expect(scores.classResemblance.value).toBeCloseTo((0 + cos(70) + cos(20) + 1) / 4, 6);
    // Of the first prompt alone: 10° is nearer to a real picture than 0° and 20° are to each other.
    expect(scores.copies).toMatchObject({ count: 1, of: 2 });
    expect(scores.prompts[0]?.nearest[1]).toEqual({
      index: 1,
      similarity: expect.closeTo(cos(30), 6),
    });
  });

  it("leaves out what a prompt is not scored for, and what nothing was drawn or learned for", () => {
    const likenessOnly = scoreDrawings(
      {
        ...protocol,
        prompts: [
          { scores: "likeness", isLearned: false },
          { scores: "obedience", isLearned: false },
        ],
        real: seen(at(0)),
      },
      { ...tuned, ofClass: undefined },
    );
    expect(likenessOnly.instance.value).toBeCloseTo((cos(10) + cos(50)) / 2, 6);
    // Of a single prompt over its pictures.
    expect(likenessOnly.instance.low).toBeCloseTo(cos(50), 6);
    expect(likenessOnly.clipText.value).toBeCloseTo((cos(70) + cos(10)) / 2, 6);
    expect(likenessOnly.obeyed.value).toBe(0.5);
    expect(likenessOnly.classResemblance.value).toBeNaN();
    expect(likenessOnly.likenessShare.value).toBeNaN();
    expect(likenessOnly.copies).toBeUndefined();
  });

  it("has no diversity or variety of single drawings", () => {
    const single = { prompts: [seen(at(0)), seen(at(90))], ofClass: undefined };
    const { diversity, variety, clipText } = scoreDrawings(protocol, single);
    expect([diversity.value, variety.value]).toEqual([Number.NaN, Number.NaN]);
    expect(clipText.value).toBeCloseTo(1, 6);
  });

  it("compares the mean of pictures with a text where the protocol asks for that", () => {
    const ofMean = scoreDrawings({ ...protocol, textScore: "cosine-of-mean" }, tuned);
    expect(ofMean.prompts[0]?.clipText).toBeCloseTo(cos(30), 6);
  });
});

describe("compareWithBase", () => {
  const real = protocol.real;
  const scored = (drawings: JudgedDrawings) => ({
    ...drawings,
    scores: scoreDrawings(protocol, drawings),
  });
  const comparison = compareWithBase(real, scored(base), scored(tuned));

  it("takes differences and ratios prompt by prompt and seed by seed", () => {
    const before = [(1 + 0) / 2, (cos(30) + cos(30)) / 2];
    const after = [(cos(10) + cos(50)) / 2, (cos(70) + cos(10)) / 2];
    const gains = after.map((value, index) => value - (before[index] ?? 0));
    expect(comparison.clipText.value).toBeCloseTo(((gains[0] ?? 0) + (gains[1] ?? 0)) / 2, 6);
    expect(comparison.diversity.value).toBeCloseTo((2 - cos(40) - cos(60)) / (2 - 0 - cos(60)), 6);
    expect(comparison.classKept.value).toBeCloseTo((1 + cos(100)) / 2, 6);
    const presBefore = (cos(90) + cos(70) + cos(120) + cos(100)) / 4;
    const presAfter = (cos(90) + cos(70) + cos(20) + 1) / 4;
    expect(comparison.classResemblance.value).toBeCloseTo(presAfter - presBefore, 6);
    expect(classSpread(base)).toBeCloseTo(cos(30), 6);
  });

  it("has nothing to say of a class that was not drawn", () => {
    const without = scored({ ...tuned, ofClass: undefined });
    const { classKept, classResemblance } = compareWithBase(real, scored(base), without);
    expect([classKept.value, classResemblance.value]).toEqual([Number.NaN, Number.NaN]);
  });
});

describe("scoreReal", () => {
  it("is the mean over pairs, and none of a single picture", () => {
    expect(scoreReal(seen(at(0, 20, 40))).instance).toBeCloseTo((2 * cos(20) + cos(40)) / 3, 6);
    expect(scoreReal(seen(at(0))).clipImage).toBeNaN();
  });
});

describe("copies", () => {
  const real = at(0, 30, 50);
  const nearest = nearestPictures(at(-5, 100, 15, 49), real);

  it("are drawings nearer to a picture than any two pictures to each other", () => {
    const pair = mostAlikePair(real);
    expect(pair).toEqual({ index: 1, other: 2, similarity: expect.closeTo(cos(20), 6) });
    if (pair === undefined) throw new Error("three pictures have a pair");
    expect(nearest.map(({ index }) => index)).toEqual([0, 2, 0, 2]);
    expect(nearest.map((each) => isCopy(each, pair))).toEqual([true, false, true, true]);
    // By scipy.stats.beta.ppf.
    expect(shareOfCopies(nearest, pair)).toEqual({
      ...{ count: 3, of: 4 },
      low: expect.closeTo(0.19412044968324338, 12),
      high: expect.closeTo(0.9936905367902902, 12),
    });
    expect(shareOfCopies([], pair)).toBeUndefined();
  });

  it("cannot be told by a single picture", () => {
    expect(mostAlikePair(at(0))).toBeUndefined();
  });
});
