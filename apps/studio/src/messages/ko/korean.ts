/** @file All texts of the Studio in Korean. */

import { koreanErrors, koreanVerdicts, koreanWarnings } from "@atelier/diffusion/korean";
import { serverErrors } from "@atelier/server/korean";
import type { Messages } from "../catalogue.js";
import { commonText } from "./common-text.js";
import { compareText } from "./compare-text.js";
import { drawText } from "./draw-text.js";
import { libraryText } from "./library-text.js";
import { picturesText } from "./pictures-text.js";
import { queueText } from "./queue-text.js";
import { runsText } from "./runs-text.js";

import { shellText } from "./shell-text.js";
import { startText } from "./start-text.js";
import { timesText } from "./times-text.js";
import { trainText } from "./train-text.js";

/** The Korean catalogue. */
export const korean: Messages = {
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
  warnings: koreanWarnings,
  verdicts: koreanVerdicts,
  errors: { ...koreanErrors, ...serverErrors },
};
