/** @file Alpha and rank of a module of an adapter file, from wherever the file tells them. */

import { splitModulePath } from "../../core/lora-weights.js";
import type { SafetensorsFile } from "../safetensors/open-safetensors.js";
import { readScalar } from "../safetensors/read-scalar.js";
import { alphaOf, type LoraConfigs, rankOfConfig } from "./lora-config.js";

/** Where the alpha of a module was found; `whole` needs none. */
export type AlphaSource = "keys" | "config" | "option" | "rank" | "whole";

/** The scale of a module is alpha / rank. */
export interface Strength {
  readonly alpha: number;
  readonly rank: number;
  readonly source: AlphaSource;
}

/** What tells a module's strength. */
export interface StrengthSources {
  readonly name: string;
  readonly configs: LoraConfigs;
  readonly alphaKey: string | undefined;
  /** Alpha where the file gives none. */
  readonly otherwise: number | undefined;
  /** The rank that the module's tensors show. */
  readonly shownRank: number | undefined;
}

/** Finds the strength. @throws AtelierError `format` for an alpha tensor of several numbers. */
export async function readStrength(
  file: SafetensorsFile,
  { name, configs, alphaKey, otherwise, shownRank }: StrengthSources,
): Promise<Strength> {
  const { component, path } = splitModulePath(name);
  const config = configs.get(component) ?? configs.get(undefined);
  if (shownRank === undefined && config === undefined) {
    // Two whole factors of a LoKr: LyCORIS and ComfyUI take the scale for 1, whatever alpha says.
    return { alpha: 1, rank: 1, source: "whole" };
  }
  const rank = shownRank ?? (config === undefined ? 1 : rankOfConfig(config, path));
  const own = await alphaFromKey(file, alphaKey);
  if (own !== undefined) return { alpha: own, rank, source: "keys" };
  if (config !== undefined) return { alpha: alphaOf(config, path, rank), rank, source: "config" };
  return { alpha: otherwise ?? rank, rank, source: otherwise === undefined ? "rank" : "option" };
}

/** The alpha of a tensor, or of a number among a pickle's metadata. */
async function alphaFromKey(
  file: SafetensorsFile,
  key: string | undefined,
): Promise<number | undefined> {
  if (key === undefined) return undefined;
  const alpha = file.entries.has(key)
    ? await readScalar(file, key)
    : Number(file.metadata.get(key));
  // In kohya's files an alpha of 0 means that none was set, so that the scale is 1.
  return alpha === 0 ? undefined : alpha;
}
