/**
 * @file The named tensors of one model inside a checkpoint: where each lies in which file, under
 * the model's own name. Nothing is read before it is asked for; a runtime can map most tensors
 * straight from the file.
 */

import {
  AtelierError,
  formatShape,
  type HostTensor,
  type Shape,
  said,
  sameShape,
  sizeOf,
} from "@atelier/engine";
import type { SafetensorsEntry, WeightEntry, Weights } from "../../core/weights.js";
import { type KeyChange, type KeyTable, shareOf } from "../../families/keys/key-rules.js";
import type { SafetensorsFile } from "../safetensors/open-safetensors.js";
import { isIgnorable } from "./ignorable-keys.js";

/** What became of the names in a file. */
export interface TranslatedWeights {
  readonly weights: Weights;
  /** Names in the file that the table does not know, or that no model uses. */
  readonly leftOver: readonly string[];
}

/**
 * The tensors of a file under the names of a model; without a table the names are the same.
 * @throws AtelierError `weights` when two tensors claim one name or a shape does not fit its rule.
 */
export function translateWeights(
  source: SafetensorsFile,
  names: Iterable<string>,
  table?: KeyTable,
): TranslatedWeights {
  const places = new Map<string, Place>();
  const leftOver: string[] = [];
  for (const storedName of names) {
    const stored = source.entries.get(storedName);
    const matches = table === undefined ? [{ name: storedName }] : table.toModel(storedName);
    if (stored === undefined || matches.length === 0 || isIgnorable(storedName)) {
      leftOver.push(storedName);
      continue;
    }
    for (const { name, change } of matches) {
      const before = places.get(name);
      if (before !== undefined) {
        throw new AtelierError(
          "weights",
          said`${source.path}: expected one tensor for "${name}", got "${before.entry.storedName}" and "${storedName}". Remove the one that does not belong.`,
        );
      }
      places.set(name, { change, entry: locate(stored, storedName, change) });
    }
  }
  return { weights: createWeights(source, places), leftOver };
}

/**
 * Compares a model's tensors with what the model needs.
 * @throws AtelierError `weights` that lists missing, unexpected and wrongly shaped tensors.
 */
export function requireWeights(
  where: string,
  weights: Weights,
  expected: ReadonlyMap<string, Shape>,
): void {
  const problems: string[] = [];
  for (const [name, shape] of expected) {
    const entry = weights.entries.get(name);
    if (entry === undefined) problems.push(`missing "${name}" ${formatShape(shape)}`);
    else if (!sameShape(entry.shape, shape)) {
      problems.push(`"${name}" must be ${formatShape(shape)}, is ${formatShape(entry.shape)}`);
    }
  }
  for (const name of weights.entries.keys()) {
    if (!expected.has(name)) problems.push(`unexpected "${name}"`);
  }
  if (problems.length === 0) return;
  const shown = problems.slice(0, 10).map((problem) => `  ${problem}`);
  if (problems.length > shown.length) shown.push(`  … and ${problems.length - shown.length} more`);
  throw new AtelierError(
    "weights",
    said`${where}: expected the tensors of its config, got ${problems.length} differences:\n${shown.join("\n")}\nThe file belongs to another model, or its config does.`,
    { context: { problems } },
  );
}

interface Place {
  readonly entry: WeightEntry;
  readonly change: KeyChange | undefined;
}

function createWeights(source: SafetensorsFile, places: ReadonlyMap<string, Place>): Weights {
  const placeOf = (name: string): Place => {
    const place = places.get(name);
    if (place !== undefined) return place;
    throw new AtelierError(
      "weights",
      said`${source.path}: expected a tensor for "${name}", got ${places.size} others. The file belongs to another model or is incomplete.`,
    );
  };
  return {
    entries: new Map([...places].map(([name, { entry }]) => [name, entry])),
    async read(name) {
      const place = placeOf(name);
      return extract(await source.read(place.entry.storedName), place);
    },
    async readFloat32(name) {
      const place = placeOf(name);
      const stored = await source.readFloat32(place.entry.storedName);
      return { dtype: "float32", shape: place.entry.shape, data: extractData(stored.data, place) };
    },
  };
}

function locate(
  stored: SafetensorsEntry,
  storedName: string,
  change: KeyChange | undefined,
): WeightEntry {
  const entry = { ...stored, storedName };
  const [first = 0, second = 0, ...rest] = stored.shape;
  switch (change?.kind) {
    case undefined:
      return entry;
    case "squeeze":
      // Biases and weights that are linear already stay as they are.
      return rest.length === 2 && rest.every((extent) => extent === 1)
        ? { ...entry, shape: [first, second] }
        : entry;
    case "transpose":
      if (stored.shape.length !== 2) throw misfit(stored, storedName, "a matrix");
      return { ...entry, shape: [second, first], transform: "transpose" };
    case "halves":
      if (first % 2 !== 0) throw misfit(stored, storedName, "a first axis of two equal parts");
      return { ...entry, transform: "halves" };
    case "part": {
      const { before, own, all } = shareOf(change);
      if (first % all !== 0) {
        throw misfit(stored, storedName, `a first axis of parts as ${change.shares.join(" : ")}`);
      }
      const byteLength = (stored.byteLength / all) * own;
      const byteOffset = stored.byteOffset + (stored.byteLength / all) * before;
      const shape = [(first / all) * own, ...stored.shape.slice(1)];
      return { ...entry, shape, byteLength, byteOffset };
    }
    default:
      return change satisfies never;
  }
}

function misfit(stored: SafetensorsEntry, name: string, expected: string): AtelierError {
  return new AtelierError(
    "weights",
    said`${stored.file}: expected ${expected} for "${name}", got ${formatShape(stored.shape)}. The file is no checkpoint of this family.`,
  );
}

function extract(stored: HostTensor, place: Place): HostTensor {
  // The same element type in the same kind of array, so `dtype` still describes `data`.
  return {
    dtype: stored.dtype,
    shape: place.entry.shape,
    data: extractData(stored.data, place),
  } as HostTensor;
}

function extractData<T extends HostTensor["data"]>(data: T, { entry, change }: Place): T {
  if (change?.kind === "part") {
    const { before, own } = shareOf(change);
    const size = sizeOf(entry.shape);
    const start = (size / own) * before;
    // `subarray` of a typed array is of the same kind.
    return data.subarray(start, start + size) as T;
  }
  if (change?.kind === "halves") return swapHalves(data);
  const [rows = 0, columns = 0] = entry.shape;
  return change?.kind === "transpose" ? transposeMatrix(data, columns, rows) : data;
}

/** The second half of the first axis before the first. */
export function swapHalves<T extends HostTensor["data"]>(data: T): T {
  // `slice` of a typed array is of the same kind, and takes elements of its own kind.
  const result = data.slice() as T;
  const half = data.length / 2;
  for (let i = 0; i < data.length; i++) result[i] = data[(i + half) % data.length] ?? 0;
  return result;
}

/** A `[rows, columns]` matrix as `[columns, rows]`. */
export function transposeMatrix<T extends HostTensor["data"]>(
  data: T,
  rows: number,
  columns: number,
): T {
  // `slice` of a typed array is of the same kind.
  const result = data.slice() as T;
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      result[column * rows + row] = data[row * columns + column] ?? 0;
    }
  }
  return result;
}
