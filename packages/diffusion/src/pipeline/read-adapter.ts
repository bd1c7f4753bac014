/** @file From a LoRA file to an adapter that is known to fit a pipeline. */

import { AtelierError, type FileStore, said } from "@atelier/engine";
import { option } from "../core/option-words.js";
import type { Warning } from "../core/warnings/warning.js";
import { families } from "../families/families.js";
import type { FamilyId } from "../families/family.js";
import { detectLoraFile } from "../files/adapter/detect-lora-file.js";
import { locateLora } from "../files/adapter/locate-lora.js";
import type { AlphaSource } from "../files/adapter/lora-strength.js";
import { readLora } from "../files/adapter/read-lora.js";
import { openTensorFile } from "../files/tensor-file.js";
import { type Adapter, type AdapterBase, requireAdapters } from "./adapters.js";
import { displayName } from "./display-name.js";

/** Options of {@link readAdapter}. */
export interface ReadAdapterOptions {
  /** What the adapter must fit; a pipeline is one. */
  readonly base: AdapterBase;
  /** Factor of the adapter's changes. */
  readonly strength?: number;
  /** How messages and picture parameters call it; the file's name by default. */
  readonly name?: string;
  /** Alpha where the file gives none; its rank by default. */
  readonly alpha?: number;
  /** Leaves out tensors that no layer of the model takes, instead of refusing the file. */
  readonly ignoreUnknown?: boolean;
}

/** An adapter from a file and what the user should be told of it. */
export interface ReadAdapter {
  readonly adapter: Adapter;
  /** Tensors left out; empty without `ignoreUnknown`. */
  readonly unknownKeys: readonly string[];
  /** Where alpha was found; `rank` means that the file gave none for some module. */
  readonly alphaSources: ReadonlySet<AlphaSource>;
  /** What else was left out or read otherwise than the file says. */
  readonly notes: readonly Warning[];
}

/**
 * Reads a LoRA file or folder for a pipeline.
 * @throws AtelierError `file`, `format`; `weights` when it belongs to another model or holds tensors
 *   for layers that the model does not have.
 */
export async function readAdapter(
  files: FileStore,
  path: string,
  {
    base,
    strength = 1,
    name = displayName(path),
    alpha,
    ignoreUnknown = false,
  }: ReadAdapterOptions,
): Promise<ReadAdapter> {
  const { weights, unknownKeys, alphaSources, notes } = await ofFamily(
    () => readLora(files, path, { layers: base.layers, ...(alpha === undefined ? {} : { alpha }) }),
    { files, path, base },
  );
  const adapter: Adapter = { name, weights, strength };
  await ofFamily(async () => requireAdapters([adapter], base), { files, path, base });
  if (unknownKeys.length > 0 && !ignoreUnknown) {
    const shown = unknownKeys.slice(0, 10).join(", ");
    throw new AtelierError(
      "weights",
      said`${path}: expected tensors for the layers of this ${base.family.id} model, got ${unknownKeys.length} that fit none: ${shown}${unknownKeys.length > 10 ? ", …" : ""}. The file may be made for another model family; ${option("ignoreUnknown", true)} uses the ${weights.modules.size} modules that fit.`,
      { context: { path, unknownKeys } },
    );
  }
  return { adapter, unknownKeys, alphaSources, notes };
}

/** Does what fails where an adapter does not fit, and says so where it is another family's. */
async function ofFamily<T>(
  work: () => Promise<T>,
  {
    files,
    path,
    base,
  }: { readonly files: FileStore; readonly path: string; readonly base: AdapterBase },
): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    const own = cause instanceof AtelierError && cause.code === "weights";
    const family = own ? await familyOfFile(files, path) : undefined;
    if (family === undefined || family === base.family.id) throw cause;
    const [title, expected] = [family, base.family.id].map((id) => families[id].title);
    throw new AtelierError(
      "weights",
      said`${path}: expected an adapter for ${expected}, which the base is, got one for ${title}. Use it with a model of ${title}, or use an adapter that was trained on ${base.family.id}.`,
      { cause },
    );
  }
}

async function familyOfFile(files: FileStore, path: string): Promise<FamilyId | undefined> {
  const [{ weightsPath }] = await locateLora(files, path);
  const file = await openTensorFile(files, weightsPath);
  await file.close();
  return detectLoraFile(file.entries, file.metadata)?.family;
}
