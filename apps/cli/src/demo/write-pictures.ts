/** @file The pictures that the demo learns from, as a folder like one that a user would bring. */

import { encodePng } from "@atelier/diffusion/files";
import type { FileStore } from "@atelier/engine";
import type { Lesson } from "../report/demo-report.js";

/**
 * Writes `<stem>-1.png` with its caption in `<stem>-1.txt`, and so on. @returns the paths of the pictures
 * @throws AtelierError `file`.
 */
export async function writePictures(
  files: FileStore,
  folder: string,
  { stem, lessons }: { readonly stem: string; readonly lessons: readonly Lesson[] },
): Promise<string[]> {
  const paths: string[] = [];
  for (const [index, { caption, picture }] of lessons.entries()) {
    const path = files.join(folder, `${stem}-${index + 1}`);
    await files.write(`${path}.png`, [await encodePng(picture)]);
    await files.write(`${path}.txt`, [new TextEncoder().encode(`${caption}\n`)]);
    paths.push(`${path}.png`);
  }
  return paths;
}
