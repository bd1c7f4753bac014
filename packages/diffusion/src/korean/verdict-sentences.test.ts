/** @file Korean sentences of verdicts, by their exact text. */

import { describe, expect, it } from "vitest";
import {
  type Estimate,
  type Kept,
  type Learned,
  type Verdict,
  verdictSentence,
} from "../core/verdict.js";
import { koreanVerdicts } from "./verdict-sentences.js";

const known = (value: number): Estimate => ({ value, low: value, high: value });

const change = (from: number, to: number) => ({ from: Math.log1p(from), to: Math.log1p(to) });

/** A change of the error as a share: −0.31 is 31 % smaller. */
function learned(value: number, pictures = 1, low = -0.44, high = -0.16): Learned {
  const { from, to } = change(low, high);
  const others = { value: Math.log1p(value), low: from, high: to };
  return { ofThese: known(Math.log1p(value)), ofOthersLikeThem: others, pictures };
}

const kept: Kept = { step: 100, learned: learned(-0.31) };
const atStart: Kept = { step: 0, learned: learned(0) };
const at = { step: 140, since: 100, bank: "held-out", kept, advice: [], actions: [] } as const;
const stop = [{ code: "stop", params: {} }] as const;

const cases: readonly (readonly [sentence: string, verdict: Verdict])[] = [
  [
    "배우는 중: 남겨 둔 사진의 오차가 31 % 줄었습니다 (비슷한 사진이라면 −16 ~ −44 %).",
    { ...at, state: "learning", numbers: { learned: learned(-0.31) } },
  ],
  [
    "배우는 중: 남겨 둔 사진 3장의 오차가 0.4 % 커졌습니다 (비슷한 사진이라면 −9 ~ +10 %).",
    { ...at, state: "learning", numbers: { learned: learned(0.004, 3, -0.09, 0.1) } },
  ],
  [
    "배우는 중: 남겨 둔 사진의 오차가 달라지지 않았습니다 (비슷한 사진이라면 −9 ~ +10 %).",
    { ...at, state: "learning", numbers: { learned: learned(0, 1, -0.09, 0.1) } },
  ],
  [
    "배우는 중: 확대한 학습 사진의 오차가 31 % 줄었습니다.",
    { ...at, state: "learning", bank: "echo", numbers: { learned: learned(-0.31, 4) } },
  ],
  [
    "약 100스텝부터 충분히 배웠습니다. 남겨 둔 사진의 오차가 31 % 줄었고(비슷한 사진이라면 −16 ~ −44 %), 이제 거의 줄지 않습니다. 100스텝을 보관했습니다. 여기서 마쳐도 됩니다.",
    { ...at, state: "learned-enough", numbers: { learned: learned(-0.31) }, advice: stop },
  ],
  [
    "변화 없음: 140스텝이 지났지만 학습 사진의 오차가 거의 달라지지 않았습니다 (−0.4 %). 학습률(`learningRate`)을 3배로 높여 보세요.",
    {
      ...at,
      state: "nothing-happens",
      numbers: { train: learned(-0.004, 8) },
      advice: [{ code: "raise-rate", params: { factor: 3 } }],
    },
  ],
  [
    "약 100스텝부터 과적합입니다. 학습 사진은 계속 좋아지지만(−56 %) 남겨 둔 사진은 −31 %에서 −23 %로 나빠졌습니다 (비슷한 사진이라면 그 뒤로 −2 ~ +26 %). 100스텝을 보관했습니다. 여기서 마쳐도 됩니다.",
    {
      ...at,
      state: "overfitting",
      numbers: {
        train: learned(-0.56, 4),
        learned: change(-0.31, -0.23),
        worsening: learned(0.12, 1, -0.02, 0.26),
      },
      advice: stop,
    },
  ],
  [
    "처음부터 과적합입니다. 학습 사진은 계속 좋아지지만(−6 %) 남겨 둔 사진 3장은 0 %에서 +8 %로 나빠졌습니다 (비슷한 사진이라면 그 뒤로 +3 ~ +13 %). 기반 모델보다 나은 스텝이 없습니다.",
    {
      ...at,
      since: 0,
      kept: atStart,
      state: "overfitting",
      numbers: {
        train: learned(-0.06, 4),
        learned: change(0, 0.08),
        worsening: learned(0.08, 3, 0.03, 0.13),
      },
    },
  ],
  [
    "약 100스텝부터 과적합입니다. 학습 사진은 계속 좋아지지만(−56 %) 확대한 학습 사진은 −31 %에서 −23 %로 나빠졌습니다. 100스텝을 보관했습니다.",
    {
      ...at,
      bank: "echo",
      state: "overfitting",
      numbers: {
        train: learned(-0.56),
        learned: change(-0.31, -0.23),
        worsening: learned(0.12),
      },
    },
  ],
  [
    '망각: 다른 것을 그리는 오차가 기반 모델보다 14 % 커졌고, ‘robot’ 프롬프트의 오차는 57 % 커졌습니다. 이대로면 끝에는 각각 25 %, 90 %가 됩니다. `prior.source: "prediction"` 옵션을 쓰면 기반 모델이 아는 것이 유지됩니다. 강도를 낮춰 그리면 망각이 줄어듭니다.',
    {
      ...at,
      state: "forgetting",
      numbers: {
        isSevere: false,
        generic: { now: known(0.14), atEnd: known(0.25) },
        class: { now: known(0.57), atEnd: known(0.9), prompt: "robot" },
      },
      advice: [
        { code: "prediction-prior", params: {} },
        { code: "less-strength", params: {} },
      ],
    },
  ],
  [
    "심한 망각: 다른 것을 그리는 오차가 기반 모델보다 41 % 커졌습니다.",
    { ...at, state: "forgetting", numbers: { isSevere: true, generic: { now: known(0.41) } } },
  ],
  [
    "망각: ‘robot’ 프롬프트의 오차가 기반 모델보다 57 % 커졌습니다. 이대로면 끝에는 90 %가 됩니다.",
    {
      ...at,
      state: "forgetting",
      numbers: {
        isSevere: false,
        class: { now: known(0.57), atEnd: known(0.9), prompt: "robot" },
      },
    },
  ],
  [
    "140스텝에서 발산했습니다. 오차나 그래디언트가 더는 유한한 수가 아닙니다. 100스텝을 보관했습니다. 학습률(`learningRate`)을 0.3배로 낮춰 처음부터 다시 학습하세요.",
    {
      ...at,
      state: "diverging",
      numbers: { cause: "not-finite" },
      advice: [{ code: "lower-rate", params: { factor: 0.3 } }],
    },
  ],
  [
    "140스텝에서 발산했습니다. 그래디언트가 평소의 31배입니다. 100스텝을 보관했습니다.",
    { ...at, state: "diverging", numbers: { cause: "gradients", times: 31.4 } },
  ],
  [
    "약 100스텝부터 발산합니다. 학습 사진의 오차는 −43 %에서 −12 %로, 남겨 둔 사진의 오차는 −31 %에서 +5 %로 커졌습니다. 100스텝을 보관했습니다.",
    {
      ...at,
      state: "diverging",
      numbers: { cause: "rising", train: change(-0.43, -0.12), learned: change(-0.31, 0.05) },
    },
  ],
];

