/** @file What was trained in use: the base with new words and weights, and the adapter beside it. */

import type { Adapter } from "../../pipeline/adapters.js";
import type { Pipeline } from "../../pipeline/pipeline.js";
import type { TrainedResult } from "../parts/tuning-part.js";

/** A pipeline and the adapters to draw with; disposing it disposes what was made for it, and leaves the base open. */
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
  const derived =
    embedding === undefined && weights === undefined
      ? undefined
      : await base.derive({
          ...(embedding === undefined ? {} : { embeddings: [embedding] }),
          ...(weights === undefined ? {} : { weights }),
        });
  return {
    pipeline: derived ?? base,
    adapters: adapter === undefined ? [] : [{ name, weights: adapter }],
    [Symbol.asyncDispose]: async () => derived?.[Symbol.asyncDispose](),
  };
}
