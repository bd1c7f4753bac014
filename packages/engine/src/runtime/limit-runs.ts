/** @file Not more runs at once than there are threads for. */

import type { GraphExecutor } from "./compiled-graph.js";

/** The same executor with at most `limit` runs under way; further ones wait and begin in their order. */
export function limitRuns(executor: GraphExecutor, limit: number): GraphExecutor {
  let free = limit;
  const waiting: (() => void)[] = [];
  return {
    async execute(run) {
      if (free === 0) await new Promise<void>((begin) => waiting.push(begin));
      else free -= 1;
      try {
        // A signal that was given meanwhile reaches nobody who listens from now on.
        run.signal?.throwIfAborted();
        return await executor.execute(run);
      } finally {
        const begin = waiting.shift();
        if (begin === undefined) free += 1;
        else begin();
      }
    },
    [Symbol.asyncDispose]: () => executor[Symbol.asyncDispose](),
  };
}
