/** @file All texts of the Studio in English. The library's own sentences come from packages/diffusion. */

import type { VerdictSentences, WarningSentences } from "@atelier/diffusion/core";
import { englishVerdicts, englishWarnings } from "@atelier/diffusion/english";
import type { SentenceCatalogue } from "@atelier/engine";
import { commonText } from "./en/common-text.js";
import { compareText } from "./en/compare-text.js";
import { drawText } from "./en/draw-text.js";
import { libraryText } from "./en/library-text.js";
import { picturesText } from "./en/pictures-text.js";
import { queueText } from "./en/queue-text.js";
import { runsText } from "./en/runs-text.js";
import { shellText } from "./en/shell-text.js";
import { startText } from "./en/start-text.js";
import { timesText } from "./en/times-text.js";
import { trainText } from "./en/train-text.js";

/** All texts of the Studio by page. */
export interface Messages {
  readonly shell: typeof shellText;
  readonly common: typeof commonText;
  readonly start: typeof startText;
  readonly pictures: typeof picturesText;
  readonly train: typeof trainText;
  readonly runs: typeof runsText;
  readonly compare: typeof compareText;
  readonly draw: typeof drawText;
  readonly library: typeof libraryText;
  readonly queue: typeof queueText;
  readonly times: typeof timesText;
  readonly warnings: WarningSentences;
  readonly verdicts: VerdictSentences;
  /** By their English templates. */
  readonly errors: SentenceCatalogue;
}

/** The English catalogue. */
export const english: Messages = {
  shell: shellText,
  common: commonText,
  start: startText,
  pictures: picturesText,
  train: trainText,
  runs: runsText,
  compare: compareText,
  draw: drawText,
  library: libraryText,
  queue: queueText,
  times: timesText,
  warnings: englishWarnings,
  verdicts: englishVerdicts,
  errors: {},
};
