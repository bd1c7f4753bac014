/**
 * @file Forward passes without a step, on parameters that are given at each run. A graph is compiled when a
 * batch of its shape comes for the first time.
 */

import type { Graph } from "../graph/graph.js";
import type { CompiledGraph, ParameterSource, Runtime, TensorMap } from "../runtime/runtime.js";
import type { HostTensor } from "../tensor.js";
import {
  accepted,
  type CompiledStep,
  fitting,
  inputShapes,
  type StepResults,
  stepOf,
} from "./compiled-step.js";

/** Runs forward passes on parameters that lie where `Value`s do. */
export interface ForwardRuns<Value = HostTensor> {
  /** What a batch's graph gives of it. @throws AtelierError `shape` for one that no graph takes. */
  run(
    batch: TensorMap,
    parameters: Readonly<Record<string, Value>>,
    signal?: AbortSignal,
  ): Promise<StepResults>;
}

/** A graph that was compiled. */
export type RunForward<Value> = (
  values: Readonly<Record<string, Value | HostTensor>>,
  signal: AbortSignal | undefined,
) => Promise<StepResults>;

/** Graphs for batches of one shape each; nothing is compiled yet. */
export function createForwardRuns(
  runtime: Runtime,
  graphs: readonly Graph[],
  frozen: ReadonlyMap<string, ParameterSource>,
): ForwardRuns & AsyncDisposable {
  const compiled: CompiledGraph[] = [];
  const runs = openForwardRuns<HostTensor>(graphs, async (graph) => {
    const made = await runtime.compile(graph, { parameters: frozen });
    compiled.push(made);
    return (values, signal) => made.run(values, { signal });
  });
  return {
    ...runs,
    async [Symbol.asyncDispose]() {
      for (const made of compiled) await made[Symbol.asyncDispose]();
    },
  };
}

/** The same with graphs that `compile` makes and keeps. */
export function openForwardRuns<Value>(
  graphs: readonly Graph[],
  compile: (graph: Graph) => Promise<RunForward<Value>>,
): ForwardRuns<Value> {
  const takers = graphs.map((graph) => {
    let step: Promise<CompiledStep<RunForward<Value>>> | undefined;
    return {
      inputs: inputShapes(graph),
      compile() {
        step ??= compile(graph).then((run) => stepOf(graph, run));
        return step;
      },
    };
  });
  return {
    async run(batch, parameters, signal) {
      const step = await fitting(takers, batch).compile();
      return step.compiled({ ...batch, ...accepted(step, parameters) }, signal);
    },
  };
}
