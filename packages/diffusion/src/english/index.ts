/** @file `@atelier/diffusion/english`: the library's warnings and verdicts in English. Nothing but errors in the library reads it. */

export { englishWarnings, inEnglish } from "./english-warnings.js";
export {
  englishVerdicts,
  errorRange,
  errorText,
  shareText,
  verdictInEnglish,
} from "./verdict-sentences.js";
