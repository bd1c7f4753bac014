/** @file How large an exported model is. */

import { openSafetensors } from "@atelier/diffusion/files";
import { type FileStore, sizeOf } from "@atelier/engine";
import { listFiles } from "../../embedded/checksums.js";
import { weightFiles } from "../write-model.js";
import type { Quality } from "./quality.js";

/** Bytes of all files of a folder, and parameters by the folder that holds them. */
export async function modelSize(files: FileStore, folder: string): Promise<Quality["size"]> {
  const listed = await listFiles(files, folder);
  const parameters: Record<string, number> = {};
  for (const path of Object.values(weightFiles).flat()) {
    const [part = "", ...rest] = path;
    if ((await files.stat(files.join(folder, part))) === undefined) continue;
    const file = await openSafetensors(files, files.join(folder, part, ...rest));
    parameters[part] = [...file.entries.values()].reduce(
      (sum, { shape }) => sum + sizeOf(shape),
      0,
    );
    await file.close();
  }
  return { bytes: listed.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0), parameters };
}
