/** @file Pictures for trainings in tests. */

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { encodePng } from "@atelier/diffusion/files";

/** Makes a folder with pictures of two colours each, and returns it. */
export async function writePictures(folder: string, count: number): Promise<string> {
  mkdirSync(folder, { recursive: true });
  for (let index = 0; index < count; index++) {
    const level = 60 + 70 * index;
    const data = new Uint8Array(3 * 32 * 32).map((_, i) => (i < 1500 ? level : 255 - level));
    const bytes = await encodePng({ width: 32, height: 32, data });
    writeFileSync(join(folder, `${index}.png`), bytes);
  }
  return folder;
}
