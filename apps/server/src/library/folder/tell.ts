/** @file Errors and sentences as answers hold them: in English, and so that they can be said in another language. */

import { type Sentence, sentenceIn } from "@atelier/engine";
import type { z } from "zod";
import type { Problem, sentence } from "../../api/sentence.js";

/** A sentence as it travels; the contract's own is changeable. */
type Travelling = z.input<typeof sentence>;

/** A sentence as it travels. */
export function travelling({ template, params }: Sentence): Travelling {
  return {
    template,
    params: params.map((param) => (typeof param === "object" ? travelling(param) : param)),
  };
}

/** Why something is so, as a problem. */
export function tellProblem(code: string, sentence: Sentence): Problem {
  return { code, message: sentenceIn(sentence, {}), sentence: travelling(sentence) };
}
