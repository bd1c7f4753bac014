/**
 * @file The values that live from step to step: parameters, optimizer state, gradients and the moving
 * average, one flat vector per group. A step overwrites them; vectors that are still read when their
 * successor is written have a second one, and then the two swap.
 */

import { allocateVectors, type VectorKernels } from "../kernels/vector-memory.js";
import type { TensorMap } from "../runtime/runtime.js";
import { byteView, type FloatTensor, type HostTensor, requireFloats } from "../tensor.js";
import { type LayoutOptions, type StateLayout, stateLayout } from "./state-layout.js";
import {
  beginVectors,
  exportVectors,
  floatsIn,
  importVectors,
  overwriteVectors,
  vectorOf,
} from "./state-vectors.js";
import { stateNames } from "./training-graph.js";

/** Everything that a training step changes. */
export interface TrainingState {
  /** The vectors of the given names, and every parameter as a view into its group. */
  read(accepts: (name: string) => boolean): TensorMap;
  /** Where a run writes the next values of some vectors. */
  targets(names: readonly string[]): TensorMap;
  /** Makes what a finished run wrote the current values. */
  swap(names: readonly string[]): void;
  /** A vector of floats, in place. */
  readonly vector: (name: string) => Float32Array;
  /** Passes over vectors of one group. */
  readonly kernels: VectorKernels;
  /** Parameters by name, as views into what the next update overwrites. */
  readonly values: () => ReadonlyMap<string, FloatTensor>;
  /** Averages of the parameters by name, as views; empty where none are kept. */
  readonly averages: () => ReadonlyMap<string, FloatTensor>;
  /** Parameters, their optimizer state and averages, and estimates, by name and as views. */
  readonly export: () => ReadonlyMap<string, HostTensor>;
  /**
   * Takes tensors over that {@link TrainingState.export} gave.
   * @throws AtelierError `training` for a tensor that belongs to no parameter or is misshapen, and
   * for a parameter without all of its state.
   */
  import(tensors: ReadonlyMap<string, HostTensor>): void;
  /** Overwrites some parameters. @throws AtelierError `training` for others. */
  overwrite(values: ReadonlyMap<string, FloatTensor>): void;
  /** Begins anew from other first values. @throws AtelierError `training` as {@link createTrainingState}. */
  restart(initial: ReadonlyMap<string, FloatTensor>): void;
  /** Names of vectors that updates write. */
  readonly updated: readonly string[];
}

/** What a state is made for. */
export interface TrainingStateOptions extends LayoutOptions {
  /** First values of the parameters. */
  readonly initial: ReadonlyMap<string, FloatTensor>;
  /** Names of vectors that cannot be overwritten while they are read. */
  readonly spare: ReadonlySet<string>;
}

type Vectors = Map<string, HostTensor>;

/**
 * A state with the given first values.
 * @throws AtelierError `training` when a parameter has none, or one of another shape, `runtime` where there is
 *   too little memory.
 */
export function createTrainingState(options: TrainingStateOptions): TrainingState {
  // What a closure names stays in memory as long as the state: the first values may not.
  const { initial, spare: needed } = options;
  const layout = stateLayout(options);
  const { current, spare, kernels } = allocate(layout, needed);

  beginVectors(layout, current, initial);
  return {
    updated: layout.vectors
      .filter(({ role, isWritten }) => isWritten && (role === "values" || role === "optimizer"))
      .map(({ name }) => name),
    kernels,
    vector: (name) => requireFloats(vectorOf(current, name)).data,
    read(accepts) {
      const vectors = [...current].filter(([name]) => accepts(name));
      const views = [...floatsIn(layout, current, "values")].filter(([name]) => accepts(name));
      return Object.fromEntries([...vectors, ...views]);
    },
    targets: (names) =>
      Object.fromEntries(
        names.map((name) => [stateNames.next(name), spare.get(name) ?? vectorOf(current, name)]),
      ),
    swap(names) {
      for (const name of names) {
        const [old, fresh] = [current.get(name), spare.get(name)];
        if (old === undefined || fresh === undefined) continue;
        current.set(name, fresh);
        spare.set(name, old);
      }
    },
    values: () => floatsIn(layout, current, "values"),
    averages: () => floatsIn(layout, current, "average"),
    export: () => exportVectors(layout, current),
    import: (tensors) => importVectors(layout, current, tensors),
    overwrite: (values) => void overwriteVectors(layout, current, values),
    restart(values) {
      for (const vector of current.values()) byteView(vector.data).fill(0);
      beginVectors(layout, current, values);
    },
  };
}

/** All vectors, those of a group in one memory. */
function allocate(
  { vectors }: StateLayout,
  needsSpare: ReadonlySet<string>,
): { current: Vectors; spare: Vectors; kernels: VectorKernels } {
  const all = vectors.flatMap((vector) => [
    { vector, isSpare: false },
    ...(needsSpare.has(vector.name) ? [{ vector, isSpare: true }] : []),
  ]);
  const names = new Set(vectors.map(({ group }) => group));
  const groups = [...names].map((name) => all.filter(({ vector }) => vector.group === name));
  const { tensors, kernels } = allocateVectors(
    groups.map((group) => group.map(({ vector }) => vector)),
  );
  const current: Vectors = new Map();
  const spare: Vectors = new Map();
  for (const [g, group] of groups.entries()) {
    for (const [i, { vector, isSpare }] of group.entries()) {
      const tensor = tensors[g]?.[i];
      if (tensor !== undefined) (isSpare ? spare : current).set(vector.name, tensor);
    }
  }
  return { current, spare, kernels };
}
