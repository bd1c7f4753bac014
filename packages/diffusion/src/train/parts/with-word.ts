/** @file The base of a run as its captions need it: with the new word, where one is trained. */

import type { Pipeline } from "../../pipeline/pipeline.js";
import type { RunParts } from "./parts-of-config.js";

/** The base with the word's first vectors; the base itself, which stays open, where there is none. */
export async function withWord(base: Pipeline, { embedding }: RunParts): Promise<Pipeline> {
  if (embedding === undefined) return { ...base, [Symbol.asyncDispose]: async () => {} };
  return base.derive({ embeddings: [embedding.initial] });
}
