/** @file What is to be said of a run in one sentence: the gravest of what held after its last look. */

import { verdictSentence } from "@atelier/diffusion/core";
import type { Messages } from "../../messages/messages.js";
import { inFlags } from "../../option-flags.js";
import type { RunReport } from "./run-report.js";

/** A sentence, and whether it is good news. */
export interface FinalVerdict {
  readonly sentence: string;
  readonly tone: "good" | "bad" | "";
}

/** Of a run that nobody has looked at, that nothing can be said. */
export function finalVerdict(
  { watch, config }: Pick<RunReport, "watch" | "config">,
  { runReport: own, verdicts }: Messages,
): FinalVerdict {
  if (watch === undefined) {
    return { sentence: config.watch.share > 0 ? own.tooShort : own.unwatched, tone: "" };
  }
  const [gravest] = watch.judgement.now;
  if (gravest === undefined) return { sentence: own.undecided, tone: "" };
  const sentence = inFlags(verdictSentence(gravest, verdicts));
  switch (gravest.state) {
    case "learning":
    case "learned-enough":
      return { sentence, tone: "good" };
    // The best step is kept.
    case "overfitting":
      return { sentence, tone: "" };
    case "nothing-happens":
    case "forgetting":
    case "diverging":
      return { sentence, tone: "bad" };
  }
}
