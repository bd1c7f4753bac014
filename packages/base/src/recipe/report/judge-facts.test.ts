/** @file Verdicts by a judge whose vectors are known: captions and pictures with a code each. */

import { expect, it } from "vitest";
import { captionJudge, captionPicture } from "../../testing/caption-judge.js";
import { plainScene } from "../../world/scene.js";
import { type FactAnswers, judgeScene, shareOf, tallyFacts } from "./judge-facts.js";

it("finds in each picture what it shows and what it does not", async () => {
  const asked = plainScene("dog", "noto", { accessory: "hat" });
  const drawn = [
    asked,
    plainScene("cat", "noto", { accessory: "hat" }),
    plainScene("dog", "fluent", { background: { kind: "landscape", name: "beach" } }),
  ];
  const answers = await judgeScene(captionJudge, asked, drawn.map(captionPicture));
  expect(answers.map((answer) => Object.fromEntries(answer))).toEqual([
    { concept: true, style: true, background: true, accessory: true },
    { concept: false, style: true, background: true, accessory: true },
    { concept: true, style: false, background: false, accessory: false },
  ]);
});

it("counts concepts of single objects apart from pairs, which need both", () => {
  const answer = (facts: Readonly<Record<string, boolean>>): FactAnswers =>
    // The keys are names of facts.
    new Map(Object.entries(facts)) as FactAnswers;
  const tallies = tallyFacts([
    answer({ concept: true, style: true, background: false }),
    answer({ concept: false, style: true, background: false, accessory: true }),
    answer({ concept: true, second: true, style: true, background: true }),
    answer({ concept: true, second: false, style: false, background: true }),
  ]);
  expect(tallies).toEqual({
    concept: { right: 1, of: 2 },
    pair: { right: 1, of: 2 },
    style: { right: 3, of: 4 },
    background: { right: 2, of: 4 },
    accessory: { right: 1, of: 1 },
  });
  expect(shareOf(tallies.style)).toBe(0.75);
});
