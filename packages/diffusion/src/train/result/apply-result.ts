/** @file What was trained in use: the base with new words and weights, and the adapter beside it. */

import type { Adapter } from "../../pipeline/adapters.js";
import type { Pipeline } from "../../pipeline/pipeline.js";
import type { TrainedResult } from "../parts/tuning-part.js";

/** A pipeline and the adapters to draw with; disposing it leaves the base open. */
export interface AppliedResult extends AsyncDisposable {
  readonly pipeline: Pipeline;
  readonly adapters: readonly Adapter[];
}

/**
 * Applies a result to the base that it was trained on.
 * @param name how messages and picture parameters call the adapter
 */
export async function applyResult(
  base: Pipeline,
  { adapter, embedding, weights }: TrainedResult,
  name: string,
): Promise<AppliedResult> {
  const adapters = adapter === undefined ? [] : [{ name, weights: adapter }];
  if (embedding === undefined && weights === undefined) {
    return { pipeline: base, adapters, [Symbol.asyncDispose]: async () => {} };
  }
  const pipeline = await base.derive({
    ...(embedding === undefined ? {} : { embeddings: [embedding] }),
    ...(weights === undefined ? {} : { weights }),
  });
  return { pipeline, adapters, [Symbol.asyncDispose]: () => pipeline[Symbol.asyncDispose]() };
}
