/** @file `@atelier/base/embedded`: what is known of the embedded model without its picture world being loaded. */

export { pictureSize } from "../world/layout.js";
export { embeddedBaseInWords, embeddedBaseName, embeddedBaseTitle } from "./names.js";
export { trainingAdvice, trainingConfig } from "./training-config.js";
export { isMostlyUnknown, unknownWords } from "./unknown-words.js";
