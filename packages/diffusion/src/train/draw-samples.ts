/** @file Pictures drawn with an adapter as it is, so that one can see what it has learned. */

import type { FileStore } from "@atelier/engine";
import type { LoraWeights } from "../io/lora-files/lora-weights.js";
import { formatA1111Parameters, parametersKeyword } from "../io/png/a1111-parameters.js";
import { encodePng } from "../io/png/encode-png.js";
import { generate } from "../pipeline/generate.js";
import type { Pipeline } from "../pipeline/pipeline.js";
import type { ResolvedConfig } from "./plan-run.js";
import type { SampleEvent, WarningEvent } from "./train-event.js";

/** What samples are drawn with. */
export interface SampleOptions {
  readonly files: FileStore;
  readonly pipeline: Pipeline;
  readonly config: ResolvedConfig;
  /** Folder of the run. */
  readonly folder: string;
  readonly step: number;
  readonly weights: LoraWeights;
  readonly signal: AbortSignal | undefined;
}

/**
 * Draws every prompt of the config into `samples/step-000250-0.png`.
 * @throws AtelierError `aborted` on the signal, `runtime`, `file`.
 */
export async function* drawSamples({
  files,
  pipeline,
  config,
  folder,
  step,
  weights,
  signal,
}: SampleOptions): AsyncGenerator<SampleEvent | WarningEvent, void, undefined> {
  const { samples, data, name } = config;
  for (const [index, prompt] of samples.prompts.entries()) {
    const options = {
      prompt,
      negativePrompt: samples.negativePrompt,
      sampler: samples.sampler,
      steps: samples.steps,
      guidanceScale: samples.guidance,
      seed: samples.seed + index,
      adapters: [{ name, weights }],
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
