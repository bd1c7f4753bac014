/**
 * @file Forward passes without a step, on parameters that are given at each run. A graph is compiled when a
 * batch of its shape comes for the first time.
 */

import type { Graph } from "../graph/graph.js";
import type { CompiledGraph, ParameterSource, Runtime, TensorMap } from "../runtime/runtime.js";
import {
  accepted,
  type CompiledStep,
  compileStep,
  fitting,
  inputShapes,
  type StepResults,
  type TakesBatches,
} from "./compiled-step.js";

/** Runs forward passes. */
export interface ForwardRuns extends AsyncDisposable {
  /** What a batch's graph gives of it. @throws AtelierError `shape` for one that no graph takes. */
  run(batch: TensorMap, parameters: TensorMap, signal?: AbortSignal): Promise<StepResults>;
}

/** Graphs for batches of one shape each; nothing is compiled yet. */
export function createForwardRuns(
  runtime: Runtime,
  graphs: readonly Graph[],
  frozen: ReadonlyMap<string, ParameterSource>,
): ForwardRuns {
  const takers = graphs.map((graph): Taker => {
    let step: CompiledStep | undefined;
    return {
      inputs: inputShapes(graph),
      async compile() {
        step ??= await compileStep(runtime, graph, { parameters: frozen });
        return step;
      },
      compiled: () => step?.compiled,
    };
  });
  return {
    async run(batch, parameters, signal) {
      const step = await fitting(takers, batch).compile();
      return step.compiled.run({ ...batch, ...accepted(step, parameters) }, { signal });
    },
    async [Symbol.asyncDispose]() {
      for (const { compiled } of takers) await compiled()?.[Symbol.asyncDispose]();
    },
  };
}

interface Taker extends TakesBatches {
  readonly compile: () => Promise<CompiledStep>;
  /** What was compiled, if it was. */
  readonly compiled: () => CompiledGraph | undefined;
}
