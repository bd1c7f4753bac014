/** @file `@atelier/diffusion/english`: the library's warnings in English. Nothing but errors in the library reads it. */

export { englishWarnings, inEnglish } from "./english-warnings.js";
