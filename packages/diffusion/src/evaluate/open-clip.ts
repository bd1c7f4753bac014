/** @file Opens a CLIP (Radford et al. 2021, arXiv 2103.00020), which embeds pictures and texts in one space. */

import { AtelierError, type FileStore, input, said } from "@atelier/engine";
import type { PictureProcessor } from "../data/picture-processor.js";
import { type ClipConfig, readClipConfig } from "../models/clip/config.js";
import { listParameters } from "../models/list-layers.js";
import { type ClipTokenizer, loadClipTokenizer } from "../tokenizer/clip-tokenizer.js";
import { createCaptionEmbedder, withTexts } from "./caption-embedder.js";
import {
  type EncoderParameters,
  type EncoderPlace,
  type OpenedEmbedder,
  openParameters,
  readProcessor,
} from "./open-encoder.js";
import { createProcessedEmbedder } from "./picture-embedder.js";
import { embedCaptions, embedPicturesByClip } from "./unit-embeddings.js";

/** What a CLIP's folder holds. */
export interface ClipFiles extends EncoderParameters {
  readonly config: ClipConfig;
  readonly processor: PictureProcessor;
  readonly tokenizer: ClipTokenizer;
}

/**
 * Reads the folder of transformers' `CLIPModel`.
 * @throws AtelierError `file`, `format`, `config`, `weights`.
 */
export async function readClipFiles(files: FileStore, place: EncoderPlace): Promise<ClipFiles> {
  const { folder } = place;
  const config = readClipConfig(place.config);
  const { imageSize } = config.vision;
  const processor = await readProcessor(files, folder);
  requirePictureSize(folder, processor, imageSize);
  const tokenizer = await loadClipTokenizer(files, folder);
  requireTokens(folder, tokenizer, config);
  const expected = listParameters((weights) => {
    embedPicturesByClip(config.vision, weights, input("pictures", [1, 3, imageSize, imageSize]));
    embedCaptions(config.text, weights, input("input_ids", [1, 1], "int64"));
  });
  return { config, processor, tokenizer, ...(await openParameters(files, place, { expected })) };
}

/** Opens a CLIP. @throws AtelierError as {@link readClipFiles}. */
export async function openClip(files: FileStore, place: EncoderPlace): Promise<OpenedEmbedder> {
  const { name, runtime } = place;
  const { config, processor, tokenizer, parameters, notes } = await readClipFiles(files, place);
  const seeing = createProcessedEmbedder({
    name: `${name} (CLIP)`,
    processor,
    encode: (weights, pictures) => embedPicturesByClip(config.vision, weights, pictures),
    parameters,
    runtime,
  });
  const reading = createCaptionEmbedder({ config: config.text, parameters, tokenizer, runtime });
  return { ...withTexts(seeing, reading), notes };
}

function requirePictureSize(folder: string, { crop }: PictureProcessor, side: number): void {
  if (crop.width === side && crop.height === side) return;
  throw new AtelierError(
    "config",
    said`${folder}: expected pictures of ${side}x${side}, as in config.json, got ${crop.width}x${crop.height} in preprocessor_config.json. The files belong to models of different sizes: download them from one.`,
  );
}

function requireTokens(
  folder: string,
  { vocabularySize, maxLength }: ClipTokenizer,
  { text: { vocabSize, maxPositionEmbeddings } }: ClipConfig,
): void {
  if (vocabularySize <= vocabSize && maxLength <= maxPositionEmbeddings) return;
  throw new AtelierError(
    "config",
    said`${folder}: expected at most ${vocabSize} tokens and texts of ${maxPositionEmbeddings}, as in config.json, got a tokenizer of ${vocabularySize} and ${maxLength}. Use the tokenizer that belongs to the model.`,
  );
}
