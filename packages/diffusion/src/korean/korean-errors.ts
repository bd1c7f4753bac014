/** @file All error sentences of the library in Korean. */

import type { SentenceCatalogue } from "@atelier/engine";
import { configErrors } from "./errors/config-errors.js";
import { engineErrors } from "./errors/engine-errors.js";
import { extraErrors } from "./errors/extra-errors.js";
import { fileErrors } from "./errors/file-errors.js";
import { importErrors } from "./errors/import-errors.js";
import { inspectionErrors } from "./errors/inspection-errors.js";
import { modelErrors } from "./errors/model-errors.js";
import { trainingErrors } from "./errors/training-errors.js";

/** By their English templates; see `sentenceIn` of the engine. */
export const koreanErrors: SentenceCatalogue = {
  ...engineErrors,
  ...fileErrors,
  ...modelErrors,
  ...trainingErrors,
  ...configErrors,
  ...importErrors,
  ...inspectionErrors,
  ...extraErrors,
};
