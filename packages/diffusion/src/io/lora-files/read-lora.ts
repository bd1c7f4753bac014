/**
 * @file Reading LoRA files of every common kind into one form: kohya (A1111, ComfyUI), diffusers
 * old and new, PEFT folders, generic ComfyUI names. Nothing in a file is dropped in silence.
 */

import { AtelierError, type FileStore, type FloatTensor } from "@atelier/engine";
import { readText } from "../read-text.js";
import { openSafetensors, type SafetensorsFile } from "../safetensors/open-safetensors.js";
import {
  ADAPTER_METADATA_KEY,
  alphaOf,
  type LoraConfigs,
  parseAdapterConfig,
  parseAdapterMetadata,
} from "./lora-config.js";
import { parseLoraKey } from "./lora-keys.js";
import { moduleNames } from "./lora-module-names.js";
import {
  type LoraModule,
  type LoraWeights,
  makeLoraModule,
  splitModulePath,
} from "./lora-weights.js";

/** Options of {@link readLora}. */
export interface ReadLoraOptions {
  /** The model's modules with their component: `unet.conv_in`, `text_encoder.text_model.…`. */
  readonly modulePaths: Iterable<string>;
  /** Alpha of modules for which the file gives none; without it alpha is the rank (scale 1). */
  readonly alpha?: number;
}

/** Where the alpha of a module was found. */
export type AlphaSource = "keys" | "config" | "ss_network_alpha" | "option" | "rank";

/** A LoRA and what was noticed while reading it. */
export interface LoadedLora {
  readonly weights: LoraWeights;
  /** The file that the weights came from. */
  readonly path: string;
  /** Tensors that no module of the model takes; the caller must tell the user. */
  readonly unknownKeys: readonly string[];
  /** Where strengths came from; `rank` means that the file gave none for some module. */
  readonly alphaSources: ReadonlySet<AlphaSource>;
}

interface KeysOfModule {
  down?: string;
  up?: string;
  alpha?: string;
}

/**
 * Reads a LoRA from a `.safetensors` file, or from a folder as PEFT or diffusers writes it.
 * @throws AtelierError `file`; `format` when it is damaged, no LoRA or of a kind that is not
 *   supported; `weights` when it fits no module of the model or its factors do not fit each other.
 */
export async function readLora(
  files: FileStore,
  path: string,
  options: ReadLoraOptions,
): Promise<LoadedLora> {
  const { weightsPath, configPath } = await locate(files, path);
  const folderConfigs =
    configPath === undefined
      ? undefined
      : parseAdapterConfig(configPath, await readText(files, configPath));
  const file = await openSafetensors(files, weightsPath);
  try {
    const adapterMetadata = file.metadata.get(ADAPTER_METADATA_KEY);
    const configs =
      folderConfigs ??
      (adapterMetadata === undefined
        ? new Map()
        : parseAdapterMetadata(`${weightsPath}: ${ADAPTER_METADATA_KEY}`, adapterMetadata));
    refuseOtherKinds(file, configs);
    return await load(file, configs, options);
  } finally {
    await file.close();
  }
}

async function locate(
  files: FileStore,
  path: string,
): Promise<{ weightsPath: string; configPath?: string }> {
  if ((await files.stat(path))?.kind !== "folder") return { weightsPath: path };
  for (const name of ["adapter_model.safetensors", "pytorch_lora_weights.safetensors"]) {
    const weightsPath = files.join(path, name);
    if ((await files.stat(weightsPath)) === undefined) continue;
    const configPath = files.join(path, "adapter_config.json");
    const hasConfig = (await files.stat(configPath)) !== undefined;
    return hasConfig ? { weightsPath, configPath } : { weightsPath };
  }
  throw new AtelierError(
    "file",
    `${path}: expected adapter_model.safetensors or pytorch_lora_weights.safetensors in the folder, got neither. Name the LoRA file itself.`,
    { context: { path } },
  );
}

/** Stops at adapters of other kinds, which would otherwise be applied in part and look wrong. */
function refuseOtherKinds(file: SafetensorsFile, configs: LoraConfigs): void {
  const kinds = new Set<string>();
  for (const key of file.entries.keys()) {
    const unsupported = parseLoraKey(key)?.unsupported;
    if (unsupported !== undefined) kinds.add(unsupported);
  }
  for (const { peftType, usesDora } of configs.values()) {
    if (usesDora) kinds.add("DoRA");
    if (peftType !== "LORA") kinds.add(peftType);
  }
  if (kinds.size === 0) return;
  throw new AtelierError(
    "format",
    `${file.path}: expected a LoRA, got ${[...kinds].join(" and ")}, not supported yet by this version. Use a plain LoRA, or merge the adapter into its model with the tool that made it.`,
    { context: { path: file.path, kinds: [...kinds] } },
  );
}

