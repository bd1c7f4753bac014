/**
 * @file Embeddings that A1111 keeps in a PNG picture: the text chunk `sd-ti-embedding` holds what the
 * pickled form holds, as JSON in base64 with tensors as nested lists.
 */

import { AtelierError, type FileStore, type FloatTensor, floatTensor, said } from "@atelier/engine";
import { z } from "zod";
import { type Embedding, makeEmbedding, stemOf } from "../../core/embedding.js";
import { readPngText } from "../png/png-text.js";

/** The text chunk of a PNG that holds an embedding. */
export const embeddingKeyword: string = "sd-ti-embedding";

/** Pictures above this size hold no embedding that anyone trained. */
const maxBytes = 64 * 1024 * 1024;

const tensorSchema = z.object({
  TORCHTENSOR: z.union([z.array(z.number()), z.array(z.array(z.number()))]),
});
const embeddingSchema = z.looseObject({
  string_to_param: z.record(z.string(), tensorSchema),
  name: z.string().optional(),
  step: z.number().nullish(),
  sd_checkpoint: z.string().nullish(),
  sd_checkpoint_name: z.string().nullish(),
});

/**
 * Reads the embedding of a picture.
 * @throws AtelierError `format` for a picture without one, or with one hidden in its pixels.
 */
export async function readImageEmbedding(files: FileStore, path: string): Promise<Embedding> {
  const json = await readChunk(files, path);
  if (json === undefined) {
    throw new AtelierError(
      "format",
      said`${path}: expected a PNG picture with an embedding in its text, got none. Embeddings hidden in pixels, and those of WebP pictures, are not read: save the .pt form with A1111.`,
    );
  }
  const parsed = embeddingSchema.safeParse(parseJson(json));
  const [first] = Object.values(parsed.data?.string_to_param ?? {});
  const vectors = first === undefined ? undefined : toTensor(first.TORCHTENSOR);
  if (parsed.data === undefined || vectors === undefined) {
    throw new AtelierError(
      "format",
      said`${path}: expected an embedding in the chunk ${embeddingKeyword}, got other data. The picture is damaged; save it again with A1111.`,
    );
  }
  const { name, step, sd_checkpoint, sd_checkpoint_name } = parsed.data;
  const metadata = new Map<string, string>();
  for (const [key, value] of Object.entries({ name, step, sd_checkpoint, sd_checkpoint_name })) {
    if (value !== undefined && value !== null) metadata.set(key, String(value));
  }
  return makeEmbedding(path, {
    token: name ?? stemOf(path),
    vectors: new Map([["text_encoder", vectors]]),
    metadata,
  });
}

/** One vector, or rows of equal length; `undefined` for anything else. */
function toTensor(
  list: readonly number[] | readonly (readonly number[])[],
): FloatTensor | undefined {
  const rows = list.map((row) => (typeof row === "number" ? [row] : row));
  const [width = 0] = rows.map(({ length }) => length);
  if (width === 0 || rows.some(({ length }) => length !== width)) return undefined;
  const isVector = typeof list[0] === "number";
  return floatTensor(rows.flat(), isVector ? [rows.length] : [rows.length, width]);
}

async function readChunk(files: FileStore, path: string): Promise<string | undefined> {
  const file = await files.open(path);
  try {
    if (file.sizeBytes > maxBytes || !/\.png$/i.test(path)) return undefined;
    return (await readPngText(await file.read(0, file.sizeBytes))).get(embeddingKeyword);
  } finally {
    await file.close();
  }
}

function parseJson(base64: string): unknown {
  try {
    const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    // What is no base64 or no JSON is refused as no embedding.
    return undefined;
  }
}
