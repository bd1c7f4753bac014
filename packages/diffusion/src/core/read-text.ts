/**
 * @file Small text files of a model folder: configs, vocabularies, indexes. Says what a file is when
 * it is not what its name promises, since a download that went wrong leaves web pages and pointers.
 */

import { AtelierError, type FileStore, type Sentence, said } from "@atelier/engine";
import { parsePythonJson } from "./python-json.js";

/** No config, vocabulary or index of a known model comes near this size. */
const maxTextBytes = 64 * 1024 * 1024;

/**
 * The text of a UTF-8 file.
 * @throws AtelierError `file` when it cannot be read, `format` when it is too long, no text, a web page or a Git LFS pointer.
 */
export async function readText(files: FileStore, path: string): Promise<string> {
  const file = await files.open(path);
  try {
    if (file.sizeBytes > maxTextBytes) {
      throw new AtelierError(
        "format",
        said`${path}: expected a text file of at most ${maxTextBytes} bytes, got ${file.sizeBytes}. Check that this is the file you mean.`,
      );
    }
    const bytes = await file.read(0, file.sizeBytes);
    const impostor = describeImpostor(bytes);
    if (impostor !== undefined) {
      throw new AtelierError(
        "format",
        said`${path}: expected the file itself, got ${impostor}. Download the file again.`,
      );
    }
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (error) {
    if (error instanceof AtelierError) throw error;
    throw new AtelierError(
      "format",
      said`${path}: expected UTF-8 text, got other bytes. Restore it.`,
      {
        cause: error,
      },
    );
  } finally {
    await file.close();
  }
}

/**
 * The parsed value of a JSON file, to be checked by the caller.
 * @throws AtelierError `file` or `format`.
 */
export async function readJson(files: FileStore, path: string): Promise<unknown> {
  const text = await readText(files, path);
  if (text.trim() !== "") return parsePythonJson(text, path);
  throw new AtelierError(
    "format",
    said`${path}: expected JSON, got an empty file. Restore the file from the model's source.`,
  );
}

/** Names what the first bytes of a failed download are: a web page or a Git LFS pointer. */
export function describeImpostor(bytes: Uint8Array): Sentence | undefined {
  const head = new TextDecoder().decode(bytes.subarray(0, 64)).trimStart().toLowerCase();
  if (head.startsWith("version https://git-lfs")) return said`a Git LFS pointer to it`;
  if (head.startsWith("<!doctype") || head.startsWith("<html")) return said`a web page`;
  return undefined;
}
