/** @file Errors as answers hold them: in English, and so that they can be said in another language. */

import { type Sentence, sentenceIn } from "@atelier/engine";
import type { Problem } from "../../api/sentence.js";

/** A sentence as answers have it. */
export function tellSentence(sentence: Sentence): { message: string; sentence: Sentence } {
  return { message: sentenceIn(sentence, {}), sentence };
}

/** Why something is so, as a problem. */
export function tellProblem(code: string, sentence: Sentence): Problem {
  return { code, ...tellSentence(sentence) };
}
