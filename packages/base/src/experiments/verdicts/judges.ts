/** @file Who is scored on the records. */

import { judge, usualThresholds } from "@atelier/diffusion/verdicts";
import { replayed } from "./replay.js";
import type { NamedJudge } from "./scores-text.js";

const replay = { bank: "held-out" } as const;

/** That no picture in training tells anything of others. */
const heldOutAlone = { ...usualThresholds, others: { ...usualThresholds.others, gain: 0 } };

/** In the order of the tables. */
export const judges: readonly NamedJudge[] = [
  { title: "Atelier", judge: replayed((history) => judge(history)), replay },
  {
    title: "Atelier, by pictures held out alone (κ = 0)",
    judge: replayed((history) => judge(history, { thresholds: heldOutAlone })),
    replay,
  },
];
