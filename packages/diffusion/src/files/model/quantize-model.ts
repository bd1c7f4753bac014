/**
 * @file A model whose large weights take fewer bits, for training and drawing with what would not fit otherwise.
 * Every component is stored once, under a name that follows from all that it is made of, and found again later.
 */

import {
  AtelierError,
  blockSize,
  type FileStore,
  type FloatTensor,
  floatTensor,
  isHalf,
  openOnce,
  readFloats,
  type Shape,
  said,
  sizeOf,
  storedFacts,
} from "@atelier/engine";
import type { BaseDType } from "../../core/base-dtype.js";
import type { ComponentName } from "../../core/component-name.js";
import { settingsKey } from "../../core/content-hash.js";
import { splitModulePath } from "../../core/lora-weights.js";
import { safetensorsDTypeOf } from "../../core/safetensors-dtype.js";
import type { SafetensorsEntry, WeightEntry, Weights } from "../../core/weights.js";
import { adaptableLayers } from "../../families/layers.js";
import {
  componentOf,
  configsOf,
  type ModelFiles,
  mapComponents,
} from "../../families/model-files.js";
import { type KeptHashes, keepHashes } from "../kept-hashes.js";
import { quantizeBlocks } from "../quantized-blocks.js";
import { narrowFromFloat32 } from "../safetensors/float-codec.js";
import { openSafetensors } from "../safetensors/open-safetensors.js";
import { type TensorSource, writeSafetensors } from "../safetensors/write-safetensors.js";

/** Of the rules by which weights are rounded: another number, another name. */
const version = 1;

/** Options of {@link quantizeModel}. */
export interface QuantizeOptions {
  readonly dtype: BaseDType;
  /** Holds what was stored before. */
  readonly cacheFolder: string;
  /** Told of weights that are stored anew, in bytes of the original. */
  readonly onProgress?: (done: number, total: number) => void;
  readonly signal?: AbortSignal | undefined;
}

/**
 * The same model with the weights of layers in denoiser and text encoders stored so; the layers that its family
 * says otherwise of are stored as it says, embeddings and all vectors stay as they are.
 * @throws AtelierError `weights` for numbers that cannot be stored so, `file`, `aborted`.
 */
export async function quantizeModel(
  files: FileStore,
  model: ModelFiles,
  { dtype, cacheFolder, onProgress = () => {}, signal }: QuantizeOptions,
): Promise<ModelFiles> {
  const chosen = chosenWeights(model, dtype);
  const hashes = keepHashes(files, files.join(cacheFolder, "weight-hashes"));
  const total = [...chosen.values()].reduce((sum, own) => sum + bytesOf(own), 0);
  let done = 0;
  const stored = new Map<ComponentName, Weights>();
  for (const [component, own] of chosen) {
    const { weights } = componentOf(model, component);
    const path = files.join(
      cacheFolder,
      "quantized",
      `${await nameOf(files, own, { dtype, hashes })}.safetensors`,
    );
    const before = done;
    if ((await files.stat(path)) === undefined) {
      const tensors = [...own].map(([name, { entry, as }]): TensorSource => {
        return {
          ...{ name, dtype: "U8", shape: [storedBytes(entry, as)] },
          async *chunks() {
            requireGoing(model.path, dtype, signal);
            const { data } = await weights.readFloat32(name);
            yield* narrowed(`${model.path}: ${component}: ${name}`, data, as);
            done += entry.byteLength;
            onProgress(done, total);
          },
        };
      });
      await writeSafetensors(files, path, tensors);
    }
    done = before + bytesOf(own);
    stored.set(component, await storedWeights(files, weights, path, own));
  }
  await hashes.save();
  return mapComponents(model, (component, name) => ({
    ...component,
    weights: stored.get(name) ?? component.weights,
  }));
}

/** A weight to be stored anew. */
interface Chosen {
  /** As it is. */
  readonly entry: WeightEntry;
  readonly as: BaseDType;
}

/** By component and name. */
function chosenWeights(
  model: ModelFiles,
  dtype: BaseDType,
): Map<ComponentName, Map<string, Chosen>> {
  const chosen = new Map<ComponentName, Map<string, Chosen>>();
  for (const [module, { weightShape }] of adaptableLayers(model.family, configsOf(model))) {
    const { component, path } = splitModulePath(module);
    const name = `${path}.weight`;
    const entry = componentOf(model, component).weights.entries.get(name);
    const columns = sizeOf(weightShape) / (weightShape[0] ?? 1);
    const as = model.family.storedAs(component, path, dtype);
    if (entry === undefined || as === undefined) continue;
    const fits = isHalf(as) || columns % blockSize === 0;
    // What takes no more already.
    if (!fits || bytesInMemory(entry) <= storedBytes(entry, as)) continue;
    const own = chosen.get(component) ?? new Map<string, Chosen>();
    chosen.set(component, own.set(name, { entry, as }));
  }
  return chosen;
}

