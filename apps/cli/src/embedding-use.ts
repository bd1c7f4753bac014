/** @file `--embedding [name=]file`: a textual-inversion file, and what to call it in prompts. */

import { type Embedding, readEmbedding } from "@atelier/diffusion";
import { AtelierError, type FileStore } from "@atelier/engine";
import type { CliContext } from "./cli-context.js";
import type { Messages } from "./messages/messages.js";
import type { Progress } from "./progress.js";

/** An embedding as the command line names it. */
export interface EmbeddingUse {
  readonly path: string;
  /** Replaces the token of the file. */
  readonly token?: string;
}

/**
 * Takes `<my-style>=file` apart at the first equals sign, unless the whole text names a file.
 * @throws AtelierError `file` when nothing stands at the path.
 */
export async function parseEmbeddingUse(
  value: string,
  files: FileStore,
  { generate: text }: Messages,
): Promise<EmbeddingUse> {
  if ((await files.stat(value)) !== undefined) return { path: value };
  const [, token, path] = /^([^=]+)=(.+)$/s.exec(value) ?? [];
  if (token === undefined || path === undefined || (await files.stat(path)) === undefined) {
    throw new AtelierError("file", text.noEmbedding(path ?? value));
  }
  return { path, token };
}

/**
 * Reads embeddings and tells what was left out of their files.
 * @throws AtelierError `file`, `format` or `weights` for a file that is no embedding.
 */
export async function readEmbeddings(
  { files }: CliContext,
  uses: readonly EmbeddingUse[],
  progress: Progress,
): Promise<Embedding[]> {
  const embeddings: Embedding[] = [];
  for (const { path, token } of uses) {
    const { embedding, notes } = await readEmbedding(files, path, { token });
    for (const note of notes) progress.warn(note);
    embeddings.push(embedding);
  }
  return embeddings;
}
