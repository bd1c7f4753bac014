/**
 * @file The values that live from step to step: parameters, optimizer state, gradients and the moving
 * average, one flat vector per group. A step overwrites them; vectors that are still read when their
 * successor is written have a second one, and then the two swap.
 */

import { AtelierError, internalError, said } from "../errors.js";
import { formatType } from "../graph/node.js";
import type { TensorMap } from "../runtime/runtime.js";
import { sameShape, sizeOf } from "../shape.js";
import { type FloatTensor, floatTensor, type HostTensor } from "../tensor.js";
import type { SlotDType } from "./optimizer.js";
import type { ParameterAverage } from "./parameter-average.js";
import {
  type LayoutOptions,
  type StateEntry,
  type StateLayout,
  type StateRole,
  type StateVector,
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
  /** Sets vectors to zero. */
  clear(names: readonly string[]): void;
  /** Takes the parameters after a step into their average, where one is kept. */
  follow(step: number): void;
  /** Parameters by name, as views into what the next update overwrites. */
  readonly values: () => ReadonlyMap<string, FloatTensor>;
  /** Averages of the parameters by name, as views; `undefined` where none are kept. */
  readonly averages: () => ReadonlyMap<string, FloatTensor> | undefined;
  /** Parameters, their optimizer state and averages, and estimates, by name and as views. */
  readonly export: () => ReadonlyMap<string, HostTensor>;
  /**
   * Takes tensors over that {@link TrainingState.export} gave.
   * @throws AtelierError `training` for a tensor that belongs to no parameter or is misshapen, and
   * for a parameter without all of its state.
   */
  import(tensors: ReadonlyMap<string, HostTensor>): void;
  /** Names of vectors that the update writes. */
  readonly updated: readonly string[];
  /** Names of vectors that a backward pass writes. */
  readonly gradients: readonly string[];
}

/** What a state is made for. */
export interface TrainingStateOptions extends Omit<LayoutOptions, "hasAverage"> {
  /** First values of the parameters. */
  readonly initial: ReadonlyMap<string, FloatTensor>;
  /** Names of vectors that cannot be overwritten while they are read. */
  readonly spare: ReadonlySet<string>;
  /** Keeps a moving average of the parameters. */
  readonly average?: ParameterAverage | undefined;
}

/** A tensor of a type that state is kept in. */
type StateTensor = Extract<HostTensor, { dtype: SlotDType }>;

type Vectors = Map<string, StateTensor>;

/**
 * A state with the given first values.
 * @throws AtelierError `training` when a parameter has none, or one of another shape.
 */
export function createTrainingState(options: TrainingStateOptions): TrainingState {
  // What a closure names stays in memory as long as the state: the first values may not.
  const { initial, average, spare: needed } = options;
  const layout = stateLayout({ ...options, hasAverage: average !== undefined });
  const current: Vectors = new Map(layout.vectors.map((vector) => [vector.name, zeros(vector)]));
  const spare: Vectors = new Map(
    layout.vectors
      .filter(({ name }) => needed.has(name))
      .map((vector) => [vector.name, zeros(vector)]),
  );
  const entriesOf = (role: StateRole) => layout.entries.filter((entry) => entry.role === role);
  const vectorsOf = (...roles: readonly StateRole[]) =>
    layout.vectors
      .filter(({ role, isWritten }) => isWritten && roles.includes(role))
      .map(({ name }) => name);
  const view = (entry: StateEntry): StateTensor => viewOf(current, entry);
  const floats = (role: StateRole): ReadonlyMap<string, FloatTensor> =>
    new Map(
      entriesOf(role).map((entry) => [entry.parameter ?? entry.name, floatView(view(entry))]),
    );

  begin(layout, current, initial);
  return {
    updated: vectorsOf("values", "optimizer"),
    gradients: vectorsOf("gradient"),
    read(accepts) {
      const vectors = [...current].filter(([name]) => accepts(name));
      const views = entriesOf("values")
        .filter(({ name }) => accepts(name))
        .map((entry) => [entry.name, view(entry)] as const);
      return Object.fromEntries([...vectors, ...views]);
    },
    targets: (names) =>
      Object.fromEntries(
        names.flatMap((name) => {
          const tensor = spare.get(name) ?? current.get(name);
          return tensor === undefined ? [] : [[stateNames.next(name), tensor] as const];
        }),
      ),
    swap(names) {
      for (const name of names) {
        const [old, fresh] = [current.get(name), spare.get(name)];
        if (old === undefined || fresh === undefined) continue;
        current.set(name, fresh);
        spare.set(name, old);
      }
    },
    clear(names) {
      for (const name of names) current.get(name)?.data.fill(0);
    },
    follow(step) {
      if (average === undefined) return;
      const values = new Map(entriesOf("values").map((entry) => [entry.name, entry]));
      for (const entry of entriesOf("average")) {
        const followed = values.get(entry.parameter ?? "");
        const [mean, now] = [view(entry), followed && view(followed)];
        if (mean.dtype !== "float32" || now?.dtype !== "float32") continue;
        average(mean.data, now.data, step);
      }
    },
    values: () => floats("values"),
    averages: () => (average === undefined ? undefined : floats("average")),
    export: () => new Map(layout.entries.map((entry) => [entry.name, view(entry)])),
    import(tensors) {
      requireKnown(layout, tensors);
      for (const entry of layout.entries) {
        const tensor = tensors.get(entry.name);
        if (tensor !== undefined) write(view(entry), tensor, entry.name);
        else if (entry.parameter === undefined || tensors.has(entry.parameter)) throw lacks(entry);
      }
    },
  };
}

/** Fills in the first values of everything. */
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
      if (first !== 0) vector?.data.fill(first);
      continue;
    }
    const source = current.get(first.copyOf);
    if (vector !== undefined && source !== undefined) write(vector, source, name);
  }
}

function zeros({ dtype, shape }: Pick<StateVector, "dtype" | "shape">): StateTensor {
  const size = sizeOf(shape);
  switch (dtype) {
    case "float32":
      return { dtype, shape, data: new Float32Array(size) };
    case "float16":
      return { dtype, shape, data: new Uint16Array(size) };
    case "uint8":
      return { dtype, shape, data: new Uint8Array(size) };
    default:
      return dtype satisfies never;
  }
}

/** An entry's part of its vector, in place. */
function viewOf(vectors: Vectors, { vector, start, shape }: StateEntry): StateTensor {
  const whole = vectors.get(vector);
  if (whole === undefined) throw internalError(`training state: no vector "${vector}".`);
  const end = start + sizeOf(shape);
  switch (whole.dtype) {
    case "float32":
      return { dtype: whole.dtype, shape, data: whole.data.subarray(start, end) };
    case "float16":
      return { dtype: whole.dtype, shape, data: whole.data.subarray(start, end) };
    case "uint8":
      return { dtype: whole.dtype, shape, data: whole.data.subarray(start, end) };
    default:
      return whole satisfies never;
  }
}

function floatView({ dtype, shape, data }: StateTensor): FloatTensor {
  if (dtype === "float32") return floatTensor(data, shape);
  throw internalError(`training state: expected float32 values, got ${dtype}.`);
}

function write(into: StateTensor, tensor: HostTensor, name: string): void {
  const isSame = into.dtype === tensor.dtype && sameShape(into.shape, tensor.shape);
  if (!isSame) throw belongsElsewhere(`"${name}" as ${formatType(into)}`, formatType(tensor));
  into.data.set(tensor.data);
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
