/**
 * @file Reading LoRA files of every common kind into one form: kohya (A1111, ComfyUI), diffusers
 * old and new, PEFT folders, generic ComfyUI names. Nothing in a file is dropped in silence.
 */

import { AtelierError, type FileStore, type FloatTensor, floatTensor, said } from "@atelier/engine";
import type { PartName } from "../../core/adapter-parts.js";
import type { Embedding } from "../../core/embedding.js";
import {
  type LoraModule,
  type LoraWeights,
  makeLoraModule,
  rankOf,
} from "../../core/lora-weights.js";
import { readText } from "../../core/read-text.js";
import { type Warning, warning } from "../../core/warnings/warning.js";
import { openTensorFile, type TensorFile } from "../tensor-file.js";
import { readBundledWords } from "./bundled-words.js";
import { groupKeys, type KeysOfModule, pickledAlphas } from "./group-keys.js";
import { type LoraPlace, locateLora } from "./locate-lora.js";
import {
  ADAPTER_METADATA_KEY,
  type LoraConfigs,
  parseAdapterConfig,
  parseAdapterMetadata,
} from "./lora-config.js";
import { parseLoraKey } from "./lora-keys.js";
import { type ModuleNames, moduleNames } from "./lora-module-names.js";
import { type AlphaSource, readStrength } from "./lora-strength.js";
import { divideModules } from "./original-modules.js";
import { type AdaptedLayers, magnitudeShape, shapeForLayer } from "./shape-for-layer.js";

/** Options of {@link readLora}. */
export interface ReadLoraOptions {
  /** The model's layers; factors get the shapes that they have on these. */
  readonly layers: AdaptedLayers;
  /** Alpha of modules for which the file gives none; without it alpha is the rank (scale 1). */
  readonly alpha?: number;
}

/** A LoRA and what was noticed while reading it. */
export interface LoadedLora {
  readonly weights: LoraWeights;
  /** The file that the weights came from; the folder of several. */
  readonly path: string;
  /** Tensors that no module of the model takes; the caller must tell the user. */
  readonly unknownKeys: readonly string[];
  /** Where strengths came from; `rank` means that the file gave none for some module. */
  readonly alphaSources: ReadonlySet<AlphaSource>;
  /** What was left out or read otherwise than the file says. */
  readonly notes: readonly Warning[];
}

/** What one file holds. */
type Part = Omit<LoadedLora, "weights"> & {
  readonly modules: ReadonlyMap<string, LoraModule>;
  readonly metadata: ReadonlyMap<string, string>;
  readonly words: readonly Embedding[];
};

/**
 * Reads a LoRA from a file of tensors, or from a folder as PEFT or diffusers writes it.
 * @throws AtelierError `file`; `format` when it is damaged, no LoRA or of a kind that is not
 *   supported; `weights` when it fits no module of the model or its factors do not fit each other.
 */
export async function readLora(
  files: FileStore,
  path: string,
  options: ReadLoraOptions,
): Promise<LoadedLora> {
  const places = await locateLora(files, path);
  const names = moduleNames(options.layers.keys());
  const parts: Part[] = [];
  for (const place of places) parts.push(await readPlace(files, place, { ...options, names }));
  const words = parts.flatMap((part) => part.words);
  return {
    weights: {
      modules: new Map(parts.flatMap(({ modules }) => [...modules])),
      metadata: new Map(parts.flatMap(({ metadata }) => [...metadata])),
      ...(words.length === 0 ? {} : { words }),
    },
    path: places.length === 1 ? places[0].weightsPath : path,
    unknownKeys: parts.flatMap(({ unknownKeys }) => unknownKeys),
    alphaSources: new Set(parts.flatMap(({ alphaSources }) => [...alphaSources])),
    notes: parts.flatMap(({ notes }) => notes),
  };
}

type PartOptions = ReadLoraOptions & { readonly names: ModuleNames };

async function readPlace(files: FileStore, place: LoraPlace, options: PartOptions): Promise<Part> {
  const { weightsPath, configPath } = place;
  const folderConfigs =
    configPath === undefined
      ? undefined
      : parseAdapterConfig(configPath, await readText(files, configPath));
  const file = await openTensorFile(files, weightsPath);
  try {
    const configs = folderConfigs ?? configsOf(file);
    refuseOtherKinds(file, configs);
    return await load(file, configs, { ...options, place });
  } finally {
    await file.close();
  }
}

