/** @file Pictures of one thing on grounds of several colours, as lessons have them. */

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { encodePng } from "@atelier/diffusion/files";

const [width, height] = [64, 64];

/** Writes them into a folder. @returns their paths */
export async function writePictures(folder: string, count: number): Promise<string[]> {
  const paths: string[] = [];
  for (let index = 0; index < count; index++) {
    const data = Uint8Array.from({ length: 3 * width * height }, (_, i) => {
      const [x, y] = [Math.floor(i / 3) % width, Math.floor(i / 3 / width)];
      const isThing = Math.hypot(x - 28 - 2 * index, y - 34) < 16;
      const [thing, ground] = [[230, 90, 30][i % 3], [90, 120 + 20 * index, 200][i % 3]];
      return (isThing ? thing : ground) ?? 0;
    });
    const path = join(folder, `${index}.png`);
    writeFileSync(path, await encodePng({ width, height, data }));
    paths.push(path);
  }
  return paths;
}
