/** @file The hashes by which A1111 and the sites that read its texts recognise the files of a picture. */

import type { EmbeddingMention } from "@atelier/diffusion/files";
import type { FileStore } from "@atelier/engine";

/** Hashes of the files that pictures are drawn from. */
export interface PictureHashes {
  /** The first 10 digits of the base's SHA-256, where it is one file. */
  readonly model?: string | undefined;
  /** Of the adapters, in their order: 12 digits, of their tensors alone where the file is safetensors. */
  readonly adapters: readonly (string | undefined)[];
  /** The first 12 digits of the SHA-256 of embeddings, by their words. */
  readonly embeddings: readonly EmbeddingMention[];
}

/** The files. */
export interface HashedFiles {
  readonly model: string;
  /** Those that say their hash themselves need none. */
  readonly adapters: readonly { readonly path: string; readonly isKnown: boolean }[];
  readonly embeddings: readonly { readonly path: string; readonly token: string }[];
}

/**
 * Hashes what pictures are drawn from, which takes some seconds for gigabytes. Folders have no hash, since those
 * programs have no models in folders.
 * @throws AtelierError `file`.
 */
export async function hashFiles(
  files: FileStore,
  { model, adapters, embeddings }: HashedFiles,
): Promise<PictureHashes> {
  const hash = async (path: string, digits: number, withoutHeader = false) =>
    (await files.stat(path))?.kind === "file"
      ? (await sha256OfFile(files, path, withoutHeader)).slice(0, digits)
      : undefined;
  const ofAdapters: (string | undefined)[] = [];
  for (const { path, isKnown } of adapters) {
    ofAdapters.push(isKnown ? undefined : await hash(path, 12, /\.safetensors$/i.test(path)));
  }
  const ofEmbeddings: EmbeddingMention[] = [];
  for (const { path, token: name } of embeddings) {
    const found = await hash(path, 12);
    if (found !== undefined) ofEmbeddings.push({ name, hash: found });
  }
  return { model: await hash(model, 10), adapters: ofAdapters, embeddings: ofEmbeddings };
}

async function sha256OfFile(
  files: FileStore,
  path: string,
  withoutHeader = false,
): Promise<string> {
  const file = await files.open(path);
  try {
    let offset = 0;
    if (withoutHeader) {
      const length = await file.read(0, 8);
      offset = 8 + new DataView(length.buffer, length.byteOffset).getUint32(0, true);
    }
    return await file.sha256(offset, file.sizeBytes - offset);
  } finally {
    await file.close();
  }
}
