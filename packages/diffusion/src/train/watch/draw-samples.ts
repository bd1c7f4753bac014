/** @file Pictures drawn with what is trained as it is, so that one can see what it has learned. */

import type { FileStore } from "@atelier/engine";
import { formatA1111Parameters, parametersKeyword } from "../../files/png/a1111-parameters.js";
import { encodePng } from "../../files/png/encode-png.js";
import { generate } from "../../pipeline/generate.js";
import type { Pipeline } from "../../pipeline/pipeline.js";
import type { SampleEvent, WarningEvent } from "../events/train-event.js";
import type { TrainedResult } from "../parts/tuning-part.js";
import type { ResolvedConfig } from "../plan/plan-run.js";
import { applyResult } from "../result/apply-result.js";

/** What samples are drawn with. */
export interface SampleOptions {
  readonly files: FileStore;
  /** The base, without a new word. */
  readonly base: Pipeline;
  readonly config: ResolvedConfig;
  /** Folder of the run. */
  readonly folder: string;
  readonly step: number;
  readonly result: TrainedResult;
  readonly signal: AbortSignal | undefined;
}

/**
 * Draws every prompt of the config into `samples/step-000250-0.png`.
 * @throws AtelierError `aborted` on the signal, `runtime`, `file`.
 */
export async function* drawSamples({
  files,
  base,
  config,
  folder,
  step,
  result,
  signal,
}: SampleOptions): AsyncGenerator<SampleEvent | WarningEvent, void, undefined> {
  const { samples, data, name } = config;
  await using applied = await applyResult(base, result, name);
  const { pipeline, adapters } = applied;
  for (const [index, prompt] of samples.prompts.entries()) {
    const options = {
      prompt,
      negativePrompt: samples.negativePrompt,
      sampler: samples.sampler,
      steps: samples.steps,
      guidanceScale: samples.guidance,
      seed: samples.seed + index,
      adapters,
      width: data.width,
      height: data.height,
    };
    for await (const event of generate(pipeline, options, signal)) {
      if (event.type === "warning") yield { type: "warning", message: event.message };
      if (event.type !== "image") continue;
      const path = files.join(folder, "samples", `step-${stepName(step)}-${index}.png`);
      const text = { [parametersKeyword]: formatA1111Parameters(event.parameters) };
      await files.write(path, [await encodePng(event.picture, { text })]);
      yield { type: "sample", step, path, prompt, seed: samples.seed + index };
    }
  }
}

/** Six digits, so that names sort by step. */
export function stepName(step: number): string {
  return String(step).padStart(6, "0");
}
