/**
 * @file What a LoRA file is, from its header alone: for `atelier inspect`, and to choose the base
 * model before one is loaded.
 */

import { type Sentence, type Shape, said } from "@atelier/engine";
import { type PartName, type Parts, titleOf } from "../../core/adapter-parts.js";
import { moduleProblem } from "../../core/lora-weights.js";
import type { SafetensorsEntry } from "../../core/weights.js";
import type { FamilyId } from "../../families/family.js";
import { bundledTokens, isBundledWord } from "./bundled-words.js";
import { ADAPTER_METADATA_KEY, parseAdapterMetadata } from "./lora-config.js";
import {
  isBookkeeping,
  type KeyStyle,
  type LoraKey,
  parseLoraKey,
  type UnsupportedKind,
} from "./lora-keys.js";
import { magnitudeShape, shapeOnLayer } from "./shape-for-layer.js";

/** Facts of an adapter file. */
export interface LoraFileFacts {
  /** `LoRA`, `DoRA`, `LoHa`, `LoKr`, or the kinds that are recognised but cannot be read. */
  readonly kinds: readonly (Sentence | string)[];
  /** Those of the kinds that cannot be read. */
  readonly unreadable: readonly UnsupportedKind[];
  /** Missing when neither names, widths nor metadata tell. */
  readonly family?: FamilyId;
  /** How keys are spelled. */
  readonly format: Exclude<KeyStyle, "any"> | "comfyui" | "unknown";
  /** Distinct ranks, ascending. */
  readonly ranks: readonly number[];
  /** Alpha as diffusers' metadata gives it. */
  readonly alpha?: number;
  /** Keys of alpha tensors; each holds the alpha of its module and wins over `alpha`. */
  readonly alphaKeys: readonly string[];
  readonly moduleCount: number;
  readonly changesTextEncoder: boolean;
  readonly hasConvolutions: boolean;
  readonly parameterCount: number;
  readonly triggerPhrase?: string;
  readonly title?: string;
  /** Tokens of new words in the same file. */
  readonly words: readonly string[];
  /** Modules whose parts make no adapter, with the reason. */
  readonly broken: readonly Sentence[];
  /** Keys that belong to no known adapter. */
  readonly unknownKeys: readonly string[];
}

type Entries = ReadonlyMap<string, Pick<SafetensorsEntry, "shape">>;

interface ParsedEntry extends LoraKey {
  readonly key: string;
  readonly shape: readonly number[];
}

/**
 * The facts, or `undefined` when the file holds nothing of any adapter.
 * @throws AtelierError `format` when `lora_adapter_metadata` is damaged.
 */
export function detectLoraFile(
  entries: Entries,
  metadata: ReadonlyMap<string, string>,
): LoraFileFacts | undefined {
  const parsed: ParsedEntry[] = [];
  const unknownKeys: string[] = [];
  for (const [key, { shape }] of entries) {
    if (isBundledWord(key) || isBookkeeping(key)) continue;
    const known = parseLoraKey(key);
    if (known === undefined) unknownKeys.push(key);
    else parsed.push({ ...known, key, shape });
  }
  const downs = parsed.filter(({ part }) => part === "down");
  const unreadable = [...new Set(parsed.flatMap((entry) => entry.unsupported ?? []))];
  const titles = titlesOf(parsed);
  if (titles.length === 0 && unreadable.length === 0) return undefined;
  const modules = new Set(parsed.map(({ module }) => module));
  const family = familyOf(parsed, metadata);
  const alpha = alphaOfMetadata(metadata);
  const triggerPhrase = metadata.get("modelspec.trigger_phrase");
  const title = metadata.get("modelspec.title") ?? metadata.get("ss_output_name");
  return {
    kinds: unreadable.length > 0 ? unreadable.map(sentenceOfKind) : titles,
    unreadable,
    ...(family === undefined ? {} : { family }),
    format: formatOf(parsed),
    ranks: ranksOf(parsed),
    ...(alpha === undefined ? {} : { alpha }),
    alphaKeys: parsed.filter(({ part }) => part === "alpha").map(({ key }) => key),
    moduleCount: modules.size,
    changesTextEncoder: [...modules].some((name) => isTextEncoder(name)),
    hasConvolutions: downs.some(({ shape }) => (shape[2] ?? 1) > 1),
    parameterCount: countParameters(parsed),
    ...(triggerPhrase === undefined ? {} : { triggerPhrase }),
    ...(title === undefined ? {} : { title }),
    words: bundledTokens(entries.keys()),
    broken: unreadable.length > 0 ? [] : brokenModules(parsed),
    unknownKeys,
  };
}

const sentenceOfKind = (kind: UnsupportedKind): Sentence => ({ template: kind, params: [] });

/** What the modules' adapters are called; a magnitude makes a LoRA a DoRA. */
function titlesOf(parsed: readonly ParsedEntry[]): (Sentence | string)[] {
  const magnitudes = new Map(
    parsed
      .filter(({ part }) => part === "magnitude")
      .map(({ module, key, shape }) => [module, { shape: magnitudeShape(shape, key) }]),
  );
  const titles = parsed.flatMap(({ module, method }) => {
    if (method === undefined) return [];
    const magnitude = magnitudes.get(module);
    const own = method === "lora" && magnitude !== undefined ? "dora" : method;
    return [titleOf(own, magnitude === undefined ? {} : { magnitude })];
  });
  return [...new Map(titles.map((title) => [JSON.stringify(title), title])).values()];
}

