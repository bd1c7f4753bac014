/** @file A checkpoint's tensors on their way into a new file: renamed, reshaped, in another type. */

import { byteView, type Shape } from "@atelier/engine";
import { type SafetensorsDType, safetensorsDTypes } from "../../core/safetensors-dtype.js";
import type { WeightEntry, Weights } from "../../core/weights.js";
import type { KeyChange, KeyTable } from "../../families/keys/key-rules.js";
import { narrowFromFloat32, type StoredFloat } from "../safetensors/float-codec.js";
import type { TensorSource } from "../safetensors/write-safetensors.js";
import { swapHalves, transposeMatrix } from "./translate-weights.js";

/** What a conversion does besides renaming. */
export interface TensorSourceOptions {
  /** The type to store floats in; as they are by default, those of eight bits as float16. */
  readonly dtype?: StoredFloat | undefined;
}

/** The tensors of a model under their own names. */
export function sourcesOf(weights: Weights, { dtype }: TensorSourceOptions = {}): TensorSource[] {
  return [...weights.entries].map(([name, entry]) =>
    makeSource(name, entry.shape, { weights, parts: [{ name, entry }], dtype }),
  );
}

/**
 * The tensors of a model under the names of a file; `unnamed` are those that the table does not know.
 */
export function renamedSources(
  weights: Weights,
  table: KeyTable,
  { dtype }: TensorSourceOptions = {},
): { readonly sources: TensorSource[]; readonly unnamed: string[] } {
  const groups = new Map<string, Part[]>();
  const unnamed: string[] = [];
  for (const [name, entry] of weights.entries) {
    const match = table.toFile(name);
    if (match === undefined) unnamed.push(name);
    else {
      const part = { name, entry, change: match.change };
      groups.set(match.name, [...(groups.get(match.name) ?? []), part]);
    }
  }
  const sources = [...groups].map(([fileName, group]) => {
    const parts = group.sort((a, b) => positionOf(a) - positionOf(b));
    return makeSource(fileName, shapeInFile(parts), { weights, parts, dtype });
  });
  return { sources, unnamed };
}

interface Part {
  readonly name: string;
  readonly entry: WeightEntry;
  readonly change?: KeyChange | undefined;
}

interface SourceInput {
  readonly weights: Weights;
  readonly parts: readonly Part[];
  readonly dtype: StoredFloat | undefined;
}

function makeSource(
  name: string,
  shape: Shape,
  { weights, parts, dtype }: SourceInput,
): TensorSource {
  const stored = writtenType(parts[0]?.entry.dtype ?? "F32");
  const target = dtype !== undefined && safetensorsDTypes[stored].isFloat ? dtype : stored;
  return {
    name,
    dtype: target,
    shape,
    async *chunks() {
      for (const part of parts) {
        // Parts of one tensor may be stored in different types; then each is converted.
        if (part.entry.dtype === target) {
          const { data } = await weights.read(part.name);
          yield byteView(arrange(data, part));
        } else {
          const { data } = await weights.readFloat32(part.name);
          yield narrowFromFloat32(
            arrange(data, part),
            target === "F16" || target === "BF16" ? target : "F32",
          );
        }
      }
    },
  };
}

/** Floats that memory has no type for become wider ones, which hold each of their values. */
function writtenType(stored: SafetensorsDType): SafetensorsDType {
  const { host, isFloat, bits } = safetensorsDTypes[stored];
  if (host !== undefined || !isFloat) return stored;
  return bits === 8 && stored !== "F8_E8M0" ? "F16" : "F32";
}

function arrange<T extends Parameters<typeof transposeMatrix>[0]>(data: T, part: Part): T {
  const [rows = 0, columns = 0] = part.entry.shape;
  if (part.change?.kind === "halves") return swapHalves(data);
  return part.change?.kind === "transpose" ? transposeMatrix(data, rows, columns) : data;
}

function positionOf({ change }: Part): number {
  return change?.kind === "part" ? change.index : 0;
}

function shapeInFile(parts: readonly Part[]): Shape {
  const shape = parts[0]?.entry.shape ?? [];
  const [first = 0, second = 0] = shape;
  const change = parts[0]?.change;
  switch (change?.kind) {
    case undefined:
    case "halves":
      return shape;
    case "squeeze":
      return shape.length === 2 ? [first, second, 1, 1] : shape;
    case "transpose":
      return [second, first];
    case "part":
      return [parts.reduce((sum, { entry }) => sum + (entry.shape[0] ?? 0), 0), ...shape.slice(1)];
    default:
      return change satisfies never;
  }
}
