/** @file What adapters say of the model that they were trained on, held against the one that they are used with. */

import { AtelierError, type FileStore } from "@atelier/engine";
import type { ConfigObject } from "../../core/read-config.js";
import { type Warning, warning } from "../../core/warnings/warning.js";
import { openTensorFile } from "../tensor-file.js";
import {
  type AdapterClaim,
  isTrainedToZeroSnr,
  predictionOf,
  toldByMetadata,
} from "./told-prediction.js";

/** Files that hold an adapter's weights and metadata within a folder. */
const namesInFolders = ["adapter_model.safetensors", "pytorch_lora_weights.safetensors"];

/**
 * The claims of adapter files and folders, from their headers alone. What cannot be opened claims nothing; who
 * reads it says why.
 */
export async function readAdapterClaims(
  files: FileStore,
  paths: readonly string[],
): Promise<AdapterClaim[]> {
  const claims: AdapterClaim[] = [];
  for (const path of paths) {
    const metadata = await metadataOf(files, path);
    const prediction = toldByMetadata(metadata);
    claims.push({
      path,
      endsInNoise: isTrainedToZeroSnr(metadata),
      prediction: prediction?.type,
    });
  }
  return claims;
}

async function metadataOf(files: FileStore, path: string): Promise<ReadonlyMap<string, string>> {
  try {
    const isFolder = (await files.stat(path))?.kind === "folder";
    const names = isFolder ? (await files.list(path)).map(({ name }) => name) : [];
    const inside = namesInFolders.find((name) => names.includes(name));
    if (isFolder && inside === undefined) return new Map();
    const file = await openTensorFile(files, inside ? files.join(path, inside) : path);
    await file.close();
    return file.metadata;
  } catch (error) {
    if (error instanceof AtelierError) return new Map();
    throw error;
  }
}

/** Where adapters were trained on something else than the checkpoint is. */
export function contradictions(
  { scheduler }: { readonly scheduler: ConfigObject },
  claims: readonly AdapterClaim[],
): Warning[] {
  const type = predictionOf({ scheduler });
  // Trainers write the same entries for models of flow matching, of which they say nothing.
  if (type === "flow_prediction") return [];
  return claims.flatMap(({ path, prediction, endsInNoise }) => [
    ...(prediction === undefined || prediction === type
      ? []
      : [warning("adapter-prediction", { path, trained: prediction, base: type })]),
    ...(!endsInNoise || scheduler["rescale_betas_zero_snr"] === true
      ? []
      : [warning("adapter-zero-snr", { path })]),
  ]);
}
