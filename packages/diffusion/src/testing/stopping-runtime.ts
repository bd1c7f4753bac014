/** @file A runtime in which somebody asks to stop at the very moment at which a graph runs. */

import type { Runtime } from "@atelier/engine";

/** Tells `stop` when a graph with that output begins to run for the n-th time. */
export function stoppingRuntime(
  runtime: Runtime,
  {
    output,
    time,
    stop,
  }: { readonly output: string; readonly time: number; readonly stop: () => void },
): Runtime {
  let begun = 0;
  return {
    ...runtime,
    async compile(graph, options) {
      const compiled = await runtime.compile(graph, options);
      return {
        run(values, runOptions) {
          if (output in graph.outputs) begun += 1;
          if (begun === time) stop();
          return compiled.run(values, runOptions);
        },
        [Symbol.asyncDispose]: () => compiled[Symbol.asyncDispose](),
      };
    },
  };
}
