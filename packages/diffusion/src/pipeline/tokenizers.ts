/** @file The tokenizers of a pipeline, read at first use: work on latents alone needs none. */

import { AtelierError, type FileStore, intTensor, said, type TensorOf } from "@atelier/engine";
import type { TextEncoderName } from "../core/component-name.js";
import { option } from "../core/option-words.js";
import type { TextEncoder } from "../families/family.js";
import { configsOf, type ModelFiles } from "../families/model-files.js";
import { tokenizerFoldersOf } from "../files/model/tokenizer-folders.js";
import { type ClipTokenizer, loadClipTokenizer } from "../tokenizer/clip-tokenizer.js";

/** One for each text encoder of a family. They cut texts alike and may pad them otherwise. */
export type Tokenizers = ReadonlyMap<TextEncoderName, ClipTokenizer>;

/** A text's ids by text encoder. */
export type TextIds = Readonly<Partial<Record<TextEncoderName, readonly number[]>>>;

/** Ids `[texts, tokens]` by text encoder. */
export type TokenIds = Readonly<Partial<Record<TextEncoderName, TensorOf<"int64">>>>;

/** The first encoder's tokenizer, in whose vocabulary words are looked up. */
export function firstTokenizer(tokenizers: Tokenizers): ClipTokenizer {
  const [first] = tokenizers.values();
  if (first !== undefined) return first;
  throw new AtelierError("config", "pipeline: expected a text encoder, got a model without.");
}

/** A text's ids by encoder, and what did not fit into the first. */
export function idsOfText(
  tokenizers: Tokenizers,
  text: string,
): { readonly ids: TextIds; readonly truncated: string } {
  const encoded = [...tokenizers].map(([name, own]) => [name, own.encode(text)] as const);
  const [[, first] = []] = encoded;
  const ids = Object.fromEntries(encoded.map(([name, own]) => [name, own.ids]));
  return { ids, truncated: first?.truncated ?? "" };
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
    const found = new Map<TextEncoderName, ClipTokenizer>();
    for (const encoder of model.family.textEncoders) {
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
    return padToken === undefined || tokenizer?.tokenId(padToken) === tokenizer?.padTokenId;
  };
  if (textEncoders.length < 2 || textEncoders.some(isOwn)) return;
  const places = textEncoders.map(
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
    : `a folder that holds ${folders.join(" and ")}, such as that of a diffusers model,`;
}

async function loadFor(
  files: FileStore,
  folder: string | undefined,
  { encoder, model, given }: Reader,
): Promise<ClipTokenizer> {
  if (folder === undefined) {
    throw new AtelierError(
      "config",
      given === undefined
        ? said`pipeline: expected a tokenizer, got a single-file checkpoint, which has none. Name ${tokenizerPlace(model)} with ${option("tokenizerFolder")}.`
        : said`${given}: expected a folder ${encoder.tokenizerFolder} in it, got none; the model's text encoders have a tokenizer each. Name ${tokenizerPlace(model)}.`,
    );
  }
  const tokenizer = await loadClipTokenizer(files, folder);
  const { vocabularySize, maxLength } = tokenizer;
  const { vocabulary, tokens } = encoder.limits(configsOf(model));
  if (vocabularySize <= vocabulary && maxLength <= tokens) return tokenizer;
  throw new AtelierError(
    "config",
    said`${folder}: expected at most ${vocabulary} tokens and texts of ${tokens}, which the text encoder knows, got ${vocabularySize} and ${maxLength}. Use the tokenizer that belongs to the checkpoint.`,
  );
}
