/**
 * @file Reading textual-inversion files of every common form into one: diffusers, A1111 (pickled, or
 * a picture), kohya, ComfyUI, SDXL's two encoders.
 */

import { AtelierError, type FileStore, type FloatTensor, said } from "@atelier/engine";
import type { TextEncoderName } from "../../core/component-name.js";
import {
  type Embedding,
  fileNameOfToken,
  isOneWord,
  makeEmbedding,
  stemOf,
} from "../../core/embedding.js";
import { some } from "../../core/warnings/param-kinds.js";
import { type Warning, warning } from "../../core/warnings/warning.js";
import { openTensorFile, type TensorFile } from "../tensor-file.js";
import {
  detectEmbeddingFile,
  type EmbeddingFileFacts,
  type EmbeddingFormat,
} from "./detect-embedding-file.js";
import { readImageEmbedding } from "./read-image-embedding.js";

/** Options of {@link readEmbedding}. */
export interface ReadEmbeddingOptions {
  /** Replaces the token that the file, or its name, gives. */
  readonly token?: string | undefined;
}

/** An embedding from a file and what the user should be told of it. */
export interface LoadedEmbedding {
  readonly embedding: Embedding;
  readonly format: EmbeddingFormat | "picture";
  /**
   * What it may be called in prompts, the most usual first: A1111 calls what it trained by the file's name,
   * diffusers by the one inside. One where the caller named it.
   */
  readonly names: readonly string[];
  /** The file that the vectors came from. */
  readonly path: string;
  /** What was left out or assumed. */
  readonly notes: readonly Warning[];
}

/** Names that diffusers gives an embedding's file in a folder, and the file of a second text encoder. */
const folderNames = [
  ["learned_embeds.safetensors", "learned_embeds_2.safetensors"],
  ["learned_embeds.bin", "learned_embeds_2.bin"],
] as const;

/**
 * Reads an embedding from `.safetensors`, `.pt` or `.bin`, from a picture of A1111, or from a folder
 * as diffusers' training scripts write it, which holds a file for each text encoder.
 * @throws AtelierError `file`; `format` when it is damaged, hostile or no embedding; `weights` for
 *   vectors that no text encoder can have.
 */
export async function readEmbedding(
  files: FileStore,
  path: string,
  { token }: ReadEmbeddingOptions = {},
): Promise<LoadedEmbedding> {
  const [place, second] = await locate(files, path);
  if (/\.(png|webp)$/i.test(place)) {
    const embedding = await readImageEmbedding(files, place);
    const names = namesOf({ given: token, inner: embedding.token, stem: stemOf(place) });
    const named = { ...embedding, token: names.find(isOneWord) ?? embedding.token };
    return { embedding: named, format: "picture", names, path: place, notes: [] };
  }
  const file = await openTensorFile(files, place);
  try {
    const facts = detectEmbeddingFile(file.entries, file.metadata);
    if (facts === undefined) throw notAnEmbedding(file);
    const first = await load(file, facts, token);
    return second === undefined ? first : await withSecond(files, first, second);
  } finally {
    await file.close();
  }
}

/** The file, and that of a second text encoder beside it. */
async function locate(files: FileStore, path: string): Promise<readonly [string, string?]> {
  if ((await files.stat(path))?.kind !== "folder") return [path];
  for (const names of folderNames) {
    const [first, second] = [files.join(path, names[0]), files.join(path, names[1])];
    if ((await files.stat(first)) === undefined) continue;
    return (await files.stat(second)) === undefined ? [first] : [first, second];
  }
  throw new AtelierError(
    "file",
    said`${path}: expected ${folderNames.map(([name]) => name).join(" or ")} in the folder, got neither. Name the embedding file itself.`,
  );
}

/** The same word with the vectors of the second text encoder, which diffusers keeps in a file of their own. */
async function withSecond(
  files: FileStore,
  first: LoadedEmbedding,
  path: string,
): Promise<LoadedEmbedding> {
  const { embedding } = first;
  const { vectors } = (await readEmbedding(files, path, { token: embedding.token })).embedding;
  const [own] = vectors.values();
  if (own === undefined) return first;
  const both = new Map<TextEncoderName, FloatTensor>([
    ...embedding.vectors,
    ["text_encoder_2", own],
  ]);
  return { ...first, embedding: makeEmbedding(path, { ...embedding, vectors: both }) };
}

async function load(
  file: TensorFile,
  facts: EmbeddingFileFacts,
  token: string | undefined,
): Promise<LoadedEmbedding> {
  const vectors = new Map<TextEncoderName, FloatTensor>();
  for (const [encoder, key] of facts.keys) vectors.set(encoder, await file.readFloat32(key));
  const { path, metadata } = file;
  const inner = facts.token ?? ownToken(path, metadata);
  const names = namesOf({ given: token, inner, stem: stemOf(path) });
  const { unusedKeys, format } = facts;
  const embedding = makeEmbedding(path, {
    token: names.find(isOneWord) ?? names[0] ?? "",
    vectors,
    metadata,
  });
  const unused =
    unusedKeys.length === 0 ? [] : [warning("unused-vectors", { path, tensors: some(unusedKeys) })];
  const usual = format === "a1111" ? [...names].reverse() : names;
  return { embedding, format, names: usual, path, notes: [...file.notes, ...unused] };
}

/** The name that the caller gives, else that in the file and then that of the file. */
function namesOf({
  given,
  inner,
  stem,
}: Readonly<Record<"given" | "inner", string | undefined>> & { readonly stem: string }): string[] {
  if (given !== undefined) return [given];
  if (inner === undefined) return [stem];
  const isSame = fileNameOfToken(inner) === stem || genericStems.has(stem);
  return isSame ? [inner] : [inner, stem];
}

/** Names that programs give whatever they write. */
const genericStems: ReadonlySet<string> = new Set(["learned_embeds", "embeddings", "embedding"]);

/**
 * The token in full, such as `<my-cat>`, where the file's name is still the one that Atelier gave it without
 * the characters that file systems refuse. A renamed file goes by its new name, as in other programs.
 */
function ownToken(path: string, metadata: ReadonlyMap<string, string>): string | undefined {
  const token = metadata.get("modelspec.trigger_phrase");
  return token !== undefined && fileNameOfToken(token) === stemOf(path) ? token : undefined;
}

function notAnEmbedding({ path, entries }: TensorFile): AtelierError {
  const names = [...entries.keys()];
  const shown = names.slice(0, 3).join(", ") || "no tensors";
  return new AtelierError(
    "format",
    said`${path}: expected a textual-inversion embedding (one tensor named by its token, emb_params, string_to_param, or clip_l and clip_g), got ${shown}${names.length > 3 ? ` and ${names.length - 3} more` : ""}. Use an adapter as an adapter, and a model as the base.`,
    { context: { path } },
  );
}
