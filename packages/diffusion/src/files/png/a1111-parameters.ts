/**
 * @file The generation parameters of a picture as text, in the form that AUTOMATIC1111's web UI
 * writes under the PNG keyword `parameters` and that galleries and other tools read:
 *
 *     prompt, of one or more lines <lora:name:weight>
 *     Negative prompt: of one or more lines
 *     Steps: 10, Sampler: DDIM, CFG scale: 7.5, Seed: 5, Size: 64x64, Model: name, RNG: CPU
 *
 * Fields have the web UI's names, and are left out where it takes their absence for what they would say.
 * The form cannot tell a prompt's own line "Negative prompt: …" from the real one, and the white
 * space around a line is lost: it is for people and tools, not a lossless record.
 */

import type { PictureSizes } from "../../families/family.js";

/** A LoRA that drew along. */
export interface LoraUse {
  readonly name: string;
  readonly weight: number;
  /** Hash by which galleries recognise the file: the first 12 digits of that of its tensors. */
  readonly hash?: string;
}

/** An embedding whose word a prompt holds. */
export interface EmbeddingMention {
  readonly name: string;
  /** The first 12 digits of the file's SHA-256. */
  readonly hash: string;
}

/** What a picture was drawn from. */
export interface GenerationParameters {
  readonly prompt: string;
  readonly negativePrompt?: string;
  readonly steps: number;
  /** As the web UI calls it, see `webuiSampler`. */
  readonly sampler: string;
  readonly scheduleType?: string;
  readonly cfgScale: number;
  readonly seed: number | bigint;
  readonly width: number;
  readonly height: number;
  readonly modelName?: string;
  /** The first 10 digits of the SHA-256 of the model's file, where it is one file. */
  readonly modelHash?: string;
  /** The file's or folder's name of an autoencoder that was given beside the model. */
  readonly vaeName?: string;
  /** Layers of the text encoder left out at the end; the web UI counts one more. */
  readonly clipSkip?: number;
  /** Where noise comes from; a GPU in the web UI by default. */
  readonly rng?: "CPU";
  /** η of DDIM. */
  readonly eta?: number;
  /** Whether the last timestep is pure noise. */
  readonly endsInNoise?: boolean;
  readonly loras?: readonly LoraUse[];
  readonly embeddings?: readonly EmbeddingMention[];
  /** The program that drew the picture. */
  readonly version?: string;
  /** Further text encoders' prompts and what the model was told of sizes, in fields that the web UI leaves be. */
  readonly prompt2?: string;
  readonly negativePrompt2?: string;
  readonly prompt3?: string;
  readonly negativePrompt3?: string;
  /** The guidance that a model read as a number, as Forge calls it. */
  readonly distilledCfgScale?: number;
  readonly sizes?: Partial<PictureSizes>;
  readonly negativeSizes?: Partial<PictureSizes>;
}

/** Parameters read back; only what the text holds. */
export interface ParsedParameters {
  /** Without its `<lora:name:weight>` tags. */
  readonly prompt: string;
  readonly negativePrompt: string;
  readonly loras: readonly LoraUse[];
  /** The fields of the last line by their names, such as `Steps`; values unquoted. */
  readonly fields: ReadonlyMap<string, string>;
}

/** Keyword of the PNG text chunk. */
export const parametersKeyword = "parameters";

const negativeLabel = "Negative prompt:";
const loraTag: RegExp = /\s*<lora:([^:>]+):(-?[\d.]+)>/g;
const field: RegExp = /\s*(\w[\w \-/]+):\s*("(?:\\.|[^\\"])+"|[^,]*)(?:,|$)/g;

