/** @file Who is scored on the records. */

import { judge } from "@atelier/diffusion/verdicts";
import { replayed } from "./replay.js";
import type { NamedJudge } from "./scores-text.js";

/** In the order of the tables. */
export const judges: readonly NamedJudge[] = [
  {
    title: "Atelier",
    judge: replayed((history) => judge(history)),
    replay: { bank: "held-out" },
  },
];
