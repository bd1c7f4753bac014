/**
 * @file The named tensors of a training in its vectors: first values, and what snapshots give and take.
 */

import { dtypes } from "../dtype.js";
import { AtelierError, internalError, said } from "../errors.js";
import { formatType } from "../graph/node.js";
import { sameShape } from "../shape.js";
import {
  byteView,
  type FloatTensor,
  type HostTensor,
  requireFloats,
  tensorOfBytes,
} from "../tensor.js";
import type { StateEntry, StateLayout, StateRole } from "./state-layout.js";

/** Vectors by name; of a layout those of some roles, or all. */
export type StateVectors = ReadonlyMap<string, HostTensor>;

/**
 * Fills in the first values of everything, where all is 0.
 * @throws AtelierError `training` when a parameter has none, or one of another shape.
 */
export function beginVectors(
  { vectors, entries }: StateLayout,
  current: StateVectors,
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

/** A vector by name. */
export function vectorOf(vectors: StateVectors, name: string): HostTensor {
  const vector = vectors.get(name);
  if (vector === undefined) throw internalError(`training state: no vector "${name}".`);
  return vector;
}

/** Tensors of a role by parameter, as views. */
export function floatsIn(
  { entries }: StateLayout,
  vectors: StateVectors,
  role: StateRole,
): ReadonlyMap<string, FloatTensor> {
  return new Map(
    entries
      .filter((entry) => entry.role === role)
      .map((entry) => [entry.parameter ?? entry.name, requireFloats(viewOf(vectors, entry))]),
  );
}

/** All tensors by name, as views. */
export function exportVectors(
  { entries }: StateLayout,
  vectors: StateVectors,
): ReadonlyMap<string, HostTensor> {
  return new Map(entries.map((entry) => [entry.name, viewOf(vectors, entry)]));
}

/**
 * Takes tensors over that {@link exportVectors} gave.
 * @throws AtelierError `training` for a tensor that belongs to no parameter or is misshapen, and for a parameter
 *   without all of its state.
 */
export function importVectors(
  layout: StateLayout,
  vectors: StateVectors,
  tensors: ReadonlyMap<string, HostTensor>,
): void {
  requireKnown(layout, tensors);
  for (const entry of layout.entries) {
    const tensor = tensors.get(entry.name);
    if (tensor !== undefined) write(viewOf(vectors, entry), tensor, entry.name);
    else if (entry.parameter === undefined || tensors.has(entry.parameter)) throw lacks(entry);
  }
}

/**
 * Overwrites some parameters, and gives the vectors in which they lie.
 * @throws AtelierError `training` for a tensor that is none, or is misshapen.
 */
export function overwriteVectors(
  layout: StateLayout,
  vectors: StateVectors,
  values: ReadonlyMap<string, FloatTensor>,
): StateVectors {
  requireKnown(layout, values);
  const changed = layout.entries.filter(({ name }) => values.has(name));
  for (const entry of changed) {
    const tensor = values.get(entry.name);
    if (tensor !== undefined) write(viewOf(vectors, entry), tensor, entry.name);
  }
  return new Map(changed.map(({ vector }) => [vector, vectorOf(vectors, vector)]));
}

/** An entry's part of its vector, in place. */
export function viewOf(vectors: StateVectors, { vector, start, shape }: StateEntry): HostTensor {
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

/** Of a state without a tensor. */
export const lacks = ({ name }: Pick<StateEntry, "name">): AtelierError =>
  belongsElsewhere(`"${name}"`, "none");

function belongsElsewhere(expected: string, got: string): AtelierError {
  return new AtelierError(
    "training",
    said`training state: expected ${expected}, got ${got}. The snapshot belongs to another run, or to other optimizer settings.`,
  );
}
