/**
 * @file The loss of a batch without a step: the forward pass alone, on parameters that are given at each
 * run. A graph is compiled when a batch of its shape comes for the first time.
 */

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
import type { TrainingGraphOptions } from "./training-graph.js";

/** Runs forward passes. */
export interface LossRuns extends AsyncDisposable {
  /** The loss and the metrics of a batch. @throws AtelierError `shape` for one that no graph takes. */
  run(batch: TensorMap, parameters: TensorMap, signal?: AbortSignal): Promise<StepResults>;
}

/** The losses of one shape each; nothing is compiled yet. */
export function createLossRuns(
  runtime: Runtime,
  losses: readonly Pick<TrainingGraphOptions, "loss" | "metrics">[],
  frozen: ReadonlyMap<string, ParameterSource>,
): LossRuns {
  const takers = losses.map(({ loss, metrics = {} }): Taker => {
    const graph = { outputs: { loss, ...metrics } };
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
