/**
 * @file training_config.json of a model folder: how its makers advise to train it. diffusers has no such file and
 * ignores it. It is kept as it stands and passed on with the model; whoever trains checks what it says. Single files
 * that Atelier writes hold the same in their metadata.
 */

import { AtelierError, type FileStore, said, shorten } from "@atelier/engine";
import { isJsonObject } from "./json-object.js";
import type { ConfigObject } from "./read-config.js";
import { readJson } from "./read-text.js";

/** Lies beside model_index.json. */
export const trainingConfigName = "training_config.json";

/** No advice comes near this size. */
const maxBytes = 64 * 1024;

/**
 * The fields of a model folder's file, none where it has no such file.
 * @throws AtelierError `format` for no JSON object, and for one that is far too large.
 */
export async function readTrainingConfig(
  files: FileStore,
  folder: string,
): Promise<ConfigObject | undefined> {
  const path = files.join(folder, trainingConfigName);
  const entry = await files.stat(path);
  if (entry?.kind !== "file") return undefined;
  const refuse = (expected: string, got: string): never => {
    throw new AtelierError(
      "format",
      said`${path}: expected ${expected}, got ${got}. Restore or remove the file.`,
    );
  };
  if (entry.sizeBytes > maxBytes) {
    return refuse(`advice of at most ${maxBytes} bytes`, String(entry.sizeBytes));
  }
  const value = await readJson(files, path);
  return isJsonObject(value) ? value : refuse("a JSON object", shorten(JSON.stringify(value), 40));
}
