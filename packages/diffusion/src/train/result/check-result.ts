/**
 * @file Whether what was saved is what was trained, and whether there is anything to see in it: the files
 * are read back, and the base, what was trained and what was saved predict the same noisy latents.
 */

import {
  AtelierError,
  createTorchGenerator,
  type FloatTensor,
  floatTensor,
  said,
} from "@atelier/engine";
import { type WarningEvent, warning, warningEvent } from "../../core/warnings/warning.js";
import { wholePicture } from "../../pipeline/conditioning.js";
import type { Pipeline } from "../../pipeline/pipeline.js";
import { createProgress } from "../events/progress.js";
import type { ProgressEvent } from "../events/train-event.js";
import type { TrainedResult } from "../parts/tuning-part.js";
import { applyResult } from "./apply-result.js";
import { type ReadResultOptions, readResult } from "./read-result.js";
import { pathsOf } from "./result-file.js";

/** What a result is checked with. */
export interface CheckOptions extends ReadResultOptions {
  /** What the models are asked to draw. */
  readonly prompt: string;
  /** Of the latents. */
  readonly height: number;
  readonly width: number;
}

/** Between pure noise and a clean picture. */
const timestep = 500;

/**
 * Checks a saved result; warns where it predicts to the bit what the base predicts.
 * @throws AtelierError `weights` where a file does not hold what was trained; `file`, `format`, `runtime`.
 */
export async function* checkResult(
  options: CheckOptions,
): AsyncGenerator<ProgressEvent | WarningEvent, void, undefined> {
  const { base, config, result } = options;
  const progress = createProgress("check", 4);
  const read = await readResult(options);
  yield progress.next();
  const trained = await predictWith(result, options);
  yield progress.next();
  const reread = await predictWith(read, options);
  yield progress.next();
  if (config.output.dtype === "float32" && largestDifference(trained, reread) > 0) {
    throw new AtelierError(
      "weights",
      said`${pathsOf(options.saved).join(", ")}: expected the prediction of what was trained, got one that differs by ${largestDifference(trained, reread)}. This is a fault of Atelier; the state of the training is in the run's snapshots.`,
    );
  }
  const before = await predict(base, [], options);
  yield progress.next();
  if (largestDifference(trained, before) === 0) {
    yield warningEvent(warning("learned-nothing", {}));
  }
}

async function predictWith(result: TrainedResult, options: CheckOptions): Promise<FloatTensor> {
  await using applied = await applyResult(options.base, result, options.config.name);
  return await predict(applied.pipeline, applied.adapters, options);
}

async function predict(
  pipeline: Pipeline,
  adapters: Awaited<ReturnType<typeof applyResult>>["adapters"],
  { prompt, height, width }: CheckOptions,
): Promise<FloatTensor> {
  const { conditioning } = await pipeline.encodePrompts([prompt], { adapters });
  const denoise = await pipeline.denoiser({ batch: 1, height, width }, { adapters });
  const { channels, factor } = pipeline.latents;
  const shape = [1, channels, height, width];
  const sizes = wholePicture(pipeline, { height: height * factor, width: width * factor });
  const size = shape.reduce((product, extent) => product * extent, 1);
  const noise = floatTensor(createTorchGenerator(0).randn(size), shape);
  return denoise(noise, timestep, { ...conditioning, ...sizes });
}

function largestDifference(a: FloatTensor, b: FloatTensor): number {
  return a.data.reduce(
    (largest, value, i) => Math.max(largest, Math.abs(value - (b.data[i] ?? Number.NaN))),
    0,
  );
}
