/**
 * @file The values that live from step to step: parameters, optimizer state, gradients and the moving
 * average, one flat vector per group. A step overwrites them; vectors that are still read when their
 * successor is written have a second one, and then the two swap.
 */

import { dtypes } from "../dtype.js";
import { AtelierError, internalError, said } from "../errors.js";
import { formatType } from "../graph/node.js";
import { allocateVectors, type VectorKernels } from "../kernels/vector-memory.js";
import type { TensorMap } from "../runtime/runtime.js";
import { sameShape } from "../shape.js";
import {
  byteView,
  type FloatTensor,
  type HostTensor,
  requireFloats,
  tensorOfBytes,
} from "../tensor.js";
import {
  type LayoutOptions,
  type StateEntry,
  type StateLayout,
  type StateRole,
  stateLayout,
} from "./state-layout.js";
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
  const entriesOf = (role: StateRole) => layout.entries.filter((entry) => entry.role === role);
  const view = (entry: StateEntry): HostTensor => viewOf(current, entry);
  const floats = (role: StateRole): ReadonlyMap<string, FloatTensor> =>
    new Map(
      entriesOf(role).map((entry) => [entry.parameter ?? entry.name, requireFloats(view(entry))]),
    );

  begin(layout, current, initial);
  return {
    updated: layout.vectors
      .filter(({ role, isWritten }) => isWritten && (role === "values" || role === "optimizer"))
      .map(({ name }) => name),
    kernels,
    vector: (name) => requireFloats(vectorOf(current, name)).data,
    read(accepts) {
      const vectors = [...current].filter(([name]) => accepts(name));
      const views = entriesOf("values")
        .filter(({ name }) => accepts(name))
        .map((entry) => [entry.name, view(entry)] as const);
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
    values: () => floats("values"),
    averages: () => floats("average"),
    export: () => new Map(layout.entries.map((entry) => [entry.name, view(entry)])),
    import(tensors) {
      requireKnown(layout, tensors);
      for (const entry of layout.entries) {
        const tensor = tensors.get(entry.name);
        if (tensor !== undefined) write(view(entry), tensor, entry.name);
        else if (entry.parameter === undefined || tensors.has(entry.parameter)) throw lacks(entry);
      }
    },
    restart(values) {
      for (const vector of current.values()) byteView(vector.data).fill(0);
      begin(layout, current, values);
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

/** Fills in the first values of everything, where all is 0. */
function begin(
  { vectors, entries }: StateLayout,
  current: Vectors,
  initial: ReadonlyMap<string, FloatTensor>,
): void {
  for (const entry of entries.filter(({ role }) => role === "values")) {
    const tensor = initial.get(entry.name);
    if (tensor === undefined) {
      throw new AtelierError(
        "training",
        said`training state: expected a first value of "${entry.name}", got none.`,
      );
    }
    write(viewOf(current, entry), tensor, entry.name);
  }
  for (const { name, initial: first } of vectors) {
    const vector = current.get(name);
    if (typeof first === "number") {
      if (first !== 0 && vector !== undefined) requireFloats(vector).data.fill(first);
      continue;
    }
    const source = current.get(first.copyOf);
    if (vector !== undefined && source !== undefined) write(vector, source, name);
  }
}

function vectorOf(vectors: Vectors, name: string): HostTensor {
  const vector = vectors.get(name);
  if (vector === undefined) throw internalError(`training state: no vector "${name}".`);
  return vector;
}

/** An entry's part of its vector, in place. */
function viewOf(vectors: Vectors, { vector, start, shape }: StateEntry): HostTensor {
  const { dtype, data } = vectorOf(vectors, vector);
  return tensorOfBytes(
    { dtype, shape },
    data.buffer,
    data.byteOffset + start * dtypes[dtype].bytes,
  );
}

function write(into: HostTensor, tensor: HostTensor, name: string): void {
  const isSame = into.dtype === tensor.dtype && sameShape(into.shape, tensor.shape);
  if (!isSame) throw belongsElsewhere(`"${name}" as ${formatType(into)}`, formatType(tensor));
  byteView(into.data).set(byteView(tensor.data));
}

function requireKnown({ entries }: StateLayout, tensors: ReadonlyMap<string, HostTensor>): void {
  const known = new Set(entries.map(({ name }) => name));
  for (const [name, tensor] of tensors) {
    if (known.has(name)) continue;
    throw belongsElsewhere(
      `the ${known.size} tensors of this training`,
      `"${name}" ${formatType(tensor)}`,
    );
  }
}

const lacks = ({ name }: StateEntry): AtelierError => belongsElsewhere(`"${name}"`, "none");

function belongsElsewhere(expected: string, got: string): AtelierError {
  return new AtelierError(
    "training",
    said`training state: expected ${expected}, got ${got}. The snapshot belongs to another run, or to other optimizer settings.`,
  );
}
