/** @file What the user should know before pictures are drawn: settings and parts of prompts without effect. */

import { shorten } from "@atelier/engine";
import { option } from "../core/option-words.js";
import type { ModelFamily } from "../families/family.js";
import type { Adapter } from "./adapters.js";
import { encodeChunks, firstChunks, type TextChunks } from "./conditioning.js";
import type { GenerateWarning } from "./generate-events.js";
import { type GenerateSettings, readsEta } from "./generate-settings.js";
import type { Pipeline } from "./pipeline.js";
import type { NetworkTag } from "./prompt-syntax.js";
import { firstTokenizer, type Tokenizers } from "./tokenizers.js";

/** The prompts' chunks as ids; the negative one's only where it takes part. */
export interface EncodedTexts {
  readonly prompt: TextChunks;
  /** None where nothing stands for it, or zeros. */
  readonly negativePrompt: TextChunks | undefined;
}

/** Characters of a prompt that a message quotes at most. */
const quoted = 200;

/** Encodes the prompts. */
export function encodeTexts(
  tokenizers: Tokenizers,
  { read, readsNegative }: GenerateSettings,
): EncodedTexts {
  return {
    prompt: encodeChunks(tokenizers, read.prompt, read.prompt2),
    negativePrompt: readsNegative
      ? encodeChunks(tokenizers, read.negativePrompt, read.negativePrompt2)
      : undefined,
  };
}

/** Everything to be told, settings first. */
export async function generateWarnings(
  pipeline: Pipeline,
  settings: GenerateSettings,
  texts: EncodedTexts,
): Promise<GenerateWarning[]> {
  return [
    ...settingWarnings(pipeline, settings),
    ...familyWarnings(pipeline.family, settings),
    ...syntaxWarnings(settings),
    ...(await embeddingWarnings(pipeline, settings, texts)),
    ...truncationWarnings("negativePrompt", settings, texts.negativePrompt),
    ...truncationWarnings("prompt", settings, texts.prompt),
  ];
}

function settingWarnings(
  { generation }: Pick<Pipeline, "generation">,
  {
    scheduler,
    isGuided,
    negativePrompt,
    guidanceScale,
    guidanceRescale,
    samplerName,
    eta,
  }: GenerateSettings,
): GenerateWarning[] {
  const warnings: GenerateWarning[] = [];
  if (scheduler.unknown.length > 0) {
    warnings.push({
      type: "warning",
      kind: "unknown-scheduler-fields",
      message: `scheduler config: ${scheduler.unknown.join(", ")} have no effect: no sampler here knows them.`,
    });
  }
  if (eta > 0 && !readsEta(scheduler.className)) {
    warnings.push({
      type: "warning",
      kind: "unused-eta",
      message: `An eta of ${eta} has no effect with the sampler ${samplerName}: only ddim reads it. Leave ${option("eta")} out, or draw with ${option("sampler", "ddim")}.`,
    });
  }
  if (!isGuided && negativePrompt !== "") {
    warnings.push({
      type: "warning",
      kind: "unused-negative-prompt",
      message: `${option("negativePrompt")} has no effect with ${option("guidanceScale", guidanceScale)}. Guide by more than 1 to use it.`,
    });
  }
  // What the base advises beside guidance was not asked for here.
  if (!isGuided && guidanceRescale > 0 && guidanceRescale !== generation.guidanceRescale) {
    warnings.push({
      type: "warning",
      kind: "unused-guidance-rescale",
      message: `${option("guidanceRescale", guidanceRescale)} has no effect with ${option("guidanceScale", guidanceScale)}. Guide by more than 1 to use it.`,
    });
  }
  return warnings;
}

/** Settings that only some kinds of model read. */
function familyWarnings(
  { title, textEncoders, conditioning }: ModelFamily,
  { read, sizes, givenSizes, isGuided }: GenerateSettings,
): GenerateWarning[] {
  const warnings: GenerateWarning[] = [];
  const readsSizes = Object.keys(conditioning.ofSizes(sizes)).length > 0;
  if (!readsSizes && Object.keys(givenSizes).length > 0) {
    warnings.push({
      type: "warning",
      kind: "unused-sizes",
      message: `sizes have no effect: ${title} is not told any. Leave them out.`,
    });
  }
  if (readsSizes && !isGuided && givenSizes.negativeSizes !== undefined) {
    warnings.push({
      type: "warning",
      kind: "unused-sizes",
      message: "negativeSizes have no effect without guidance. Guide by more than 1 to use them.",
    });
  }
  const second = Object.keys(read).filter((name) => name.endsWith("2"));
  if (textEncoders.length < 2 && second.length > 0) {
    warnings.push({
      type: "warning",
      kind: "unused-second-prompt",
      message: `${second.join(" and ")} ${second.length === 1 ? "has" : "have"} no effect: ${title} has one text encoder. Write all into the prompt.`,
    });
  }
  return warnings;
}