async function load(
  file: SafetensorsFile,
  configs: LoraConfigs,
  { modulePaths, alpha }: ReadLoraOptions,
): Promise<LoadedLora> {
  const { keysOf, unknownKeys } = groupKeys(file, modulePaths);
  const alphaSources = new Set<AlphaSource>();
  const modules = new Map<string, LoraModule>();
  for (const [name, keys] of [...keysOf].sort(([a], [b]) => (a < b ? -1 : 1))) {
    if (keys.down === undefined || keys.up === undefined) {
      throw new AtelierError(
        "format",
        `${file.path}: expected a down and an up factor for ${name}, got ${keys.down ?? keys.up ?? keys.alpha} alone. The file is damaged; copy or download it again.`,
      );
    }
    const down = await file.readFloat32(keys.down);
    const up = await file.readFloat32(keys.up);
    const strength =
      (await alphaFromKey(file, keys.alpha)) ??
      alphaFromConfig(configs, name, down) ??
      alphaFromMetadata(file, down) ??
      ({
        alpha: alpha ?? down.shape[0] ?? 0,
        source: alpha === undefined ? "rank" : "option",
      } as const);
    alphaSources.add(strength.source);
    const where = `${file.path}: ${name}`;
    modules.set(name, makeLoraModule(where, { down, up, alpha: strength.alpha }));
  }
  return {
    weights: { modules, metadata: file.metadata },
    path: file.path,
    unknownKeys,
    alphaSources,
  };
}

function groupKeys(
  file: SafetensorsFile,
  modulePaths: Iterable<string>,
): { keysOf: Map<string, KeysOfModule>; unknownKeys: string[] } {
  const names = moduleNames(modulePaths);
  const keysOf = new Map<string, KeysOfModule>();
  const unknownKeys: string[] = [];
  for (const key of file.entries.keys()) {
    const parsed = parseLoraKey(key);
    const name = parsed === undefined ? undefined : names.resolve(parsed.module);
    if (parsed?.part === undefined || name === undefined) {
      unknownKeys.push(key);
      continue;
    }
    const keys = keysOf.get(name) ?? {};
    const other = keys[parsed.part];
    if (other !== undefined) {
      throw new AtelierError(
        "format",
        `${file.path}: expected one ${parsed.part} tensor for ${name}, got "${other}" and "${key}". Remove one of them.`,
      );
    }
    keysOf.set(name, { ...keys, [parsed.part]: key });
  }
  if (keysOf.size > 0) return { keysOf, unknownKeys };
  const example = unknownKeys[0];
  throw new AtelierError(
    "weights",
    `${file.path}: expected LoRA tensors for modules of this model, got ${example === undefined ? "an empty file" : `${unknownKeys.length} others such as "${example}"`}. The file is no LoRA or made for another model family.`,
    { context: { path: file.path, unknownKeys } },
  );
}

interface Strength {
  readonly alpha: number;
  readonly source: AlphaSource;
}

async function alphaFromKey(
  file: SafetensorsFile,
  key: string | undefined,
): Promise<Strength | undefined> {
  if (key === undefined) return undefined;
  const { data } = await file.readFloat32(key);
  const [alpha] = data;
  if (alpha === undefined || data.length !== 1) {
    throw new AtelierError(
      "format",
      `${file.path}: expected one number in "${key}", got ${data.length}. The file is damaged.`,
    );
  }
  // In kohya's files an alpha of 0 means that none was set, so that the scale is 1.
  return alpha === 0 ? undefined : { alpha, source: "keys" };
}

function alphaFromConfig(
  configs: LoraConfigs,
  name: string,
  down: FloatTensor,
): Strength | undefined {
  const { component, path } = splitModulePath(name);
  const config = configs.get(component) ?? configs.get(undefined);
  if (config === undefined) return undefined;
  return { alpha: alphaOf(config, path, down.shape[0] ?? 1), source: "config" };
}

/** Kohya's training record, of use where a converter kept it but lost the alpha tensors. */
function alphaFromMetadata(file: SafetensorsFile, down: FloatTensor): Strength | undefined {
  const alpha = Number(file.metadata.get("ss_network_alpha"));
  const describesModule = Number(file.metadata.get("ss_network_dim")) === down.shape[0];
  return alpha > 0 && describesModule ? { alpha, source: "ss_network_alpha" } : undefined;
}
