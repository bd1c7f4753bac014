/** @file The tokenizer of a pipeline, read at first use: work on latents alone needs none. */

import { AtelierError, type FileStore } from "@atelier/engine";
import { option } from "../core/option-words.js";
import type { ClipTextConfig } from "../models/clip-text/config.js";
import { type ClipTokenizer, loadClipTokenizer } from "../tokenizer/clip-tokenizer.js";

/**
 * A function that reads the tokenizer once.
 * @throws (the function) AtelierError `config` without a folder or with one for another text encoder,
 *   `file` or `format` when the folder holds no tokenizer.
 */
export function lazyTokenizer(
  files: FileStore,
  folder: string | undefined,
  config: ClipTextConfig,
): () => Promise<ClipTokenizer> {
  const load = async (): Promise<ClipTokenizer> => {
    if (folder === undefined) {
      throw new AtelierError(
        "config",
        `pipeline: expected a tokenizer, got a single-file checkpoint, which has none. Name the folder of its files (tokenizer.json, or vocab.json and merges.txt) with ${option("tokenizerFolder")}.`,
      );
    }
    const tokenizer = await loadClipTokenizer(files, folder);
    const { vocabularySize, maxLength } = tokenizer;
    const { vocabSize, maxPositionEmbeddings } = config;
    if (vocabularySize <= vocabSize && maxLength <= maxPositionEmbeddings) return tokenizer;
    throw new AtelierError(
      "config",
      `${folder}: expected at most ${vocabSize} tokens and texts of ${maxPositionEmbeddings}, which the text encoder knows, got ${vocabularySize} and ${maxLength}. Use the tokenizer that belongs to the checkpoint.`,
    );
  };
  let loaded: Promise<ClipTokenizer> | undefined;
  return () => {
    loaded ??= load();
    return loaded;
  };
}
