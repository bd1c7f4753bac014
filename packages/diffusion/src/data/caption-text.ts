/** @file The text of caption files, which strangers wrote with every editor there is. */

import { AtelierError, type FileStore, type Sentence, said } from "@atelier/engine";

/** Far above any caption; a larger file is not one. */
const maxCaptionBytes = 2 ** 20;
const maxMetadataBytes = 2 ** 28;

/**
 * The caption in a file: UTF-8 with or without byte-order mark, line ends unified to `\n`, outer
 * white space removed, all its lines kept. Length is not limited by any tokenizer here.
 * @throws AtelierError `data` when the file is empty, too large, or no UTF-8 text.
 */
export async function readCaptionFile(files: FileStore, path: string): Promise<string> {
  const text = await readUtf8(files, path, maxCaptionBytes);
  const caption = cleanCaption(text);
  if (caption !== "") return caption;
  throw new AtelierError(
    "data",
    said`caption ${path}: expected text, got an empty file. Write a caption, or delete the file so that metadata.jsonl or the prompt is used.`,
    { context: { path } },
  );
}

/** The text of a `metadata.jsonl`. @throws AtelierError `data` as {@link readCaptionFile}. */
export async function readMetadataText(files: FileStore, path: string): Promise<string> {
  return readUtf8(files, path, maxMetadataBytes);
}

/** Unifies line ends and removes outer white space. */
export function cleanCaption(text: string): string {
  return text.replace(/\r\n?/g, "\n").trim();
}

async function readUtf8(files: FileStore, path: string, maxBytes: number): Promise<string> {
  const file = await files.open(path);
  try {
    if (file.sizeBytes > maxBytes) {
      throw textError(
        path,
        said`expected at most ${maxBytes} bytes, got ${file.sizeBytes}. Is this a caption?`,
      );
    }
    return decodeUtf8(path, await file.read(0, file.sizeBytes));
  } finally {
    await file.close();
  }
}

function decodeUtf8(path: string, bytes: Uint8Array): string {
  const [first, second] = bytes;
  const isUtf16 = (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff);
  if (isUtf16) throw textError(path, said`expected UTF-8 text, got UTF-16. Save it as UTF-8.`);
  if (bytes.includes(0)) {
    throw textError(
      path,
      said`expected UTF-8 text, got a file with zero bytes. Save it as plain UTF-8 text.`,
    );
  }
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (cause) {
    throw textError(
      path,
      said`expected UTF-8 text, got bytes that are not UTF-8 (perhaps Latin-1). Save it as UTF-8.`,
      cause,
    );
  }
}

function textError(path: string, sentence: Sentence, cause?: unknown): AtelierError {
  return new AtelierError("data", said`caption ${path}: ${sentence}`, {
    context: { path },
    ...(cause === undefined ? {} : { cause }),
  });
}
