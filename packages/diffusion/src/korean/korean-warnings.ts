/** @file All warnings in Korean. */

import type { WarningSentences } from "../core/warnings/warning.js";
import { adviceSentences } from "./advice-sentences.js";
import { checkSentences } from "./check-sentences.js";
import { dataSentences } from "./data-sentences.js";
import { drawingSentences } from "./drawing-sentences.js";
import { fileSentences } from "./file-sentences.js";
import { inspectionSentences } from "./inspection-sentences.js";
import { trainingSentences } from "./training-sentences.js";

/** By code. */
export const koreanWarnings: WarningSentences = {
  "in-words": ({ message }) => message,
  ...dataSentences,
  ...fileSentences,
  ...drawingSentences,
  ...trainingSentences,
  ...inspectionSentences,
  ...adviceSentences,
  ...checkSentences,
};
