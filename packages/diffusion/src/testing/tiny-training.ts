/** @file A training small enough for tests: a tiny base model, a few drawn pictures, a short config. */

import { mkdir, mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { encodePng } from "../files/png/encode-png.js";
import { completeConfig } from "../train/config/complete-config.js";
import { parseTrainConfig } from "../train/config/config.js";
import type { TrainConfig } from "../train/config/train-config.js";
import { tinyCheckpoint } from "./fixtures.js";

export { tinyTokenizer } from "./fixtures.js";

/** A Stable Diffusion folder with random weights, 2 pixels per latent, trained "on" 16×16 pictures. */
export const tinyBase: string = tinyCheckpoint("tiny-sd1");

/** Fills a new folder with pictures `p0.png` …, each a gradient of its own, and returns its path. */
export async function drawPictures(count: number): Promise<string> {
  const folder = join(await mkdtemp(join(tmpdir(), "atelier-train-")), "pictures");
  await mkdir(folder);
  const size = 24;
  for (let index = 0; index < count; index++) {
    const data = Uint8Array.from({ length: size * size * 3 }, (_, i) => {
      const [x, y] = [Math.floor(i / 3) % size, Math.floor(i / 3 / size)];
      return (x * 8 * ((i % 3) + 1) + y * 5 * (index + 1)) % 256;
    });
    const png = await encodePng({ width: size, height: size, data });
    await writeFile(join(folder, `p${index}.png`), png);
  }
  return folder;
}

/** Fields that replace those of {@link tinyConfig}, by group. */
export type TinyOverrides = Readonly<Record<string, unknown>>;

/** A config of three steps; everything it writes lies beside the folder of pictures. */
export function tinyConfig(pictures: string, overrides: TinyOverrides = {}): TrainConfig {
  const given = parseTrainConfig({
    name: "tiny",
    base: { path: tinyBase },
    data: { folder: pictures, prompt: "a photo of a cat" },
    lora: { rank: 4 },
    learningRate: 1e-2,
    steps: 3,
    batchSize: 2,
    samples: { everySteps: 0 },
    // Most tests are about exact steps and events; those about watching say so.
    watch: { share: 0 },
    output: { folder: join(pictures, "..", "runs") },
    cacheFolder: join(pictures, "..", "cache"),
    ...overrides,
  });
  return completeConfig(given);
}
