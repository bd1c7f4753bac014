/**
 * @file What every runtime's compiled graphs do alike: check values by name, count the runs that are under
 * way, and say in our words what went wrong.
 */

import { AtelierError, messageOf, said } from "../errors.js";
import type { Graph } from "../graph/graph.js";
import type { HostTensor } from "../tensor.js";
import { type Slots, targetsInOrder, valuesInOrder } from "./named-values.js";
import { runError } from "./run-error.js";
import type { AnyTensor, CompiledGraph, DeviceTensor, ResidentGraph } from "./runtime.js";

/** A run whose values are checked. */
export interface CheckedRun<Value = HostTensor> {
  /** In the order of the slots. */
  readonly values: readonly Value[];
  /** Where outputs are written, in the order of the graph's; `undefined` asks for a new tensor. */
  readonly targets: readonly (HostTensor | undefined)[];
  /** Ends the run early where the device allows it; the run then fails. */
  readonly signal: AbortSignal | undefined;
}

/** What is left for a runtime to do. */
export interface GraphExecutor<Value = HostTensor> extends AsyncDisposable {
  /** The outputs in their order. Arrays stay as they are until the promise settles. */
  execute(run: CheckedRun<Value>): Promise<readonly Value[]>;
}

/** A compiled graph on top of what executes it. */
export function createCompiledGraph(
  graph: Graph,
  slots: Slots,
  executor: GraphExecutor,
): CompiledGraph {
  const names = Object.keys(graph.outputs);
  const guarded = guardRuns(executor);
  return {
    async run(values, { into = {}, signal } = {}) {
      const targets = targetsInOrder(graph, into);
      const run = { values: valuesInOrder(slots, values), targets, signal };
      return named(names, await guarded.execute(run));
    },
    [Symbol.asyncDispose]: () => guarded[Symbol.asyncDispose](),
  };
}

/** A graph on a device, on top of what executes it. */
export function createResidentGraph(
  graph: Graph,
  slots: Slots,
  executor: GraphExecutor<AnyTensor>,
): ResidentGraph {
  const names = Object.keys(graph.outputs);
  const guarded = guardRuns(executor);
  return {
    async run(values, { signal } = {}) {
      const run = { values: valuesInOrder(slots, values), targets: names.map(() => undefined) };
      const all = named(names, await guarded.execute({ ...run, signal }));
      const results: Record<string, HostTensor> = {};
      const stayed: Record<string, DeviceTensor> = {};
      for (const [name, tensor] of Object.entries(all)) {
        if ("data" in tensor) results[name] = tensor;
        else stayed[name] = tensor;
      }
      return { results, stayed };
    },
    [Symbol.asyncDispose]: () => guarded[Symbol.asyncDispose](),
  };
}

function named<Value>(names: readonly string[], values: readonly Value[]): Record<string, Value> {
  return Object.fromEntries(
    names.flatMap((name, i) => {
      const value = values[i];
      return value === undefined ? [] : [[name, value]];
    }),
  );
}

/** The same executor, which knows what is under way and says what went wrong. */
function guardRuns<Value>(executor: GraphExecutor<Value>): GraphExecutor<Value> {
  const running = new Set<Promise<unknown>>();
  let closing: Promise<void> | undefined;
  return {
    async execute(run) {
      const { signal } = run;
      if (closing !== undefined) throw closed();
      if (isAborted(signal)) throw stopped(signal);
      const work = executor.execute(run);
      running.add(work);
      try {
        return await work;
      } catch (cause) {
        if (isAborted(signal)) throw stopped(signal);
        throw cause instanceof AtelierError ? cause : runError(cause);
      } finally {
        running.delete(work);
      }
    },
    [Symbol.asyncDispose]() {
      closing ??= Promise.allSettled(running).then(() => executor[Symbol.asyncDispose]());
      return closing;
    },
  };
}

const isAborted = (signal: AbortSignal | undefined): boolean => signal?.aborted === true;

function closed(): AtelierError {
  return new AtelierError(
    "runtime",
    "runtime: expected an open graph, got one that was disposed. Compile it again.",
  );
}

function stopped(signal: AbortSignal | undefined): AtelierError {
  const reason: unknown = signal?.reason;
  return new AtelierError("aborted", said`runtime: stopped during a run: ${messageOf(reason)}.`, {
    cause: reason,
  });
}
