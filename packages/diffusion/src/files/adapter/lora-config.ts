/**
 * @file PEFT's configs of LoRA, LoHa and LoKr as files carry them: `adapter_config.json`, or flattened with a component
 * in front (`unet.lora_alpha`) in the metadata entry `lora_adapter_metadata` of diffusers files.
 */

import { AtelierError, messageOf, said } from "@atelier/engine";
import { type AdaptedComponent, adaptedComponents } from "../../core/component-name.js";
import { isJsonObject } from "../../core/json-object.js";
import { matchesPathPattern } from "./path-pattern.js";

/** The metadata key of diffusers files. */
export const ADAPTER_METADATA_KEY = "lora_adapter_metadata";

/** What a config says of strengths; every module has either its own alpha or the common one. */
export interface LoraConfig {
  readonly peftType: string;
  readonly rank: number;
  readonly alpha: number;
  readonly usesRsLora: boolean;
  readonly usesDora: boolean;
  /** By PEFT's pattern keys, see path-pattern.ts; the first that means a module counts. */
  readonly rankPattern: ReadonlyMap<string, number>;
  readonly alphaPattern: ReadonlyMap<string, number>;
}

/** Configs by component; `undefined` stands for all of them. */
export type LoraConfigs = ReadonlyMap<AdaptedComponent | undefined, LoraConfig>;

/**
 * Reads the config of every component that `lora_adapter_metadata` describes.
 * @throws AtelierError `format` when it is no JSON object or a field has the wrong type.
 */
export function parseAdapterMetadata(where: string, json: string): LoraConfigs {
  const configs = new Map<AdaptedComponent | undefined, LoraConfig>();
  const fields = parseObject(where, json);
  for (const component of adaptedComponents) {
    const own = Object.entries(fields).filter(([key]) => key.startsWith(`${component}.`));
    if (own.length === 0) continue;
    const stripped = own.map(([key, value]) => [key.slice(component.length + 1), value] as const);
    configs.set(component, readConfig(where, new Map(stripped)));
  }
  if (configs.size === 0 && ("lora_alpha" in fields || "alpha" in fields)) {
    configs.set(undefined, readConfig(where, new Map(Object.entries(fields))));
  }
  return configs;
}

/** Reads an `adapter_config.json`. @throws AtelierError `format`. */
export function parseAdapterConfig(where: string, json: string): LoraConfigs {
  const fields = new Map(Object.entries(parseObject(where, json)));
  return new Map([[undefined, readConfig(where, fields)]]);
}

/**
 * The alpha of one module under PEFT's rules: that of the first pattern that means it.
 * @throws AtelierError `format` for a pattern that is not understood.
 */
export function alphaOf(config: LoraConfig, path: string, rank: number): number {
  const alpha = valueFor(config.alphaPattern, path) ?? config.alpha;
  // rsLoRA scales by alpha / √rank; kept as alpha · √rank, so that alpha / rank is the scale.
  return config.usesRsLora ? alpha * Math.sqrt(rank) : alpha;
}

/** The rank that a config gives one module, which a LoKr of whole factors does not show. */
export function rankOfConfig(config: LoraConfig, path: string): number {
  return valueFor(config.rankPattern, path) ?? config.rank;
}

/** Newer transformers have no `text_model.` in the paths that `^` then begins. */
function valueFor(patterns: ReadonlyMap<string, number>, path: string): number | undefined {
  const bare = path.replace(/^text_model\./, "");
  const names = bare === path ? [path] : [path, bare];
  for (const [pattern, value] of patterns) {
    if (names.some((name) => matchesPathPattern(pattern, name))) return value;
  }
  return undefined;
}

function parseObject(where: string, json: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(json);
    if (isJsonObject(value)) return value;
  } catch (error) {
    throw new AtelierError("format", said`${where}: expected JSON, got ${messageOf(error)}.`, {
      cause: error,
    });
  }
  throw new AtelierError("format", said`${where}: expected a JSON object, got another value.`);
}

function readConfig(where: string, fields: ReadonlyMap<string, unknown>): LoraConfig {
  const rank = fields.get("r") ?? 8;
  // LoHa and LoKr call it `alpha`.
  const alpha = fields.get("lora_alpha") ?? fields.get("alpha") ?? 8;
  const peftType = fields.get("peft_type") ?? "LORA";
  if (!isStrength(rank) || rank < 1 || !isStrength(alpha)) {
    throw new AtelierError(
      "format",
      said`${where}: expected numbers r above 0 and lora_alpha other than 0, got ${JSON.stringify(rank)} and ${JSON.stringify(alpha)}. Restore the file from its source.`,
    );
  }
  return {
    peftType: typeof peftType === "string" ? peftType : JSON.stringify(peftType),
    rank,
    alpha,
    usesRsLora: fields.get("use_rslora") === true,
    usesDora: fields.get("use_dora") === true,
    rankPattern: readPattern(where, "rank_pattern", fields.get("rank_pattern")),
    alphaPattern: readPattern(where, "alpha_pattern", fields.get("alpha_pattern")),
  };
}

function readPattern(where: string, field: string, value: unknown): Map<string, number> {
  const pattern = new Map<string, number>();
  for (const [key, number] of Object.entries(isJsonObject(value) ? value : {})) {
    if (!isStrength(number)) {
      throw new AtelierError(
        "format",
        said`${where}: expected ${field} to give modules numbers other than 0, got "${key}": ${String(number)}. Restore the file from its source.`,
      );
    }
    pattern.set(key, number);
  }
  return pattern;
}

function isStrength(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value) && value !== 0;
}
