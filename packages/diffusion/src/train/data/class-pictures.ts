/**
 * @file Pictures of the class for prior preservation, drawn by the base before training (Ruiz et al.
 * 2022, section 3.3) and kept for the next run with the same base, prompt and settings.
 */

import { AtelierError, type FileStore, said } from "@atelier/engine";
import { settingsKey } from "../../core/content-hash.js";
import type { WarningEvent } from "../../core/warnings/warning.js";
import { readCaptionedFolder } from "../../data/captions.js";
import { encodePng } from "../../files/png/encode-png.js";
import { generate } from "../../pipeline/generate.js";
import type { Pipeline } from "../../pipeline/pipeline.js";
import type { PriorConfig } from "../config/train-config.js";
import { createProgress } from "../events/progress.js";
import type { ProgressEvent } from "../events/train-event.js";
import type { ResolvedConfig } from "../plan/plan-run.js";
import { fingerprints, type WeightHashes } from "./fingerprint.js";

/** What class pictures are made with. */
export interface ClassPictureOptions {
  readonly files: FileStore;
  readonly pipeline: Pipeline;
  /** Of the pipeline. */
  readonly hashes: WeightHashes;
  readonly config: ResolvedConfig;
  readonly cacheFolder: string;
  readonly signal: AbortSignal | undefined;
}

/**
 * The folder of the class's pictures: the given one, or one of pictures that the base draws, the first
 * `prior.count` of which are meant.
 * @throws AtelierError `data` for a folder with too few, `aborted` on the signal, `runtime`, `file`.
 */
export async function* classPictures(
  options: ClassPictureOptions,
  prior: PriorConfig,
): AsyncGenerator<ProgressEvent | WarningEvent, string, undefined> {
  const { files } = options;
  if (prior.folder === undefined) return yield* drawPictures(options, prior);
  const all = { prompt: prior.classPrompt, onlyPrompt: true };
  const { pictures } = await readCaptionedFolder(files, prior.folder, all);
  if (pictures.length >= prior.count) return prior.folder;
  throw new AtelierError(
    "data",
    said`prior.folder: expected at least ${prior.count} pictures of the class in ${prior.folder}, got ${pictures.length}. Add pictures, set prior.count to ${pictures.length}, or leave prior.folder out to have them drawn by the base.`,
    { context: { folder: prior.folder, pictures: pictures.length } },
  );
}

/** Draws those that are not there yet; picture n has seed n. */
async function* drawPictures(
  { files, pipeline, hashes, config, cacheFolder, signal }: ClassPictureOptions,
  { classPrompt, count }: PriorConfig,
): AsyncGenerator<ProgressEvent | WarningEvent, string, undefined> {
  const { sampler, steps, guidance } = config.samples;
  const { width, height } = config.data;
  const settings = { prompt: classPrompt, sampler, steps, guidanceScale: guidance, width, height };
  const models = await fingerprints(hashes, pipeline);
  const key = await settingsKey({ ...settings, models });
  const folder = files.join(cacheFolder, "class-pictures", key);
  const progress = createProgress("class-pictures", count);
  for (let index = 0; index < count; index++) {
    const path = files.join(folder, `${String(index).padStart(5, "0")}.png`);
    if ((await files.stat(path)) === undefined) {
      // Training reads the class's prompt as plain text, too.
      const drawn = { ...settings, promptSyntax: "plain", seed: index } as const;
      for await (const event of generate(pipeline, drawn, signal)) {
        if (event.type === "warning") yield event;
        if (event.type === "image") await files.write(path, [await encodePng(event.picture)]);
      }
    }
    yield progress.next();
  }
  return folder;
}
