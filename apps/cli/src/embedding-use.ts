/** @file `--embedding [name=]file`: a textual-inversion file, and what to call it in prompts. */

import type { Embedding } from "@atelier/diffusion/core";
import { type LoadedEmbedding, readEmbedding } from "@atelier/diffusion/files";
import { nameObstacle } from "@atelier/diffusion/pipeline";
import type { ClipTokenizer } from "@atelier/diffusion/tokenizer";
import { AtelierError, type FileStore, said } from "@atelier/engine";
import type { CliContext } from "./cli-context.js";
import type { Progress } from "./progress.js";
import { wholeWord } from "./whole-word.js";

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
export async function parseEmbeddingUse(value: string, files: FileStore): Promise<EmbeddingUse> {
  if ((await files.stat(value)) !== undefined) return { path: value };
  const [, token, path] = /^([^=]+)=(.+)$/s.exec(value) ?? [];
  if (token === undefined || path === undefined || (await files.stat(path)) === undefined) {
    throw new AtelierError(
      "file",
      said`--embedding ${path ?? value}: expected a textual-inversion file, got nothing at this path. Check the path; a name goes before it, as in my-style=file.`,
    );
  }
  return { path, token };
}

/** An embedding file that was read, and how the command line names it. */
export interface ReadUse {
  readonly use: EmbeddingUse;
  readonly loaded: LoadedEmbedding;
}

/**
 * Reads embeddings and tells what was left out of their files.
 * @throws AtelierError `file`, `format` or `weights` for a file that is no embedding.
 */
export async function readEmbeddings(
  { files }: CliContext,
  uses: readonly EmbeddingUse[],
  progress: Progress,
): Promise<ReadUse[]> {
  const read: ReadUse[] = [];
  for (const use of uses) {
    const loaded = await readEmbedding(files, use.path, { token: use.token });
    progress.tell(loaded.notes);
    read.push({ use, loaded });
  }
  return read;
}

/** Where names are chosen. */
interface Naming {
  readonly tokenizer: Pick<ClipTokenizer, "tokenId">;
  /** Prompts that may hold one of the names. */
  readonly prompts: readonly string[];
  readonly progress: Progress;
}

/**
 * Embeddings under the names that prompts call them by. Where the file's name and the one inside differ, it is
 * the one that a prompt holds, else the one that the program it comes from would take; both are told.
 */
export function nameEmbeddings(
  { text }: CliContext,
  read: readonly ReadUse[],
  { tokenizer, prompts, progress }: Naming,
): Embedding[] {
  return read.map(({ use, loaded: { embedding, names } }) => {
    if (names.length === 1) return embedding;
    const possible = names.filter((name) => nameObstacle(tokenizer, name) === undefined);
    const token =
      possible.find((name) => holdsWord(prompts, name)) ?? possible[0] ?? embedding.token;
    const others = names.filter((name) => name !== token);
    for (const other of others) {
      const isPossible = possible.includes(other);
      progress.warn(text.generate.twoNames({ path: use.path, token, other, isPossible }));
    }
    return { ...embedding, token };
  });
}

function holdsWord(prompts: readonly string[], word: string): boolean {
  return prompts.some((prompt) => wholeWord(word).test(prompt));
}