describe("the Korean sentence of a verdict", () => {
  it.each(cases)("is: %s", (sentence, verdict) => {
    expect(verdictSentence(verdict, koreanVerdicts)).toBe(sentence);
  });
});

describe("the Korean sentence of what is kept", () => {
  const best: Kept = {
    step: 60,
    learned: learned(-0.28),
    generic: known(0.03),
    class: known(0.19),
  };

  it.each([
    [
      "60스텝을 보관했습니다: 남겨 둔 사진과 비슷한 사진의 오차가 여기서 가장 작을 것으로 보입니다 (남겨 둔 사진: −28 %).",
      best,
      "held-out",
    ],
    [
      "60스텝을 보관했습니다: 남겨 둔 사진 3장과 비슷한 사진의 오차가 여기서 가장 작을 것으로 보입니다 (남겨 둔 사진: −28 %).",
      { ...best, learned: learned(-0.28, 3) },
      "held-out",
    ],
    [
      "60스텝을 보관했습니다: 확대한 학습 사진의 오차가 여기서 가장 작았습니다 (−28 %).",
      best,
      "echo",
    ],
    [
      "배운 것과 유지한 것의 균형 면에서 가장 좋은 60스텝을 보관했습니다: 남겨 둔 사진의 오차 −28 %, 다른 것은 3 % 나빠짐, 종류는 19 % 나빠짐.",
      { ...best, prefer: "balance" },
      "held-out",
    ],
    [
      "닮음 면에서 가장 좋은 60스텝을 보관했습니다: 확대한 학습 사진의 오차 −28 %.",
      { step: 60, prefer: "likeness", learned: learned(-0.28, 4) },
      "echo",
    ],
    ["기반 모델보다 나은 스텝이 없습니다.", atStart, "held-out"],
    [
      "기반 모델이 아는 것을 유지하는 면에서 기반 모델보다 나은 스텝이 없습니다.",
      { ...atStart, prefer: "keep" },
      "held-out",
    ],
  ] as const)("is: %s", (sentence, of, bank) => {
    expect(koreanVerdicts.kept(of, bank)).toBe(sentence);
  });
});
