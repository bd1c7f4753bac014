/** @file The parts that a config trains. */

import type { Pipeline } from "../../pipeline/pipeline.js";
import type { TrainConfig } from "../config/train-config.js";
import { type EmbeddingPart, embeddingPart } from "./embedding-part.js";
import { fullPart } from "./full-part.js";
import { type LoraPart, loraPart, resolveAlpha } from "./lora-part.js";
import type { TuningPart } from "./tuning-part.js";

/** What a run trains; each field where the config has its section. */
export interface RunParts {
  readonly lora: LoraPart | undefined;
  readonly full: TuningPart | undefined;
  readonly embedding: EmbeddingPart | undefined;
}

/**
 * Plans what a config trains.
 * @param pipeline the base, without a new word
 * @throws AtelierError `config`, `data`, `file`.
 */
export async function partsOfConfig(config: TrainConfig, pipeline: Pipeline): Promise<RunParts> {
  const { lora, full, embedding } = config;
  return {
    lora: lora && loraPart(resolveAlpha(lora), config, pipeline),
    full: full && fullPart(full, config, pipeline),
    embedding: embedding && (await embeddingPart(embedding, config, pipeline)),
  };
}

/** The parts that there are. */
export function listParts({ lora, full, embedding }: RunParts): TuningPart[] {
  return [lora, full, embedding].flatMap((part) => part ?? []);
}
