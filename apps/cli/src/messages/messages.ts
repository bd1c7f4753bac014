/** @file Chooses the catalogue of texts. A language is one more set of files like the English ones and one more entry. */

import type { VerdictSentences, WarningSentences } from "@atelier/diffusion/core";
import { englishVerdicts, englishWarnings } from "@atelier/diffusion/english";
import { adviseText } from "./advise-text.js";
import { baseText } from "./base-text.js";
import { checkText } from "./check-text.js";
import { convertText } from "./convert-text.js";
import { demoText } from "./demo-text.js";
import { en } from "./en.js";
import { evaluateText } from "./evaluate-text.js";
import { flagGroupText } from "./flag-groups.js";
import { type NoteSentences, noteText } from "./note-text.js";
import { reportText } from "./report-text.js";
import { runReportText } from "./run-report-text.js";
import { strengthText } from "./strength-text.js";
import { techniquesText } from "./techniques-text.js";
import { transformersText } from "./transformers-text.js";
import { tuneText } from "./tune-text.js";
import { xlText } from "./xl-text.js";

/** All texts that a person reads, by name. */
export type Messages = typeof en & {
  readonly base: typeof baseText;
  readonly convert: typeof convertText;
  readonly demo: typeof demoText;
  readonly report: typeof reportText;
  readonly strength: typeof strengthText;
  readonly runReport: typeof runReportText;
  readonly techniques: typeof techniquesText;
  readonly advise: typeof adviseText;
  readonly check: typeof checkText;
  readonly evaluate: typeof evaluateText;
  readonly tune: typeof tuneText;
  readonly flagGroups: typeof flagGroupText;
  readonly transformers: typeof transformersText;
  readonly xl: typeof xlText;
  readonly notes: NoteSentences;
  /** Of the library, which names options as its own calls do. */
  readonly warnings: WarningSentences;
  readonly verdicts: VerdictSentences;
};

const english: Messages = {
  ...en,
  base: baseText,
  convert: convertText,
  demo: demoText,
  report: reportText,
  strength: strengthText,
  runReport: runReportText,
  techniques: techniquesText,
  advise: adviseText,
  check: checkText,
  evaluate: evaluateText,
  tune: tuneText,
  flagGroups: flagGroupText,
  transformers: transformersText,
  xl: xlText,
  notes: noteText,
  warnings: englishWarnings,
  verdicts: englishVerdicts,
};
const catalogues: Readonly<Record<string, Messages>> = { en: english };

/** The catalogue for `ATELIER_LANG`, else for the locale of the environment, else English. */
export function messagesFor(env: Readonly<Record<string, string | undefined>>): Messages {
  const wanted = env["ATELIER_LANG"] ?? env["LC_ALL"] ?? env["LC_MESSAGES"] ?? env["LANG"] ?? "";
  return catalogues[wanted.slice(0, 2).toLowerCase()] ?? english;
}
