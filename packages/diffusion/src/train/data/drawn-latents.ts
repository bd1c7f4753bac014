/**
 * @file Latents that the base draws of captions, to see later how far a training has moved what it says of
 * them: where the base predicts best, the squared distance from its prediction is the error that was added.
 */

import { type FloatTensor, internalError } from "@atelier/engine";
import { type WarningEvent, warningEvent } from "../../core/warnings/warning.js";
import type { PictureSize } from "../../data/resize-crop.js";
import { createTensorCache } from "../../data/tensor-cache.js";
import { generate } from "../../pipeline/generate.js";
import type { Pipeline } from "../../pipeline/pipeline.js";
import type { SamplerName } from "../../samplers/sampler-names.js";
import { createProgress } from "../events/progress.js";
import type { ProgressEvent } from "../events/train-event.js";
import { drawingSteps } from "../plan/plan-watch.js";
import { fingerprints } from "./fingerprint.js";
import type { DataOptions, TrainingCaption } from "./training-data.js";

/** A drawing before it is decoded. */
export interface DrawnLatents {
  /** Scaled, `[1, channels, height, width]`. */
  readonly latents: FloatTensor;
  readonly caption: TrainingCaption;
}

/** What is drawn. */
export interface DrawnRequest {
  /** Taken in turn. */
  readonly captions: readonly TrainingCaption[];
  readonly count: number;
  readonly size: PictureSize;
  readonly sampler: SamplerName;
}

/**
 * Draws what is not kept yet; drawing n has seed n, whatever the run's seed, so that runs share them.
 * @param base the base without a new word
 * @throws AtelierError `runtime`, `file`, `aborted` on the signal.
 */
export async function* drawnLatents(
  {
    files,
    hashes,
    cacheFolder,
    signal,
  }: Pick<DataOptions, "files" | "hashes" | "cacheFolder" | "signal">,
  base: Pipeline,
  { captions, count, size, sampler }: DrawnRequest,
): AsyncGenerator<WarningEvent | ProgressEvent, DrawnLatents[], undefined> {
  const cache = createTensorCache(files, cacheFolder);
  const models = await fingerprints(hashes, base);
  const progress = createProgress("probes", count);
  const drawn: DrawnLatents[] = [];
  for (let seed = 0; seed < count; seed++) {
    const caption = captions[seed % captions.length];
    if (caption === undefined) continue;
    const { width, height } = size;
    const settings = {
      prompt: caption.text,
      sampler,
      // Enough for latents that the base finds likely; guidance would draw what it does not.
      steps: drawingSteps,
      guidanceScale: 1,
      width,
      height,
      seed,
    };
    const found = await cache.resolve(
      { kind: "drawn-latents", label: caption.text, settings: { ...settings, models } },
      async () => {
        const options = { ...settings, promptSyntax: "plain" } as const;
        for await (const event of generate(base, options, signal)) {
          if (event.type === "step" && event.step === event.steps) {
            return new Map([["latents", event.latents]]);
          }
        }
        throw internalError("drawn latents: a drawing without a last step.");
      },
    );
    yield* found.warnings.map(warningEvent);
    const latents = found.tensors.get("latents");
    if (latents?.dtype === "float32") drawn.push({ latents, caption });
    yield progress.next();
  }
  return drawn;
}