const bytesOf = (chosen: ReadonlyMap<string, Chosen>): number =>
  [...chosen.values()].reduce((sum, { entry }) => sum + entry.byteLength, 0);

/** What is not mapped as it stands in its file is read as float32, in however few bits it is packed there. */
function bytesInMemory({ isWhole, transform, byteLength, shape }: WeightEntry): number {
  return isWhole === false || transform !== undefined ? 4 * sizeOf(shape) : byteLength;
}

/** Codes and the scales behind them. */
function storedBytes({ shape }: Pick<WeightEntry, "shape">, dtype: BaseDType): number {
  const values = sizeOf(shape);
  const scales = isHalf(dtype) ? 0 : (2 * values) / blockSize;
  return (values * storedFacts(dtype).bits) / 8 + scales;
}

function narrowed(where: string, values: Float32Array, dtype: BaseDType): readonly Uint8Array[] {
  switch (dtype) {
    case "float16":
      return [narrowFromFloat32(values, "F16")];
    case "bfloat16":
      return [narrowFromFloat32(values, "BF16")];
    default:
      return quantizeBlocks(where, values, dtype);
  }
}

/** A name that only the same values, stored by the same rules, have. */
async function nameOf(
  files: FileStore,
  own: ReadonlyMap<string, Chosen>,
  { dtype, hashes }: { readonly dtype: BaseDType; readonly hashes: KeptHashes },
): Promise<string> {
  await using opened = openOnce(files);
  const tensors: Record<string, string> = {};
  for (const [name, { entry, as }] of own) {
    const { file: path, byteOffset, byteLength, transform = "none", scale } = entry;
    const hash = await hashes.of({ path, byteOffset, byteLength }, async () =>
      (await opened.open(path)).sha256(byteOffset, byteLength),
    );
    const scaled = scale === undefined ? "" : ` times ${scale}`;
    const other = as === dtype ? "" : ` as ${as}`;
    tensors[name] = `${entry.dtype} ${transform} ${entry.shape.join("x")} ${hash}${scaled}${other}`;
  }
  return await settingsKey({ version, dtype, tensors });
}

/** Weights of which some lie in a file of ours. @param own those @throws AtelierError `file`, `format` for a file that was changed. */
async function storedWeights(
  files: FileStore,
  weights: Weights,
  path: string,
  own: ReadonlyMap<string, Chosen>,
): Promise<Weights> {
  const source = await openSafetensors(files, path);
  await source.close();
  const entries = new Map(weights.entries);
  for (const [name, { entry: before, as }] of own) {
    const entry = source.entries.get(name);
    if (entry === undefined || entry.byteLength !== storedBytes(before, as)) {
      throw new AtelierError(
        "format",
        said`${path}: expected "${name}" in ${as}, got something else. Remove the file; it is made again.`,
      );
    }
    const { shape, storedName } = before;
    entries.set(name, { ...placeOf(entry, { shape, dtype: as }), shape, storedName });
  }
  const readFloat32 = async (name: string): Promise<FloatTensor> => {
    const before = own.get(name);
    const entry = entries.get(name);
    if (before === undefined || entry === undefined) return weights.readFloat32(name);
    const { file, byteOffset, byteLength, blocks } = entry;
    await using opened = openOnce(files);
    const values = await readFloats(opened.open, {
      ...{ path: file, byteOffset, byteLength, dtype: before.as },
      ...(blocks === undefined ? {} : { scales: blocks.scales }),
    });
    return floatTensor(values, before.entry.shape);
  };
  return {
    entries,
    readFloat32,
    read: async (name) => (own.has(name) ? readFloat32(name) : weights.read(name)),
  };
}

/** Where in such a tensor codes and scales lie. */
function placeOf(
  { file, byteOffset, byteLength }: SafetensorsEntry,
  { shape, dtype }: { readonly shape: Shape; readonly dtype: BaseDType },
): Omit<SafetensorsEntry, "shape"> & Pick<WeightEntry, "blocks"> {
  if (isHalf(dtype)) return { file, byteOffset, byteLength, dtype: safetensorsDTypeOf[dtype] };
  const codes = (sizeOf(shape) * storedFacts(dtype).bits) / 8;
  const scales = { path: file, byteOffset: byteOffset + codes, byteLength: byteLength - codes };
  return { file, byteOffset, byteLength: codes, dtype: "U8", blocks: { dtype, scales } };
}

function requireGoing(path: string, dtype: BaseDType, signal: AbortSignal | undefined): void {
  if (signal?.aborted !== true) return;
  throw new AtelierError(
    "aborted",
    said`${path}: stopped while its weights were stored in ${dtype}. The next start begins with the component at hand.`,
    { cause: signal.reason },
  );
}