/** What A1111 would have taken for more than words. */
function syntaxWarnings({ read, adapters }: GenerateSettings): GenerateWarning[] {
  return (["prompt", "negativePrompt"] as const).flatMap((name) => [
    ...read[name].tags.map((tag): GenerateWarning => {
      const message = `${option(name)}: ${shorten(tag.text, quoted)} is no text and was left out: ${insteadOf(tag, adapters)}`;
      return { type: "warning", kind: "unused-tag", message };
    }),
    ...read[name].asWords.map((typed): GenerateWarning => {
      const message = `${option(name)}: ${shorten(typed, quoted)} has no meaning here and is read as words. Prompts that change or are composed while a picture is drawn are not supported.`;
      return { type: "warning", kind: "unsupported-syntax", message };
    }),
  ]);
}

function insteadOf({ kind, name, weight }: NetworkTag, adapters: readonly Adapter[]): string {
  if (kind === "hypernet") return "hypernetworks are not supported.";
  const used = adapters.find((adapter) => adapter.name === name);
  if (used !== undefined) {
    return `the adapter ${name} is in use with the strength ${used.strength ?? 1} that it was given beside the prompt.`;
  }
  const strength = Number.isFinite(Number(weight)) && weight !== "" ? `:${weight}` : "";
  return `a LoRA is given by its file, ${option("adapters", `${shorten(name, quoted)}.safetensors${strength}`)}.`;
}

/** Embeddings that no prompt calls up: a word that is misspelled looks like a bad embedding. */
async function embeddingWarnings(
  pipeline: Pipeline,
  { read }: GenerateSettings,
  { prompt, negativePrompt }: EncodedTexts,
): Promise<GenerateWarning[]> {
  if (pipeline.embeddingTokens.length === 0) return [];
  const tokenizer = firstTokenizer(await pipeline.tokenizers());
  const chunks = [prompt, negativePrompt].flatMap((of) =>
    of === undefined ? [] : firstChunks(of),
  );
  const used = new Set<number | undefined>(chunks.flatMap(({ ids }) => ids));
  const typed = Object.values(read).flatMap(({ chunks }) => chunks.flat().map(({ text }) => text));
  return pipeline.embeddingTokens
    .filter((token) => !used.has(tokenizer.tokenId(token)))
    .map((token) => {
      const word = wordAround(token, typed);
      const found = word === undefined ? "" : ` It does not count inside "${shorten(word, 40)}".`;
      return {
        type: "warning",
        kind: "unused-embedding",
        message: `embedding ${token}: has no effect: no prompt holds its word within the length that the text encoder reads.${found} Write ${token} where it belongs.`,
      };
    });
}

/** The first word of which the token is but a part. */
function wordAround(token: string, texts: readonly string[]): string | undefined {
  const part = token.normalize("NFC").toLowerCase();
  return texts
    .flatMap((text) => text.normalize("NFC").match(/[\p{L}\p{N}\p{M}_]+/gu) ?? [])
    .find((word) => word.length > part.length && word.toLowerCase().includes(part));
}

function truncationWarnings(
  name: "prompt" | "negativePrompt",
  { read }: GenerateSettings,
  chunks: TextChunks | undefined,
): GenerateWarning[] {
  return (chunks === undefined ? [] : firstChunks(chunks))
    .filter(({ truncated }) => truncated !== "")
    .map(({ ids, truncated }) => {
      const advice =
        read[name].syntax === "plain"
          ? "Shorten it."
          : `Shorten it, or write BREAK where another ${ids.length - 2} tokens may begin.`;
      return {
        type: "warning",
        kind: "truncated-prompt",
        message: `${option(name)}: its end did not fit into the text encoder and has no effect: "${shorten(truncated, quoted)}". ${advice}`,
      };
    });
}