/** Writes parameters as text. */
export function formatA1111Parameters(parameters: GenerationParameters): string {
  const { prompt, negativePrompt = "", width, height, clipSkip = 0, eta = 0 } = parameters;
  const { distilledCfgScale } = parameters;
  const loras = (parameters.loras ?? []).map((lora) => ({ ...lora, name: tagName(lora.name) }));
  const tags = loras.map(({ name, weight }) => ` <lora:${name}:${plain(weight)}>`);
  const fields: readonly (readonly [string, string | number | bigint | undefined])[] = [
    ["Steps", parameters.steps],
    ["Sampler", parameters.sampler],
    ["Schedule type", parameters.scheduleType],
    ["CFG scale", plain(parameters.cfgScale)],
    ["Distilled CFG Scale", distilledCfgScale === undefined ? undefined : plain(distilledCfgScale)],
    ["Seed", parameters.seed],
    ["Size", `${width}x${height}`],
    ["Model hash", parameters.modelHash],
    ["Model", parameters.modelName],
    ["VAE", parameters.vaeName],
    ["Clip skip", clipSkip === 0 ? undefined : clipSkip + 1],
    ["RNG", parameters.rng],
    ["Eta DDIM", eta === 0 ? undefined : plain(eta)],
    ["Noise Schedule", parameters.endsInNoise === true ? "Zero Terminal SNR" : undefined],
    ["Lora hashes", hashList(loras)],
    ["TI hashes", hashList(parameters.embeddings ?? [])],
    ["Prompt 2", parameters.prompt2],
    ["Negative prompt 2", parameters.negativePrompt2],
    ["Prompt 3", parameters.prompt3],
    ["Negative prompt 3", parameters.negativePrompt3],
    ...sizeFields("", parameters.sizes),
    ...sizeFields("Negative ", parameters.negativeSizes),
    ["Version", parameters.version],
  ];
  const written = fields.flatMap(([name, value]) =>
    value === undefined || value === "" ? [] : `${name}: ${quote(String(value))}`,
  );
  const negative = negativePrompt === "" ? [] : [`${negativeLabel} ${negativePrompt}`];
  return [`${prompt}${tags.join("")}`, ...negative, written.join(", ")].join("\n").trim();
}

function sizeFields(
  of: "" | "Negative ",
  { original, crop, target }: Partial<PictureSizes> = {},
): [string, string | undefined][] {
  const name = (label: string) => (of === "" ? label : of + label.toLowerCase());
  const size = (value: PictureSizes["target"] | undefined) =>
    value && `${value.width}x${value.height}`;
  return [
    [name("Original size"), size(original)],
    [name("Crop top left"), crop && `${crop.top},${crop.left}`],
    [name("Target size"), size(target)],
  ];
}

/** Digits without an exponent, which readers do not take for a number. */
function plain(value: number): string {
  return value.toLocaleString("en-US", { useGrouping: false, maximumFractionDigits: 20 });
}

/** A name without what ends it within a tag or a list of hashes, as the web UI leaves it out. */
function tagName(name: string): string {
  return name.replace(/[,:<>"\r\n]/g, "");
}

/** `name: hash, name: hash`, nothing where no hash is known. */
function hashList(
  files: readonly { readonly name: string; readonly hash?: string }[],
): string | undefined {
  const known = files.flatMap(({ name, hash }) =>
    hash === undefined ? [] : [`${tagName(name)}: ${hash}`],
  );
  return known.length === 0 ? undefined : known.join(", ");
}

/** Reads such a text; a last line of fewer than three fields belongs to the prompt. */
export function parseA1111Parameters(text: string): ParsedParameters {
  const lines = text.trim().split(/\r?\n/);
  const lastFields = [...(lines.at(-1) ?? "").matchAll(field)];
  const hasFields = lastFields.length >= 3;
  const body = (hasFields ? lines.slice(0, -1) : lines).map((line) => line.trim());
  const negativeAt = body.findIndex((line) => line.startsWith(negativeLabel));
  const promptLines = negativeAt < 0 ? body : body.slice(0, negativeAt);
  const negativeLines = negativeAt < 0 ? [] : body.slice(negativeAt);
  const fields = new Map(
    (hasFields ? lastFields : []).map(([, name = "", value = ""]) => [name, unquote(value.trim())]),
  );
  const tagged = promptLines.join("\n");
  return {
    prompt: tagged.replace(loraTag, "").trim(),
    negativePrompt: negativeLines.join("\n").slice(negativeLabel.length).trim(),
    loras: parseLoras(tagged, fields.get("Lora hashes") ?? ""),
    fields,
  };
}

function parseLoras(prompt: string, hashes: string): LoraUse[] {
  const hashOf = new Map(
    hashes.split(",").map((entry) => {
      const [name = "", hash = ""] = entry.split(":");
      return [name.trim(), hash.trim()];
    }),
  );
  return [...prompt.matchAll(loraTag)].map(([, name = "", weight = ""]) => {
    const hash = hashOf.get(name);
    return { name, weight: Number(weight), ...(hash === undefined ? {} : { hash }) };
  });
}

/** Values that would break the line are written as JSON strings. */
function quote(value: string): string {
  return /[,:\n]|^"/.test(value) ? JSON.stringify(value) : value;
}

function unquote(value: string): string {
  if (!value.startsWith('"') || !value.endsWith('"')) return value;
  try {
    return String(JSON.parse(value));
  } catch {
    return value;
  }
}
