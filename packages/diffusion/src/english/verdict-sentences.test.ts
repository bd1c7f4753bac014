/** @file English sentences of verdicts, by their exact text. */

import { describe, expect, it } from "vitest";
import type { Estimate, Kept, Learned, Verdict } from "../core/verdict.js";
import { englishVerdicts, verdictInEnglish } from "./verdict-sentences.js";

const near = (value: number, half = 0): Estimate => ({
  value,
  low: value - half,
  high: value + half,
});

/** Changes of errors as shares: −0.31 is 31 % smaller. */
function learned(
  value: number,
  pictures = 1,
  others: readonly [number, number] = [-0.44, -0.16],
): Learned {
  const [low, high] = others;
  const ofOthersLikeThem = {
    value: Math.log1p(value),
    low: Math.log1p(low),
    high: Math.log1p(high),
  };
  return { ofThese: near(Math.log1p(value), 0.02), ofOthersLikeThem, pictures };
}

const kept: Kept = { step: 100, learned: learned(-0.31) };
const at = { step: 140, since: 100, bank: "held-out", kept, advice: [], actions: [] } as const;
const change = (from: number, to: number) => ({ from: Math.log1p(from), to: Math.log1p(to) });

const cases: readonly (readonly [sentence: string, verdict: Verdict])[] = [
  [
    "Learning: error on the picture held out −31 % (others like it: −16 to −44 %).",
    { ...at, state: "learning", numbers: { learned: learned(-0.31) } },
  ],
  [
    "Learning: error on the 3 pictures held out +0.4 % (others like them: −9 to +10 %).",
    { ...at, state: "learning", numbers: { learned: learned(0.004, 3, [-0.09, 0.1]) } },
  ],
  [
    "Learning: error on enlarged views of the pictures −31 %.",
    { ...at, state: "learning", bank: "echo", numbers: { learned: learned(-0.31, 4) } },
  ],
  [
    "Learned enough since about step 100: error on the picture held out −31 % (others like it: −16 to −44 %), and hardly falling any more. Kept step 100. It can stop here.",
    {
      ...at,
      state: "learned-enough",
      numbers: { learned: learned(-0.31) },
      advice: [{ code: "stop", params: {} }],
    },
  ],
  [
    "Nothing happens: after 140 steps the error on pictures in training has hardly changed (−0.4 %). Try 3 times the learning rate (`learningRate`).",
    {
      ...at,
      state: "nothing-happens",
      numbers: { train: learned(-0.004, 8) },
      advice: [{ code: "raise-rate", params: { factor: 3 } }],
    },
  ],
  [
    "Nothing happens: after 140 steps the error on the picture in training has hardly changed (0 %).",
    { ...at, state: "nothing-happens", numbers: { train: learned(0, 1) } },
  ],
  [
    "Overfitting since about step 100: pictures in training still improve (−56 %), the one held out went from −31 to −23 % (others like it: −2 to +26 % since then). Kept step 100. It can stop here.",
    {
      ...at,
      state: "overfitting",
      numbers: {
        train: learned(-0.56, 4),
        learned: change(-0.31, -0.23),
        worsening: learned(0.12, 1, [-0.02, 0.26]),
      },
      advice: [{ code: "stop", params: {} }],
    },
  ],
  [
    "Overfitting from the start: pictures in training still improve (−6 %), the 3 held out went from 0 to +8 % (others like them: +3 to +13 % since then). No step is better than the base.",
    {
      ...at,
      since: 0,
      kept: { step: 0, learned: learned(0) },
      state: "overfitting",
      numbers: {
        train: learned(-0.06, 4),
        learned: change(0, 0.08),
        worsening: learned(0.08, 3, [0.03, 0.13]),
      },
    },
  ],
  [
    "Overfitting since about step 100: the picture in training still improves (−56 %), enlarged views of it went from −31 to −23 %. Kept step 100.",
    {
      ...at,
      bank: "echo",
      state: "overfitting",
      numbers: {
        train: learned(-0.56, 1),
        learned: change(-0.31, -0.23),
        worsening: learned(0.12, 1),
      },
    },
  ],
  [
    'Forgetting: other things are predicted 14 % worse than by the base, "robot" 57 %; at this pace 25 % and 90 % at the end. `prior.source: "prediction"` keeps what the base knows. Drawn with less strength, it forgets less.',
    {
      ...at,
      state: "forgetting",
      numbers: {
        isSevere: false,
        generic: { now: near(0.14, 0.03), atEnd: near(0.25) },
        class: { now: near(0.57), atEnd: near(0.9), prompt: "robot" },
      },
      advice: [
        { code: "prediction-prior", params: {} },
        { code: "less-strength", params: {} },
      ],
    },
  ],
  [
    "Forgetting much: other things are predicted 41 % worse than by the base.",
    { ...at, state: "forgetting", numbers: { isSevere: true, generic: { now: near(0.41) } } },
  ],
  [
    'Forgetting: "robot" is predicted 57 % worse than by the base; at this pace 90 % at the end.',
    {
      ...at,
      state: "forgetting",
      numbers: {
        isSevere: false,
        class: { now: near(0.57), atEnd: near(0.9), prompt: "robot" },
      },
    },
  ],
  [
    "Diverging at step 140: an error or a gradient is no finite number any more. Kept step 100. Begin anew with 0.3 times the learning rate (`learningRate`).",
    {
      ...at,
      state: "diverging",
      numbers: { cause: "not-finite" },
      advice: [{ code: "lower-rate", params: { factor: 0.3 } }],
    },
  ],
  [
    "Diverging at step 140: gradients are 31 times as large as usual. Kept step 100.",
    { ...at, state: "diverging", numbers: { cause: "gradients", times: 31.4 } },
  ],
  [
    "Diverging since about step 100: the error rose on pictures in training (from −43 to −12 %) and on what is held out (from −31 to +5 %). Kept step 100.",
    {
      ...at,
      state: "diverging",
      numbers: { cause: "rising", train: change(-0.43, -0.12), learned: change(-0.31, 0.05) },
    },
  ],
];

