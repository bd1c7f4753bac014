/** @file Writes what a run has made: an adapter, a word, both, or a fine-tuned model. */

import type { FileStore } from "@atelier/engine";
import { fileNameOfToken } from "../../core/embedding.js";
import { replaceWeights } from "../../files/model/replace-weights.js";
import { writeFolder, writeSingleFile } from "../../files/model/write-model-files.js";
import {
  DIFFUSERS_EMBEDDING_NAMES,
  writeDiffusersEmbedding,
  writeWebuiEmbedding,
} from "../../files/word/write-embedding.js";
import type { Pipeline } from "../../pipeline/pipeline.js";
import type { ProcessPrediction } from "../../process/prediction-type.js";
import type { TrainConfig } from "../config/train-config.js";
import type { TrainedResult } from "../parts/tuning-part.js";
import type { ResultFile } from "./result-file.js";
import { saveAdapter, storedAs } from "./save-adapter.js";

/** What is known of a run when its result is saved. */
export interface ResultContext {
  readonly files: FileStore;
  readonly config: TrainConfig;
  readonly pipeline: Pipeline;
  readonly predictionType: ProcessPrediction;
  /** The captions that it was trained on, one per picture. */
  readonly captions: readonly string[];
  /** A picture to show for it, as a data URL. */
  readonly thumbnail?: string | undefined;
  /** Folder of the tokenizer's files, for a base that comes without. */
  readonly tokenizerFolder?: string | undefined;
}

/**
 * Writes a result into a folder. The first file of a kind is what a user takes along. No time is written: the same training gives the same bytes.
 * @throws AtelierError `file`, `weights`.
 */
export async function saveResult(
  context: ResultContext,
  { folder, step, result }: { folder: string; step: number; result: TrainedResult },
): Promise<ResultFile[]> {
  const { adapter, embedding, weights } = result;
  const saved: ResultFile[] = [];
  if (adapter !== undefined) {
    // Pivotal tuning: one file with both, and the word in files of its own for those who take no bundles.
    // A1111 cannot read the whole file where the word's name has a dot.
    const words = embedding?.token.includes(".") === false ? [embedding] : [];
    const weights = words.length === 0 ? adapter : { ...adapter, words };
    saved.push(...(await saveAdapter(context, { folder, step, weights })));
  }
  if (embedding !== undefined) {
    saved.push(...(await saveEmbedding(context, { folder, step, embedding })));
  }
  if (weights !== undefined) saved.push(await saveModel(context, folder, weights));
  return saved;
}

async function saveEmbedding(
  { files, config, pipeline, predictionType }: ResultContext,
  {
    folder,
    step,
    embedding,
  }: { folder: string; step: number; embedding: NonNullable<TrainedResult["embedding"]> },
): Promise<ResultFile[]> {
  const { formats, dtype } = config.output;
  const saved: ResultFile[] = [];
  if (formats !== "diffusers") {
    // Programs take the token from the file's name.
    const path = files.join(folder, `${fileNameOfToken(embedding.token)}.safetensors`);
    const metadata = new Map([
      ["step", String(step)],
      ["sd_checkpoint_name", pipeline.name],
    ]);
    await writeWebuiEmbedding(files, path, embedding, {
      family: pipeline.family.id,
      predictionType,
      dtype: storedAs[dtype],
      metadata,
    });
    saved.push({ kind: "embedding", form: "webui", path });
  }
  if (formats === "both" || formats === "diffusers") {
    for (const encoder of embedding.vectors.keys()) {
      const path = files.join(folder, DIFFUSERS_EMBEDDING_NAMES[encoder]);
      await writeDiffusersEmbedding(files, path, embedding, { encoder, dtype: storedAs[dtype] });
      saved.push({ kind: "embedding", form: "diffusers", path });
    }
  }
  return saved;
}

/** A complete model. */
async function saveModel(
  { files, config, pipeline, tokenizerFolder }: ResultContext,
  folder: string,
  weights: NonNullable<TrainedResult["weights"]>,
): Promise<ResultFile> {
  const model = replaceWeights(pipeline.model, weights);
  const dtype = storedAs[config.output.dtype];
  if (config.output.checkpoint === "single-file") {
    const path = files.join(folder, `${config.name}.safetensors`);
    await writeSingleFile(files, model, { path, dtype });
    return { kind: "model", form: "single-file", path };
  }
  const path = files.join(folder, config.name);
  await writeFolder(files, model, {
    folder: path,
    dtype,
    tokenizerFolder,
  });
  return { kind: "model", form: "folder", path };
}
