/** @file Verdicts, distances and diversity by a judge whose vectors are known. */

import { expect, it } from "vitest";
import { captionJudge, captionPicture } from "../../testing/caption-judge.js";
import { canonicalCaption } from "../../world/caption.js";
import { plainScene, type Scene } from "../../world/scene.js";
import type { DrawnScene } from "./draw-scenes.js";
import { type Judged, judgeDrawn } from "./judge-drawn.js";

function drawn(scene: Scene, shown: readonly Scene[]): DrawnScene {
  const prompt = canonicalCaption(scene);
  const generated = shown.map(captionPicture);
  return { scene, prompt, seed: 0, generated, render: captionPicture(scene) };
}

async function judge(scenes: readonly DrawnScene[]): Promise<{ judged: Judged; told: number[] }> {
  const judging = judgeDrawn({ clip: captionJudge }, scenes);
  for (const told: number[] = []; ; ) {
    const next = await judging.next();
    if (next.done === true) return { judged: next.value, told };
    told.push(next.value);
  }
}

const [dog, cat] = [plainScene("dog", "noto"), plainScene("cat", "noto")];
const [first] = dog.objects;
const [other] = cat.objects;
const pair = (a: typeof first, b: typeof first): Scene => ({
  ...dog,
  objects: [
    { ...a, size: "normal", place: "left" },
    { ...b, size: "normal", place: "right" },
  ],
});

it("counts what generated pictures and renders show, by fact and by concept", async () => {
  const pizza = { ...first, concept: "pizza" };
  const scenes = [
    drawn(dog, [dog, cat]),
    drawn(cat, [cat, cat]),
    drawn(pair(first, pizza), [pair(first, pizza), pair(other, pizza)]),
  ];
  const { judged, told } = await judge(scenes);
  expect(told).toEqual([1, 2, 3]);
  expect(judged.generated.concept).toEqual({ right: 3, of: 4 });
  expect(judged.generated.pair).toEqual({ right: 1, of: 2 });
  expect(judged.generated.style).toEqual({ right: 6, of: 6 });
  expect(judged.real.concept).toEqual({ right: 2, of: 2 });
  expect(judged.real.pair).toEqual({ right: 1, of: 1 });
  expect(judged.concepts).toEqual({
    cat: { generated: { right: 2, of: 2 }, real: { right: 1, of: 1 } },
    dog: { generated: { right: 1, of: 2 }, real: { right: 1, of: 1 } },
  });
});

it("finds the distance to renders, and the diversity of what differs", async () => {
  const { judged } = await judge([drawn(dog, [dog, cat]), drawn(cat, [cat, cat])]);
  // "a large noto style dog on a white background": of eight different words, seven are shared.
  expect(judged.diversity.said).toBeCloseTo((1 - 7 / 8 + 0) / 2);
  // Unit vectors of dog and cat: a quarter of the pictures moves from one point to another, whose
  // squared distance is 2 − 2·7/8. Means of k over pairs: 1 at distance 0, e^(−0.25/200) between.
  const between = Math.exp(-0.25 / 200);
  const within = (p: number) => p ** 2 + (1 - p) ** 2 + 2 * p * (1 - p) * between;
  const across = 0.25 * 0.5 + 0.75 * 0.5 + (0.25 * 0.5 + 0.75 * 0.5) * between;
  expect(judged.cmmd).toBeCloseTo(1000 * (within(0.25) + within(0.5) - 2 * across), 6);
});

it("stops where it is asked to", async () => {
  const judging = judgeDrawn(
    { clip: captionJudge },
    [drawn(dog, [dog, dog])],
    AbortSignal.abort("stop"),
  );
  await expect(judging.next()).rejects.toBe("stop");
});