describe("the sentence of a verdict", () => {
  it.each(cases)("is: %s", (sentence, verdict) => {
    expect(verdictInEnglish(verdict)).toBe(sentence);
  });
});

describe("the sentence of what is kept", () => {
  const best: Kept = { step: 60, learned: learned(-0.28), generic: near(0.03), class: near(0.19) };

  it("says that its error was the lowest, or should be", () => {
    expect(englishVerdicts.kept(best, "held-out")).toBe(
      "Kept step 60: pictures like the one held out should have their lowest error there (that one: −28 %).",
    );
    expect(englishVerdicts.kept({ ...best, learned: learned(-0.28, 3) }, "held-out")).toBe(
      "Kept step 60: pictures like the 3 held out should have their lowest error there (these: −28 %).",
    );
    expect(englishVerdicts.kept(best, "echo")).toBe(
      "Kept step 60: the error on enlarged views of the picture was lowest there (−28 %).",
    );
  });

  it("says what was preferred, and what it costs", () => {
    expect(englishVerdicts.kept({ ...best, prefer: "balance" }, "held-out")).toBe(
      "Kept step 60, the best for a balance of what is learned and what is kept: error on the picture held out −28 %, other things 3 % worse, the class 19 % worse.",
    );
    expect(
      englishVerdicts.kept({ step: 60, prefer: "likeness", learned: learned(-0.28, 4) }, "echo"),
    ).toBe("Kept step 60, the best for likeness: error on enlarged views of the pictures −28 %.");
  });

  it("says so where nothing was better than the base", () => {
    const base: Kept = { step: 0, learned: learned(0) };
    expect(englishVerdicts.kept(base, "held-out")).toBe("No step is better than the base.");
    expect(englishVerdicts.kept({ ...base, prefer: "keep" }, "held-out")).toBe(
      "No step is better than the base for keeping what the base knows.",
    );
  });
});
