/**
 * @file Reading LoRA files of every common kind into one form: kohya (A1111, ComfyUI), diffusers
 * old and new, PEFT folders, generic ComfyUI names. Nothing in a file is dropped in silence.
 */

import { AtelierError, type FileStore, type FloatTensor, floatTensor } from "@atelier/engine";
import { readText } from "../read-text.js";
import type { SafetensorsFile } from "../safetensors/open-safetensors.js";
import { openTensorFile } from "../tensor-file.js";
import { type MethodName, methodTitles, type PartName } from "./adapter-parts.js";
import { isBundledWord, readBundledWords } from "./bundled-words.js";
import {
  ADAPTER_METADATA_KEY,
  type LoraConfigs,
  parseAdapterConfig,
  parseAdapterMetadata,
} from "./lora-config.js";
import { parseLoraKey } from "./lora-keys.js";
import { moduleNames } from "./lora-module-names.js";
import { type AlphaSource, readStrength } from "./lora-strength.js";
import { type LoraModule, type LoraWeights, makeLoraModule, rankOf } from "./lora-weights.js";

/** Options of {@link readLora}. */
export interface ReadLoraOptions {
  /** The model's modules with their component: `unet.conv_in`, `text_encoder.text_model.…`. */
  readonly modulePaths: Iterable<string>;
  /** Alpha of modules for which the file gives none; without it alpha is the rank (scale 1). */
  readonly alpha?: number;
}

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

/** Where a module's tensors are. */
interface KeysOfModule {
  readonly method: MethodName | undefined;
  readonly parts: ReadonlyMap<PartName, string>;
  readonly alpha: string | undefined;
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
  const file = await openTensorFile(files, weightsPath);
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

/** Kinds of adapters that PEFT's configs name and that are read. */
const readableTypes: ReadonlySet<string> = new Set(["LORA", "LOHA", "LOKR"]);

/** Stops at adapters of other kinds, which would otherwise be applied in part and look wrong. */
function refuseOtherKinds(file: SafetensorsFile, configs: LoraConfigs): void {
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
    `${file.path}: expected LoRA, DoRA, LoHa or LoKr, got ${[...kinds].join(" and ")}, not supported yet by this version. Use one of those, or merge the adapter into its model with the tool that made it.`,
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
    const where = `${file.path}: ${name}`;
    const parts = Object.fromEntries(
      await Promise.all(
        [...keys.parts].map(
          async ([part, key]) => [part, await readPart(file, key, part)] as const,
        ),
      ),
    );
    const strength = await readStrength(file, {
      ...{ name, configs, alphaKey: keys.alpha, otherwise: alpha },
      shownRank: rankOf(parts),
    });
    alphaSources.add(strength.source);
    const method = keys.method === "lora" && keys.parts.has("magnitude") ? "dora" : keys.method;
    const { alpha: own, rank } = strength;
    modules.set(name, makeLoraModule(where, { method: method ?? "lora", parts, alpha: own, rank }));
  }
  const words = await readBundledWords(file);
  return {
    weights: { modules, metadata: file.metadata, ...(words.length === 0 ? {} : { words }) },
    path: file.path,
    unknownKeys,
    alphaSources,
  };
}

/**
 * A tensor of the file; magnitudes as `[out]`, which LyCORIS writes as `[out, 1, …]` and PEFT, for
 * convolutions, as `[1, out, 1, 1]`.
 */
async function readPart(file: SafetensorsFile, key: string, part: PartName): Promise<FloatTensor> {
  const tensor = await file.readFloat32(key);
  if (part !== "magnitude") return tensor;
  const { data, shape } = tensor;
  const isPerInput = key.endsWith(".dora_scale") && shape[0] === 1 && data.length > 1;
  if (isPerInput) {
    throw new AtelierError(
      "format",
      `${file.path}: expected a magnitude per output in "${key}", got one per input, as early versions of LyCORIS trained them. Merge the adapter into its model with the tool that made it.`,
    );
  }
  return floatTensor(data, [data.length]);
}

function groupKeys(
  file: SafetensorsFile,
  modulePaths: Iterable<string>,
): { keysOf: Map<string, KeysOfModule>; unknownKeys: string[] } {
  const names = moduleNames(modulePaths);
  const keysOf = new Map<string, KeysOfModule>();
  const unknownKeys: string[] = [];
  for (const key of file.entries.keys()) {
    if (isBundledWord(key)) continue;
    const parsed = parseLoraKey(key);
    const name = parsed === undefined ? undefined : names.resolve(parsed.module);
    if (parsed?.part === undefined || name === undefined) {
      unknownKeys.push(key);
      continue;
    }
    const { method, part } = parsed;
    const keys: KeysOfModule = keysOf.get(name) ?? { method, parts: new Map(), alpha: undefined };
    const other = part === "alpha" ? keys.alpha : keys.parts.get(part);
    if (other !== undefined) {
      throw new AtelierError(
        "format",
        `${file.path}: expected one ${part} tensor for ${name}, got "${other}" and "${key}". Remove one of them.`,
      );
    }
    if (keys.method !== undefined && method !== undefined && keys.method !== method) {
      const kinds = [keys.method, method].map((one) => methodTitles[one]);
      throw new AtelierError(
        "format",
        `${file.path}: expected one kind of adapter for ${name}, got ${kinds.join(" and ")}. Remove one of them.`,
      );
    }
    keysOf.set(name, {
      method: keys.method ?? method,
      parts: part === "alpha" ? keys.parts : new Map([...keys.parts, [part, key]]),
      alpha: part === "alpha" ? key : keys.alpha,
    });
  }
  if (keysOf.size > 0) return { keysOf, unknownKeys };
  const example = unknownKeys[0];
  throw new AtelierError(
    "weights",
    `${file.path}: expected LoRA tensors for modules of this model, got ${example === undefined ? "an empty file" : `${unknownKeys.length} others such as "${example}"`}. The file is no LoRA or made for another model family.`,
    { context: { path: file.path, unknownKeys } },
  );
}
