/**
 * @file The generation parameters of a picture as text, in the form that AUTOMATIC1111's web UI
 * writes under the PNG keyword `parameters` and that galleries and other tools read:
 *
 *     prompt, of one or more lines <lora:name:weight>
 *     Negative prompt: of one or more lines
 *     Steps: 10, Sampler: DDIM, CFG scale: 7.5, Seed: 5, Size: 64x64, Model: name
 *
 * The form cannot tell a prompt's own line "Negative prompt: …" from the real one, and the white
 * space around a line is lost: it is for people and tools, not a lossless record.
 */

/** A LoRA that drew along. */
export interface LoraUse {
  readonly name: string;
  readonly weight: number;
  /** Hash by which galleries recognise the file. */
  readonly hash?: string;
}

/** What a picture was drawn from. */
export interface GenerationParameters {
  readonly prompt: string;
  readonly negativePrompt?: string;
  readonly steps: number;
  readonly sampler: string;
  readonly cfgScale: number;
  readonly seed: number | bigint;
  readonly width: number;
  readonly height: number;
  readonly modelName?: string;
  readonly modelHash?: string;
  readonly loras?: readonly LoraUse[];
  /** The program that drew the picture. */
  readonly version?: string;
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
  const { prompt, negativePrompt = "", loras = [], width, height } = parameters;
  const tags = loras.map(({ name, weight }) => ` <lora:${name}:${weight}>`);
  const hashes = loras.flatMap(({ name, hash }) => (hash === undefined ? [] : `${name}: ${hash}`));
  const fields: readonly (readonly [string, string | number | bigint | undefined])[] = [
    ["Steps", parameters.steps],
    ["Sampler", parameters.sampler],
    ["CFG scale", parameters.cfgScale],
    ["Seed", parameters.seed],
    ["Size", `${width}x${height}`],
    ["Model hash", parameters.modelHash],
    ["Model", parameters.modelName],
    ["Lora hashes", hashes.length === 0 ? undefined : hashes.join(", ")],
    ["Version", parameters.version],
  ];
  const written = fields.flatMap(([name, value]) =>
    value === undefined || value === "" ? [] : `${name}: ${quote(String(value))}`,
  );
  const negative = negativePrompt === "" ? [] : [`${negativeLabel} ${negativePrompt}`];
  return [`${prompt}${tags.join("")}`, ...negative, written.join(", ")].join("\n").trim();
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
  return /[,:\n]/.test(value) ? JSON.stringify(value) : value;
}

function unquote(value: string): string {
  if (!value.startsWith('"') || !value.endsWith('"')) return value;
  try {
    return String(JSON.parse(value));
  } catch {
    return value;
  }
}
