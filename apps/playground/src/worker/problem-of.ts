/** @file Errors as the page is told them. */

import { AtelierError, asAtelierError, messageOf, said, sentenceIn } from "@atelier/engine";
import type { Problem } from "./protocol.js";

/** How WebAssembly and browsers say that there is no more memory, each in its own words. */
const tooLittleMemory =
  /bad_alloc|WebAssembly\.Memory|out of memory|allocat\w+ (memory|failed)|allocation failed|Aborted\(OOM/i;

/** What was thrown, in words that can be said in the page's language. */
export function problemOf(thrown: unknown): Problem {
  const error = asAtelierError(thrown);
  // What is said around it speaks of other remedies.
  const reason = messageOf(error instanceof AtelierError ? (error.cause ?? error) : thrown);
  if (tooLittleMemory.test(reason)) {
    const sentence = said`memory: expected as much as the model takes, got too little (${reason}). Close other tabs and programs, and load the page again.`;
    return { message: sentenceIn(sentence, {}), sentence };
  }
  if (error instanceof AtelierError) return { message: error.message, sentence: error.sentence };
  return { message: messageOf(thrown) };
}
