/** @file Whether the demo worked: every threshold, in one place. */

import type { Measures } from "@atelier/base";

/** What has to hold for the demo to have worked. */
export const thresholds = {
  /** The least share of the way from the base to real pictures, by the instance judge. */
  subjectShare: 0.5,
  /**
   * The least CLIP-T as a share of the base's; of real pictures' where theirs is lower, since the
   * subject may look less like its class than what the base draws.
   */
  obedienceShare: 0.9,
  /**
   * The least similarity of unrelated pictures to what they were, as a share of the similarity that
   * pictures of one prompt have with different seeds: less change than another seed makes.
   */
  driftShare: 1,
} as const;

/** One claim about the result. */
export interface Finding {
  readonly claim: "subject" | "obedience" | "drift";
  readonly holds: boolean;
  /** What was measured, in the unit of the threshold. */
  readonly share: number;
  readonly threshold: number;
}

/** Holds every measure against its threshold, in the order of the report. */
export function assess({ instance, clipText, unrelated }: Measures): readonly Finding[] {
  const obeyed = clipText.after / Math.min(clipText.base, clipText.real);
  const kept = unrelated.sameSeed / unrelated.otherSeeds;
  return [
    finding("subject", shareOfWay(instance), thresholds.subjectShare),
    finding("obedience", obeyed, thresholds.obedienceShare),
    finding("drift", kept, thresholds.driftShare),
  ];
}

/** How far a score came from the base to real pictures: 0 not at all, 1 all the way. */
export function shareOfWay({ base, after, real }: Measures["instance"]): number {
  return (after - base) / (real - base);
}

/** A share that is no number (a base that is as good as real, say) holds nothing. */
function finding(claim: Finding["claim"], share: number, threshold: number): Finding {
  return { claim, holds: share >= threshold, share, threshold };
}