/** What reading would refuse whatever the model is. */
function brokenModules(parsed: readonly ParsedEntry[]): Sentence[] {
  const modules = new Map<string, ParsedEntry[]>();
  for (const entry of parsed) {
    modules.set(entry.module, [...(modules.get(entry.module) ?? []), entry]);
  }
  return [...modules].flatMap(([module, own]) => {
    const method = own.find((entry) => entry.method !== undefined)?.method;
    if (method === undefined) return [];
    const down = own.find(({ part }) => part === "down")?.shape ?? [];
    const kernel = down.slice(2).some((extent) => extent > 1) ? down.slice(2) : [];
    const found = own.flatMap(({ part, key, shape }): [PartName, { shape: Shape }][] => {
      if (part === undefined || part === "alpha") return [];
      const isMagnitude = part === "magnitude";
      const read = isMagnitude ? magnitudeShape(shape, key) : shapeOnLayer(kernel, part, shape);
      return [[part, { shape: read }]];
    });
    const parts: Parts<{ readonly shape: Shape }> = Object.fromEntries(found);
    const isDora = method === "lora" && parts.magnitude !== undefined;
    const problem = moduleProblem(isDora ? "dora" : method, parts);
    return problem === undefined ? [] : [said`${module}: ${problem.message}`];
  });
}

/** Ranks, ascending, by the parts that show one. */
function ranksOf(parsed: readonly ParsedEntry[]): number[] {
  const showing = parsed.filter(({ part }) => part === "down" || part?.endsWith("_b"));
  return [...new Set(showing.map(({ shape }) => shape[0] ?? 0))].sort((a, b) => a - b);
}

function formatOf(parsed: readonly ParsedEntry[]): LoraFileFacts["format"] {
  const factor = parsed.find(({ part }) => part === "down" || part?.startsWith("w"));
  if (factor === undefined || factor.style === "any") return "unknown";
  // ComfyUI's differs from PEFT's by the prefix alone.
  const isComfy = factor.style === "peft" && factor.module.startsWith("diffusion_model.");
  return isComfy ? "comfyui" : factor.style;
}

function countParameters(parsed: readonly ParsedEntry[]): number {
  const learned = parsed.filter(({ part }) => part !== "alpha");
  return learned.reduce((sum, { shape }) => sum + shape.reduce((size, n) => size * n, 1), 0);
}

function isTextEncoder(module: string): boolean {
  return /^(?:lora_te\d?_|text_encoders?[._]|text_encoder_2\.|clip_[lg]\.|text_model\.)/.test(
    module,
  );
}

const familyNames: readonly (readonly [pattern: RegExp, family: FamilyId])[] = [
  [/(?:double_blocks|single_blocks|single_transformer_blocks)[._]/, "flux1"],
  [/joint_blocks[._]|^(?:lora_)?transformer[._]transformer_blocks[._]/, "sd3"],
  [/^lora_te2_|^text_encoder_2\.|clip_g\.|label_emb|add_embedding/, "sdxl"],
];

/** Tokens of FLUX.1, whose blocks with two streams have the names of those of Stable Diffusion 3. */
const fluxWidth = 3072;

/** Whether a layer of such a block reads or writes tokens as wide as those of FLUX.1. */
function isAsWideAsFlux({ module, part, shape }: ParsedEntry): boolean {
  const [rows, columns] = shape;
  const isReader = /attn[._](to_[qkv]|add_[qkv]_proj)$|ff(_context)?[._]net[._]0[._]proj$/;
  const isWriter = /attn[._](to_out[._]0|to_add_out)$|ff(_context)?[._]net[._]2$/;
  return (
    (part === "down" && columns === fluxWidth && isReader.test(module)) ||
    (part === "up" && rows === fluxWidth && isWriter.test(module))
  );
}

/** The text encoder's width, which cross-attention keys and values take in. */
const contextWidths: ReadonlyMap<number, FamilyId> = new Map([
  [768, "sd1"],
  [1024, "sd2"],
  [2048, "sdxl"],
]);

function familyOf(
  parsed: readonly ParsedEntry[],
  metadata: ReadonlyMap<string, string>,
): FamilyId | undefined {
  for (const [pattern, family] of familyNames) {
    if (!parsed.some(({ module }) => pattern.test(module))) continue;
    return family === "sd3" && parsed.some(isAsWideAsFlux) ? "flux1" : family;
  }
  const context = parsed.find(
    ({ module, part, method }) =>
      (part === "down" || (part === "w1_b" && method === "loha")) &&
      /attn2[._]to[._]k$/.test(module),
  );
  return contextWidths.get(context?.shape[1] ?? 0) ?? familyOfMetadata(metadata);
}

const familyVersions: readonly (readonly [start: string, family: FamilyId])[] = [
  ["stable-diffusion-v1", "sd1"],
  ["stable-diffusion-v2", "sd2"],
  ["stable-diffusion-xl", "sdxl"],
  ["stable-diffusion-3", "sd3"],
  ["stable-diffusion-v3", "sd3"],
  ["flux", "flux1"],
  ["sd_v1", "sd1"],
  ["sd_v2", "sd2"],
  ["sdxl", "sdxl"],
  ["sd3", "sd3"],
];

function familyOfMetadata(metadata: ReadonlyMap<string, string>): FamilyId | undefined {
  for (const key of ["modelspec.architecture", "ss_base_model_version"]) {
    const version = metadata.get(key) ?? "";
    const known = familyVersions.find(([start]) => version.startsWith(start));
    if (known !== undefined) return known[1];
  }
  return undefined;
}

function alphaOfMetadata(metadata: ReadonlyMap<string, string>): number | undefined {
  const json = metadata.get(ADAPTER_METADATA_KEY);
  if (json !== undefined) {
    const [config] = parseAdapterMetadata(ADAPTER_METADATA_KEY, json).values();
    return config?.alpha;
  }
  return undefined;
}
