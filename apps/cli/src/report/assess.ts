/** @file Whether the demo worked: every threshold, in one place. */

import type { Measures } from "@atelier/base";

/** What has to hold for the demo to have worked. */
export const thresholds = {
  /** The least share of pictures that show the subject so that a person knows it. */
  recognisedShare: 0.9,
  /** The least share of backgrounds, companions and clothes that are found, of what is found in real pictures. */
  surroundingsShare: 0.8,
  /** The most that pictures of the class alone may resemble the subject. */
  leak: 0.25,
  /**
   * The least similarity of unrelated pictures to what they were: below it, a person sees that they have
   * changed.
   */
  unrelatedSimilarity: 0.95,
} as const;

/** One claim about the result. */
export interface Finding {
  readonly claim: "subject" | "surroundings" | "class" | "unrelated";
  readonly holds: boolean;
  /** What was measured, in the unit of the threshold. */
  readonly value: number;
  readonly threshold: number;
}

/** Holds every measure against its threshold, in the order of the report. A value that is no number holds nothing. */
export function assess(measures: Measures): readonly Finding[] {
  const { surroundings, leak, unrelated } = measures;
  const { count, of } = totalRecognised(measures);
  const found = Math.min(1, surroundings.after / surroundings.real);
  const atLeast = (claim: Finding["claim"], value: number, threshold: number): Finding => {
    return { claim, holds: value >= threshold, value, threshold };
  };
  return [
    atLeast("subject", count / of, thresholds.recognisedShare),
    atLeast("surroundings", found, thresholds.surroundingsShare),
    {
      claim: "class",
      holds: leak.after <= thresholds.leak,
      value: leak.after,
      threshold: thresholds.leak,
    },
    atLeast("unrelated", unrelated.sameSeed, thresholds.unrelatedSimilarity),
  ];
}

/** Pictures that show the subject, over all prompts that ask for it. */
export function totalRecognised({ recognised }: Pick<Measures, "recognised">): {
  readonly count: number;
  readonly of: number;
} {
  const total = (key: "count" | "of"): number =>
    recognised.reduce((sum, prompt) => sum + prompt[key], 0);
  return { count: total("count"), of: total("of") };
}

/** How far a score came from the base to real pictures, at most all the way; NaN where there is no way. */
export function shareOfWay({ base, after, real }: Measures["instance"]): number {
  return Math.min(1, (after - base) / (real - base));
}
