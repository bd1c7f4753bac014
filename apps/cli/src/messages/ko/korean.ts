/** @file All texts of the command line in Korean. */

import { koreanErrors, koreanVerdicts, koreanWarnings } from "@atelier/diffusion/korean";
import { serverErrors } from "@atelier/server/korean";
import type { Messages } from "../catalogue.js";
import { adviseText } from "./advise-text.js";
import { baseText } from "./base-text.js";
import { checkText } from "./check-text.js";
import { convertText } from "./convert-text.js";
import { demoText } from "./demo-text.js";
import { duration } from "./duration.js";
import { errorText } from "./error-text.js";
import { evaluateText } from "./evaluate-text.js";
import { flagGroupText } from "./flag-groups.js";
import { ko } from "./ko.js";
import { noteText } from "./note-text.js";
import { reportText } from "./report-text.js";
import { runReportText } from "./run-report-text.js";
import { strengthText } from "./strength-text.js";
import { studioText } from "./studio-text.js";
import { techniquesText } from "./techniques-text.js";
import { transformersText } from "./transformers-text.js";
import { tuneText } from "./tune-text.js";
import { usageText } from "./usage-text.js";
import { xlText } from "./xl-text.js";

/** The Korean catalogue. */
export const korean: Messages = {
  ...ko,
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
  warnings: koreanWarnings,
  verdicts: koreanVerdicts,
  errors: { ...koreanErrors, ...serverErrors, ...errorText },
  duration,
  // A dash beside a minus reads as one.
  range: (from, to) => (/[−+-]/.test(from + to) ? `${from} ~ ${to}` : `${from}–${to}`),
};
