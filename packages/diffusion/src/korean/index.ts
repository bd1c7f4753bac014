/** @file `@atelier/diffusion/korean`: what the library says, in Korean. Nothing in the library reads it. */

export { koreanFields } from "./field-text.js";
export { koreanErrors } from "./korean-errors.js";
export { koreanWarnings } from "./korean-warnings.js";
export { koreanVerdicts } from "./verdict-sentences.js";
