/** @file What the user should know before pictures are drawn: settings and parts of prompts without effect. */

import { shorten } from "@atelier/engine";
import { some } from "../core/warnings/param-kinds.js";
import { type Warning, type WarningParams, warning } from "../core/warnings/warning.js";
import type { ModelFamily } from "../families/family.js";
import type { Adapter } from "./adapters.js";
import { encodeChunks, firstChunks, longestChunks, type TextChunks } from "./conditioning.js";
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
  { conditioning }: Pick<ModelFamily, "conditioning">,
  tokenizers: Tokenizers,
  { read, readsNegative }: GenerateSettings,
): EncodedTexts {
  const prompts = [read.prompt, read.prompt2, read.prompt3];
  const negatives = [read.negativePrompt, read.negativePrompt2, read.negativePrompt3];
  const all = readsNegative ? [...prompts, ...negatives] : prompts;
  // Rows of states that change from block to block are of one length from the beginning.
  const count = conditioning.isJoint
    ? Math.max(...all.map((prompt) => prompt?.chunks.length ?? 0))
    : 0;
  return {
    prompt: encodeChunks(tokenizers, prompts, count),
    negativePrompt: readsNegative ? encodeChunks(tokenizers, negatives, count) : undefined,
  };
}

/** Everything to be told, settings first. */
export async function generateWarnings(
  pipeline: Pipeline,
  settings: GenerateSettings,
  texts: EncodedTexts,
): Promise<Warning[]> {
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
): Warning[] {
  const warnings: Warning[] = [];
  if (scheduler.unknown.length > 0) {
    warnings.push(warning("unknown-scheduler-fields", { fields: some(scheduler.unknown) }));
  }
  if (eta > 0 && !readsEta(scheduler.className)) {
    warnings.push(warning("unused-eta", { eta, sampler: samplerName }));
  }
  if (!isGuided && negativePrompt !== "") {
    warnings.push(warning("unused-negative-prompt", { guidanceScale }));
  }
  // What the base advises beside guidance was not asked for here.
  if (!isGuided && guidanceRescale > 0 && guidanceRescale !== generation.guidanceRescale) {
    warnings.push(warning("unused-guidance-rescale", { guidanceRescale, guidanceScale }));
  }
  return warnings;
}

/** Settings that only some kinds of model read. */
function familyWarnings(
  { title, textEncoders, conditioning }: ModelFamily,
  { read, sizes, givenSizes, isGuided }: GenerateSettings,
): Warning[] {
  const warnings: Warning[] = [];
  const readsSizes = Object.keys(conditioning.ofSizes(sizes)).length > 0;
  if (!readsSizes && Object.keys(givenSizes).length > 0) {
    warnings.push(warning("unused-sizes", { model: title }));
  }
  if (readsSizes && !isGuided && givenSizes.negativeSizes !== undefined) {
    warnings.push(warning("unused-negative-sizes", {}));
  }
  const unread = Object.keys(read).filter((name) => {
    const encoder = Number(/\d$/.exec(name)?.[0] ?? 1);
    return encoder > textEncoders.length;
  });
  if (unread.length > 0) {
    warnings.push(warning("unused-second-prompt", { model: title, options: unread }));
  }
  return warnings;
}

/** What A1111 would have taken for more than words. */
function syntaxWarnings({ read, adapters }: GenerateSettings): Warning[] {
  return (["prompt", "negativePrompt"] as const).flatMap((prompt) => [
    ...read[prompt].tags.map((tag) =>
      warning("unused-tag", {
        prompt,
        tag: shorten(tag.text, quoted),
        name: shorten(tag.name, quoted),
        ...meaningOf(tag, adapters),
      }),
    ),
    ...read[prompt].asWords.map((typed) =>
      warning("unsupported-syntax", { prompt, typed: shorten(typed, quoted) }),
    ),
  ]);
}

function meaningOf(
  { kind, name, weight }: NetworkTag,
  adapters: readonly Adapter[],
): Pick<WarningParams<"unused-tag">, "means" | "strength"> {
  if (kind === "hypernet") return { means: "hypernetwork" };
  const used = adapters.find((adapter) => adapter.name === name);
  if (used !== undefined) return { means: "used-adapter", strength: String(used.strength ?? 1) };
  const isStrength = Number.isFinite(Number(weight)) && weight !== "";
  return { means: "adapter-file", ...(isStrength ? { strength: weight } : {}) };
}

/** Embeddings that no prompt calls up: a word that is misspelled looks like a bad embedding. */
async function embeddingWarnings(
  pipeline: Pipeline,
  { read }: GenerateSettings,
  { prompt, negativePrompt }: EncodedTexts,
): Promise<Warning[]> {
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
      const inside = word === undefined ? undefined : shorten(word, 40);
      return warning("unused-embedding", { token, inside });
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
  prompt: "prompt" | "negativePrompt",
  { read }: GenerateSettings,
  chunks: TextChunks | undefined,
): Warning[] {
  const isPlain = read[prompt].syntax === "plain";
  return (chunks === undefined ? [] : longestChunks(chunks))
    .filter(({ truncated }) => truncated !== "")
    .map(({ ids, truncated }) =>
      warning("truncated-prompt", {
        prompt,
        cut: shorten(truncated, quoted),
        chunkTokens: isPlain ? undefined : ids.length - 2,
      }),
    );
}