function configsOf({ path, metadata }: TensorFile): LoraConfigs {
  const json = metadata.get(ADAPTER_METADATA_KEY);
  return json === undefined
    ? new Map()
    : parseAdapterMetadata(`${path}: ${ADAPTER_METADATA_KEY}`, json);
}

/** Kinds of adapters that PEFT's configs name and that are read. */
const readableTypes: ReadonlySet<string> = new Set(["LORA", "LOHA", "LOKR"]);

/** Stops at adapters of other kinds, which would otherwise be applied in part and look wrong. */
function refuseOtherKinds(file: TensorFile, configs: LoraConfigs): void {
  const kinds = new Set<string>();
  for (const key of file.entries.keys()) {
    const unsupported = parseLoraKey(key)?.unsupported;
    if (unsupported !== undefined) kinds.add(unsupported);
  }
  for (const { peftType } of configs.values()) {
    if (!readableTypes.has(peftType)) kinds.add(peftType);
  }
  if (kinds.size === 0) return;
  throw new AtelierError(
    "format",
    said`${file.path}: expected LoRA, DoRA, LoHa or LoKr, got ${[...kinds].join(" and ")}, not supported yet by this version. Use one of those, or merge the adapter into its model with the tool that made it.`,
    { context: { path: file.path, kinds: [...kinds] } },
  );
}

async function load(
  file: TensorFile,
  configs: LoraConfigs,
  { layers, alpha, names, place }: PartOptions & { readonly place: LoraPlace },
): Promise<Part> {
  const { keysOf, unknownKeys, bookkeeping } = groupKeys(file, names, place.component);
  const alphaSources = new Set<AlphaSource>();
  const stored = new Map<string, LoraModule>();
  for (const [name, keys] of [...keysOf].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const written = await readParts(file, keys);
    const layer = layers.get(name);
    const parts = layer === undefined ? written : shapeForLayer(layer, written);
    const strength = await readStrength(file, {
      ...{ name, configs, alphaKey: keys.alpha, otherwise: alpha },
      shownRank: rankOf(parts),
    });
    alphaSources.add(strength.source);
    const { method: named = "lora" } = keys;
    const method = named === "lora" && keys.parts.has("magnitude") ? "dora" : named;
    const { alpha: own, rank } = strength;
    stored.set(name, makeLoraModule(`${file.path}: ${name}`, { method, parts, alpha: own, rank }));
  }
  const modules = divideModules(file.path, stored, names.originals);
  const { words, notes } = await readBundledWords(file);
  const alphas = new Set(pickledAlphas(file));
  return {
    modules,
    words,
    metadata: new Map([...file.metadata].filter(([key]) => !alphas.has(key))),
    path: file.path,
    unknownKeys,
    alphaSources,
    notes: [
      ...file.notes,
      ...notes,
      ...ignoredAlpha(file, alphaSources),
      ...(bookkeeping.length === 0
        ? []
        : [warning("bookkeeping-tensors", { path: file.path, count: bookkeeping.length })]),
    ],
  };
}

/** Mergers copy kohya's record of a training and drop the tensors, after which no program reads it. */
function ignoredAlpha(
  { path, metadata }: TensorFile,
  sources: ReadonlySet<AlphaSource>,
): Warning[] {
  const [alpha, rank] = ["ss_network_alpha", "ss_network_dim"].map((key) => metadata.get(key));
  if (!sources.has("rank") || alpha === undefined || Number(alpha) === Number(rank)) return [];
  return [warning("alpha-in-metadata", { path, alpha })];
}

async function readParts(
  file: TensorFile,
  { parts }: KeysOfModule,
): Promise<Readonly<Partial<Record<PartName, FloatTensor>>>> {
  const entries = [...parts].map(async ([part, key]) => {
    const tensor = await file.readFloat32(key);
    const shape = part === "magnitude" ? magnitudeShape(tensor.shape, key) : tensor.shape;
    return [part, floatTensor(tensor.data, shape)] as const;
  });
  return Object.fromEntries(await Promise.all(entries));
}
