/** @file Errors as the page is told them. */

import { AtelierError, asAtelierError, messageOf } from "@atelier/engine";
import type { Problem } from "./protocol.js";

/** What was thrown, in words that can be said in the page's language. */
export function problemOf(thrown: unknown): Problem {
  const error = asAtelierError(thrown);
  if (error instanceof AtelierError) return { message: error.message, sentence: error.sentence };
  return { message: messageOf(thrown) };
}
