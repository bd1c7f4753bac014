/** @file The tokenizers of a pipeline, read at first use: work on latents alone needs none. */

import {
  AtelierError,
  type FileStore,
  internalError,
  intTensor,
  said,
  type TensorOf,
} from "@atelier/engine";
import type { TextEncoderName } from "../core/component-name.js";
import { option } from "../core/option-words.js";
import type { TextEncoder } from "../families/family.js";
import { configsOf, type ModelFiles, presentEncoders } from "../families/model-files.js";
import { tokenizerFoldersOf } from "../files/model/tokenizer-folders.js";
import { type ClipTokenizer, loadClipTokenizer } from "../tokenizer/clip-tokenizer.js";
import { loadT5Tokenizer, type T5Tokenizer } from "../tokenizer/t5-tokenizer.js";

/** One for each text encoder of a model. CLIPs' cut texts alike and may pad them otherwise. */
export type Tokenizers = ReadonlyMap<TextEncoderName, ClipTokenizer | T5Tokenizer>;

/** A text's ids by text encoder. */
export type TextIds = Readonly<Partial<Record<TextEncoderName, readonly number[]>>>;

/** Ids `[texts, tokens]` by text encoder. */
export type TokenIds = Readonly<Partial<Record<TextEncoderName, TensorOf<"int64">>>>;

/** The first encoder's tokenizer, in whose vocabulary words are looked up. */
export function firstTokenizer(tokenizers: Tokenizers): ClipTokenizer {
  const [first] = tokenizers.values();
  if (first?.kind === "clip") return first;
  throw new AtelierError("config", "pipeline: expected a text encoder, got a model without.");
}

/** The tokenizer of a CLIP encoder. */
export function clipTokenizer(tokenizers: Tokenizers, encoder: TextEncoderName): ClipTokenizer {
  const found = tokenizers.get(encoder);
  if (found?.kind === "clip") return found;
  throw internalError(`expected a tokenizer of CLIP for ${encoder}.`);
}

/** Of what several encoders read, that of the one that reads most; the first of these. */
export function longestOf<T>(readings: Iterable<T>, tokens: (reading: T) => number): T | undefined {
  const [first, ...others] = readings;
  return others.reduce(
    (longest, other) =>
      longest === undefined || tokens(other) > tokens(longest) ? other : longest,
    first,
  );
}

/** A text's ids by encoder, and what did not fit into the one that reads most. */
export function idsOfText(
  tokenizers: Tokenizers,
  text: string,
): { readonly ids: TextIds; readonly truncated: string } {
  const encoded = [...tokenizers].map(([name, own]) => [name, own.encode(text)] as const);
  const longest = longestOf(encoded, ([, own]) => own.ids.length);
  const ids = Object.fromEntries(encoded.map(([name, own]) => [name, own.ids]));
  return { ids, truncated: longest?.[1].truncated ?? "" };
}

/** Texts of one length as rows. */
export function stackIds(texts: readonly TextIds[]): TokenIds {
  const names = Object.keys(texts[0] ?? {}) as TextEncoderName[]; // Its only keys.
  return Object.fromEntries(
    names.map((name) => {
      const rows = texts.flatMap((ids) => ids[name] ?? []);
      return [name, intTensor(rows, [texts.length, rows.length / texts.length])];
    }),
  );
}

/**
 * A function that reads the tokenizers once.
 * @param given a folder that counts instead of the model's own, see `tokenizerFoldersOf`
 * @throws (the function) AtelierError `config` without a folder or with one for another text encoder,
 *   `file` or `format` when a folder holds no tokenizer.
 */
export function lazyTokenizers(
  files: FileStore,
  model: ModelFiles,
  given?: string,
): () => Promise<Tokenizers> {
  const load = async (): Promise<Tokenizers> => {
    const folders = await tokenizerFoldersOf(files, model, given);
    const found = new Map<TextEncoderName, ClipTokenizer | T5Tokenizer>();
    for (const encoder of presentEncoders(model.family, configsOf(model))) {
      const folder = folders[encoder.tokenizerFolder];
      found.set(encoder.component, await loadFor(files, folder, { encoder, model, given }));
    }
    requireOwnPlaces(folders, model, found);
    return found;
  };
  let loaded: Promise<Tokenizers> | undefined;
  return () => {
    loaded ??= load();
    return loaded;
  };
}

interface Reader {
  readonly encoder: TextEncoder;
  readonly model: ModelFiles;
  readonly given: string | undefined;
}

/**
 * Two tokenizers with one vocabulary can be told apart by what they pad with alone. Where each pads as the other
 * should, they stand in each other's place; where both pad alike, nothing tells.
 */
function requireOwnPlaces(
  folders: Readonly<Record<string, string>>,
  { family: { textEncoders, title } }: ModelFiles,
  found: Tokenizers,
): void {
  const isOwn = ({ component, padToken }: TextEncoder): boolean => {
    const tokenizer = found.get(component);
    return tokenizer?.tokenId(padToken ?? "") === tokenizer?.padTokenId;
  };
  const told = textEncoders.filter(({ padToken }) => padToken !== undefined);
  if (told.length < 2 || told.some(isOwn)) return;
  const places = told.map(
    ({ tokenizerFolder, padToken = "" }) => `${tokenizerFolder} to pad with ${padToken}`,
  );
  throw new AtelierError(
    "config",
    said`${Object.values(folders).join(" and ")}: expected ${places.join(" and ")}, as in ${title}, got others. Their folders have been exchanged, or they belong to another model: rename them.`,
  );
}

/** What a user has to name. */
function tokenizerPlace({ family: { textEncoders } }: ModelFiles): string {
  const folders = textEncoders.map(({ tokenizerFolder }) => tokenizerFolder);
  return folders.length === 1
    ? "the folder of its files (tokenizer.json, or vocab.json and merges.txt)"
    : `a folder that holds ${folders.join(" and ")}, such as that of a diffusers model`;
}

async function loadFor(
  files: FileStore,
  folder: string | undefined,
  { encoder, model, given }: Reader,
): Promise<ClipTokenizer | T5Tokenizer> {
  if (folder === undefined) {
    throw new AtelierError(
      "config",
      given === undefined
        ? said`pipeline: expected a tokenizer, got a single-file checkpoint, which has none. Name ${tokenizerPlace(model)} with ${option("tokenizerFolder")}.`
        : said`${given}: expected a folder ${encoder.tokenizerFolder} in it, got none; the model's text encoders have a tokenizer each. Name ${tokenizerPlace(model)}.`,
    );
  }
  const { vocabulary, tokens } = encoder.limits(configsOf(model));
  const tokenizer =
    encoder.kind === "t5"
      ? await loadT5Tokenizer(files, folder, tokens)
      : await loadClipTokenizer(files, folder);
  const { vocabularySize, maxLength } = tokenizer;
  if (vocabularySize <= vocabulary && maxLength <= tokens) return tokenizer;
  throw new AtelierError(
    "config",
    said`${folder}: expected at most ${vocabulary} tokens and texts of ${tokens}, which the text encoder knows, got ${vocabularySize} and ${maxLength}. Use the tokenizer that belongs to the checkpoint.`,
  );
}
