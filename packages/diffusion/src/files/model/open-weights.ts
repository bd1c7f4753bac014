/** @file Opens the weights in the folder of a model or component, in whatever form they are there. */

import { AtelierError, type FileStore, said } from "@atelier/engine";
import { type Warning, warning } from "../../core/warnings/warning.js";
import type { SafetensorsFile } from "../safetensors/open-safetensors.js";
import { openShardedSafetensors } from "../safetensors/open-sharded-safetensors.js";
import { withScales } from "../safetensors/scaled-weights.js";
import { openTensorFile } from "../tensor-file.js";
import { explainMissingWeights, findWeightFiles } from "./weight-files.js";

/**
 * Opens one file or the shards of an index, in a variant if it is there.
 * @param notes told what was assumed or left out
 * @throws AtelierError `file` where there are no weights, `format` for damaged ones.
 */
export async function openWeights(
  files: FileStore,
  folder: string,
  { variant, notes }: { readonly variant?: string | undefined; readonly notes: Warning[] },
): Promise<SafetensorsFile> {
  const names = (await files.list(folder)).map((entry) => entry.name);
  const found = findWeightFiles(names, variant);
  if (found === undefined) {
    throw new AtelierError(
      "file",
      said`${folder}: expected weights in diffusion_pytorch_model.safetensors or model.safetensors, ${explainMissingWeights(names)}`,
    );
  }
  if (found.isFallback && variant !== undefined) {
    notes.push(warning("variant-fallback", { folder, variant }));
  }
  const path = files.join(folder, found.name);
  if (found.kind === "index") {
    const shards = await openShardedSafetensors(files, path);
    try {
      return await withScales(shards);
    } catch (error) {
      await shards.close();
      throw error;
    }
  }
  const file = await openTensorFile(files, path);
  notes.push(...file.notes);
  return file;
}
