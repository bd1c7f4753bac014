/** @file The base of a run as its captions need it: with the new word, where one is trained. */

import type { OwnedPipeline, Pipeline } from "../../pipeline/pipeline.js";
import type { RunParts } from "./parts-of-config.js";

/** A pipeline of the base with the word's first vectors; none where no word is trained, and the base itself will do. */
export async function withWord(
  base: Pipeline,
  { embedding }: Pick<RunParts, "embedding">,
): Promise<OwnedPipeline | undefined> {
  return embedding && (await base.derive({ embeddings: [embedding.initial] }));
}
