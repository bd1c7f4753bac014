/** @file The pictures that the demo learns from, as a folder like one that a user would bring. */

import type { DemoPicture } from "@atelier/base";
import { encodePng, type RgbPicture } from "@atelier/diffusion";
import type { FileStore } from "@atelier/engine";
import type { Lesson } from "../report/demo-report.js";

/** Draws and writes `1.png` with its caption in `1.txt`, and so on. @throws AtelierError `file`. */
export async function writeLessons(
  files: FileStore,
  folder: string,
  {
    lessons,
    render,
  }: {
    readonly lessons: readonly DemoPicture[];
    readonly render: (scene: DemoPicture["scene"]) => Promise<RgbPicture>;
  },
): Promise<Lesson[]> {
  const written: Lesson[] = [];
  for (const [index, { scene, caption }] of lessons.entries()) {
    const picture = await render(scene);
    const stem = files.join(folder, String(index + 1));
    await files.write(`${stem}.png`, [await encodePng(picture)]);
    await files.write(`${stem}.txt`, [new TextEncoder().encode(`${caption}\n`)]);
    written.push({ caption, picture });
  }
  return written;
}
