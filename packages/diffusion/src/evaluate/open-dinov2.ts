/** @file Opens a DINOv2 (Oquab et al. 2023, arXiv 2304.07193), which tells things apart and reads nothing. */

import { AtelierError, type FileStore, input, said } from "@atelier/engine";
import type { PictureProcessor } from "../data/picture-processor.js";
import { type Dinov2Config, readDinov2Config } from "../models/dinov2/config.js";
import { listParameters } from "../models/list-layers.js";
import {
  type EncoderParameters,
  type EncoderPlace,
  type OpenedEmbedder,
  openParameters,
  readProcessor,
} from "./open-encoder.js";
import { createProcessedEmbedder } from "./picture-embedder.js";
import { embedPicturesByDinov2 } from "./unit-embeddings.js";

/** Takes the place of patches that are hidden while the model learns. */
const maskToken = "embeddings.mask_token";

/** What a DINOv2's folder holds. */
export interface Dinov2Files extends EncoderParameters {
  readonly config: Dinov2Config;
  readonly processor: PictureProcessor;
}

/**
 * Reads the folder of transformers' `Dinov2Model`.
 * @throws AtelierError `file`, `format`, `config`, `weights`.
 */
export async function readDinov2Files(files: FileStore, place: EncoderPlace): Promise<Dinov2Files> {
  const { folder } = place;
  const config = readDinov2Config(place.config);
  const processor = await readProcessor(files, folder);
  const { width, height } = processor.crop;
  if (Math.min(width, height) < config.patchSize) {
    throw new AtelierError(
      "config",
      said`${folder}: expected pictures of at least one patch of ${config.patchSize} pixels, as in config.json, got ${width}x${height} in preprocessor_config.json. The files belong to different models: download them from one.`,
    );
  }
  const expected = listParameters((weights) =>
    embedPicturesByDinov2(config, weights, input("pictures", [1, 3, height, width])),
  );
  const parts = { expected, unused: [maskToken] };
  return { config, processor, ...(await openParameters(files, place, parts)) };
}

/** Opens a DINOv2; an embedding is the state of the whole picture. @throws AtelierError as {@link readDinov2Files}. */
export async function openDinov2(files: FileStore, place: EncoderPlace): Promise<OpenedEmbedder> {
  const { name, runtime } = place;
  const { config, processor, parameters, notes } = await readDinov2Files(files, place);
  const seeing = createProcessedEmbedder({
    name: `${name} (DINOv2)`,
    processor,
    encode: (weights, pictures) => embedPicturesByDinov2(config, weights, pictures),
    parameters,
    runtime,
  });
  return { ...seeing, notes };
}
