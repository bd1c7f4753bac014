/**
 * @file What every runtime's compiled graphs do alike: check values by name, count the runs that are under
 * way, and say in our words what went wrong.
 */

import { AtelierError, messageOf, said } from "../errors.js";
import type { Graph } from "../graph/graph.js";
import type { HostTensor } from "../tensor.js";
import { type Slots, targetsInOrder, valuesInOrder } from "./named-values.js";
import { runError } from "./run-error.js";
import type { CompiledGraph, RunOptions, TensorMap } from "./runtime.js";

/** A run whose values are checked. */
export interface CheckedRun {
  /** In the order of the slots. */
  readonly values: readonly HostTensor[];
  /** Where outputs are written, in the order of the graph's; `undefined` asks for a new tensor. */
  readonly targets: readonly (HostTensor | undefined)[];
  /** Ends the run early where the device allows it; the run then fails. */
  readonly signal: AbortSignal | undefined;
}

/** What is left for a runtime to do. */
export interface GraphExecutor extends AsyncDisposable {
  /** The outputs in their order. Arrays stay as they are until the promise settles. */
  execute(run: CheckedRun): Promise<readonly HostTensor[]>;
}

/** A compiled graph on top of what executes it. */
export function createCompiledGraph(
  graph: Graph,
  slots: Slots,
  executor: GraphExecutor,
): CompiledGraph {
  const names = Object.keys(graph.outputs);
  const running = new Set<Promise<unknown>>();
  let closing: Promise<void> | undefined;

  async function run(values: TensorMap, options: RunOptions): Promise<Record<string, HostTensor>> {
    const { into = {}, signal } = options;
    if (closing !== undefined) throw closed();
    const checked = { values: valuesInOrder(slots, values), targets: targetsInOrder(graph, into) };
    if (isAborted(signal)) throw stopped(signal);
    const work = executor.execute({ ...checked, signal });
    running.add(work);
    try {
      const results = await work;
      return Object.fromEntries(
        names.flatMap((name, i) => {
          const result = results[i];
          return result === undefined ? [] : [[name, result]];
        }),
      );
    } catch (cause) {
      if (isAborted(signal)) throw stopped(signal);
      throw cause instanceof AtelierError ? cause : runError(cause);
    } finally {
      running.delete(work);
    }
  }

  return {
    run: (values, options = {}) => run(values, options),
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
