/** @file Where the files of an adapter stand in a folder: as PEFT and diffusers write them, now and before. */

import { AtelierError, type FileStore, said } from "@atelier/engine";
import { type AdaptedComponent, adaptedComponents } from "../../core/component-name.js";

/** A file of an adapter. */
export interface LoraPlace {
  readonly weightsPath: string;
  /** PEFT's config beside it. */
  readonly configPath?: string;
  /** The part of the pipeline that all of it belongs to, where the folder's name tells. */
  readonly component?: AdaptedComponent;
}

/** Names of weights, the one to read first. diffusers before 0.17 and old PEFT wrote pickles. */
export const loraFileNames: readonly string[] = [
  "adapter_model.safetensors",
  "pytorch_lora_weights.safetensors",
  "adapter_model.bin",
  "pytorch_lora_weights.bin",
];

/** The name of PEFT's config. */
export const PEFT_CONFIG_NAME = "adapter_config.json";

/** The adapter among the names of a folder's files, if there is one. */
export function loraNameAmong(names: readonly string[]): string | undefined {
  return loraFileNames.find((name) => names.includes(name));
}

/** Whether a path is a folder that holds an adapter. */
export async function isLoraFolder(files: FileStore, path: string): Promise<boolean> {
  return (await placesIn(files, path)).length > 0;
}

/**
 * The files of the adapter at a path: the file itself, the one in a folder, or those in PEFT's folders of
 * the parts of a pipeline (`unet/adapter_model.safetensors`, …).
 * @throws AtelierError `file` for a folder without any.
 */
export async function locateLora(
  files: FileStore,
  path: string,
): Promise<readonly [LoraPlace, ...LoraPlace[]]> {
  if ((await files.stat(path))?.kind !== "folder") return [{ weightsPath: path }];
  const [first, ...others] = await placesIn(files, path);
  if (first !== undefined) return [first, ...others];
  throw new AtelierError(
    "file",
    said`${path}: expected ${loraFileNames.join(" or ")} in the folder, got none of them. Name the LoRA file itself.`,
    { context: { path } },
  );
}

async function placesIn(files: FileStore, path: string): Promise<LoraPlace[]> {
  if ((await files.stat(path))?.kind !== "folder") return [];
  const names = (await files.list(path)).map(({ name }) => name);
  const own = placeAmong(files, path, names);
  // A pipeline has folders of these names, too, and is no adapter.
  if (own !== undefined || names.includes("model_index.json")) return own ? [own] : [];
  const places: LoraPlace[] = [];
  for (const component of adaptedComponents.filter((one) => names.includes(one))) {
    const folder = files.join(path, component);
    if ((await files.stat(folder))?.kind !== "folder") continue;
    const inside = (await files.list(folder)).map(({ name }) => name);
    const place = placeAmong(files, folder, inside);
    if (place !== undefined) places.push({ ...place, component });
  }
  return places;
}

function placeAmong(
  files: FileStore,
  folder: string,
  names: readonly string[],
): LoraPlace | undefined {
  const name = loraNameAmong(names);
  if (name === undefined) return undefined;
  const weightsPath = files.join(folder, name);
  if (!names.includes(PEFT_CONFIG_NAME)) return { weightsPath };
  return { weightsPath, configPath: files.join(folder, PEFT_CONFIG_NAME) };
}
