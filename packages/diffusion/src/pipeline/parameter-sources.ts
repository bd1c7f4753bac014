/**
 * @file Where the parameters of a model's graphs lie: as they stand in the checkpoint's file where a
 * runtime can map them from there, else read and widened to float32, once for all graphs in use.
 */

import {
  type FloatTensor,
  floatTensor,
  type ParameterSource,
  type StoredDType,
  sizeOf,
} from "@atelier/engine";
import type { SafetensorsDType } from "../core/safetensors-dtype.js";
import type { WeightEntry, Weights } from "../core/weights.js";
import { requireWeights } from "../files/model/translate-weights.js";
import type { ParameterInfo } from "../models/list-layers.js";

/** What a float32 parameter may be mapped as. */
const mappable: ReadonlyMap<SafetensorsDType, StoredDType> = new Map([
  ["F32", "float32"],
  ["F16", "float16"],
  ["BF16", "bfloat16"],
  ["F8_E4M3", "float8_e4m3"],
]);

/** The stored parameters of one model. */
export interface ParameterSources {
  /** Stored tensors that the model does not ask for; the caller must tell the user. */
  readonly unusedKeys: readonly string[];
  /**
   * Graph parameters that are mapped in 16 bits or fewer and widened where they are read, with the bits that one
   * value takes, its share of scales included.
   */
  readonly widened: ReadonlyMap<string, number>;
  /**
   * Sources by graph parameter name. What cannot be mapped is read, shared by all that use it at the
   * same time, and given up with its last user: a widened UNet is several gigabytes.
   * @throws AtelierError `file`, `dtype`.
   */
  load(): Promise<ReadonlyMap<string, ParameterSource>>;
}

/** Options of {@link parameterSources}. */
export interface ParameterSourceOptions {
  /** Names and shapes that the model's graphs ask for, without the prefix. */
  readonly parameters: Iterable<ParameterInfo>;
  /** First part of the graph parameters' names, as given to `createWeights`. */
  readonly prefix: string;
  /** What the runtime maps from files; all else is read. */
  readonly maps: readonly StoredDType[];
}

/**
 * Finds a model's parameters in a checkpoint. Reads nothing yet.
 * @throws AtelierError `weights` that lists missing and wrongly shaped tensors.
 */
export function parameterSources(
  where: string,
  weights: Weights,
  { parameters, prefix, maps }: ParameterSourceOptions,
): ParameterSources {
  const shapes = new Map([...parameters].map(({ name, shape }) => [name, shape]));
  const used = new Map([...weights.entries].filter(([name]) => shapes.has(name)));
  requireWeights(where, { ...weights, entries: used }, shapes);

  const mappedType = (entry: WeightEntry): StoredDType | undefined => {
    const dtype = storedType(entry);
    return dtype !== undefined && maps.includes(dtype) ? dtype : undefined;
  };
  /** What was read, as long as a compiled graph or another owner of the values keeps it. */
  const read = new Map<string, WeakRef<FloatTensor["data"]>>();
  const sourceOf = async (name: string, entry: WeightEntry): Promise<ParameterSource> => {
    const dtype = mappedType(entry);
    if (dtype !== undefined) return fileTensor(entry, dtype);
    const kept = read.get(name)?.deref();
    if (kept !== undefined) return floatTensor(kept, entry.shape);
    const tensor = await weights.readFloat32(name);
    read.set(name, new WeakRef(tensor.data));
    return tensor;
  };
  const load = async (): Promise<ReadonlyMap<string, ParameterSource>> => {
    const sources = new Map<string, ParameterSource>();
    for (const [name, entry] of used) sources.set(prefix + name, await sourceOf(name, entry));
    return sources;
  };
  let loading: ReturnType<typeof load> | undefined;
  return {
    unusedKeys: [...weights.entries.keys()].filter((name) => !used.has(name)),
    widened: new Map(
      [...used]
        .filter(([, entry]) => (mappedType(entry) ?? "float32") !== "float32")
        .map(([name, entry]) => [prefix + name, bitsOf(entry)]),
    ),
    load() {
      loading ??= load().finally(() => {
        loading = undefined;
      });
      return loading;
    },
  };
}

/** What the stored bytes are, where they are the parameter or its values in fewer bits. */
function storedType({ dtype, transform, isWhole, blocks }: WeightEntry): StoredDType | undefined {
  if (transform !== undefined || isWhole === false) return undefined;
  return blocks?.dtype ?? mappable.get(dtype);
}

function bitsOf({ byteLength, blocks, shape }: WeightEntry): number {
  return (8 * (byteLength + (blocks?.scales.byteLength ?? 0))) / sizeOf(shape);
}

function fileTensor(
  { file, byteOffset, byteLength, blocks }: WeightEntry,
  dtype: StoredDType,
): ParameterSource {
  const place = { path: file, byteOffset, byteLength, dtype };
  return blocks === undefined ? place : { ...place, scales: blocks.scales };
}
