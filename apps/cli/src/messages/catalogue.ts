/** @file All texts that a person reads, by name, and those in English. */

import type { VerdictSentences, WarningSentences } from "@atelier/diffusion/core";
import { englishVerdicts, englishWarnings } from "@atelier/diffusion/english";
import type { SentenceCatalogue } from "@atelier/engine";
import { formatDuration } from "../format.js";
import { adviseText } from "./advise-text.js";
import { baseText } from "./base-text.js";
import { checkText } from "./check-text.js";
import { convertText } from "./convert-text.js";
import { demoText } from "./demo-text.js";
import { en } from "./en.js";
import { evaluateText } from "./evaluate-text.js";
import { type FlagGroup, flagGroupText } from "./flag-groups.js";
import { type NoteSentences, noteText } from "./note-text.js";
import { reportText } from "./report-text.js";
import { runReportText } from "./run-report-text.js";
import { strengthText } from "./strength-text.js";
import { studioText } from "./studio-text.js";
import { techniquesText } from "./techniques-text.js";
import { transformersText } from "./transformers-text.js";
import { tuneText } from "./tune-text.js";
import { usageText } from "./usage-text.js";
import { xlText } from "./xl-text.js";

/** All texts that a person reads, by name. */
export type Messages = typeof en & {
  readonly base: typeof baseText;
  readonly convert: typeof convertText;
  readonly demo: typeof demoText;
  readonly report: typeof reportText;
  readonly strength: typeof strengthText;
  readonly studio: typeof studioText;
  readonly runReport: typeof runReportText;
  readonly techniques: typeof techniquesText;
  readonly advise: typeof adviseText;
  readonly check: typeof checkText;
  readonly evaluate: typeof evaluateText;
  readonly tune: typeof tuneText;
  readonly flagGroups: Readonly<Record<FlagGroup, string>>;
  readonly transformers: typeof transformersText;
  readonly usage: typeof usageText;
  readonly xl: typeof xlText;
  readonly notes: NoteSentences;
  /** Of the library, which names options as its own calls do. */
  readonly warnings: WarningSentences;
  readonly verdicts: VerdictSentences;
  /** By their English templates, which stand where there is none. */
  readonly errors: SentenceCatalogue;
  /** A time in seconds, in hours, minutes and seconds. */
  readonly duration: (seconds: number) => string;
  /** From one number to another, both written. */
  readonly range: (from: string, to: string) => string;
};

/** The English catalogue. */
export const english: Messages = {
  ...en,
  base: baseText,
  convert: convertText,
  demo: demoText,
  report: reportText,
  strength: strengthText,
  studio: studioText,
  runReport: runReportText,
  techniques: techniquesText,
  advise: adviseText,
  check: checkText,
  evaluate: evaluateText,
  tune: tuneText,
  flagGroups: flagGroupText,
  transformers: transformersText,
  usage: usageText,
  xl: xlText,
  notes: noteText,
  warnings: englishWarnings,
  verdicts: englishVerdicts,
  errors: {},
  duration: formatDuration,
  range: (from, to) => `${from} to ${to}`,
};
