/** @file Pictures at several strengths, of the same seeds, to be looked at side by side. */

import type { RgbPicture } from "../../core/rgb-picture.js";
import type { WarningEvent } from "../../core/warnings/warning.js";
import { generate } from "../../pipeline/generate.js";
import type { Pipeline } from "../../pipeline/pipeline.js";
import type { TrainedResult } from "../parts/tuning-part.js";
import type { ResolvedConfig } from "../plan/plan-run.js";
import { applyResult } from "../result/apply-result.js";
import type { Scalable } from "./scalable.js";

/** A picture at a strength. */
export interface DrawnStrength {
  readonly type: "drawn";
  /** 0 is the base. */
  readonly strength: number;
  readonly prompt: string;
  readonly seed: number;
  readonly picture: RgbPicture;
}

/** What is drawn. */
export interface DrawOptions {
  readonly base: Pipeline;
  readonly config: ResolvedConfig;
  /** 0 is the base. */
  readonly strengths: readonly number[];
  /** Pictures at each. */
  readonly count: number;
  readonly signal: AbortSignal | undefined;
}

/** Draws the run's first prompt as its samples are drawn. @throws AtelierError `runtime`, `aborted`. */
export async function* drawStrengths(
  scalable: Scalable,
  { base, config, strengths, count, signal }: DrawOptions,
): AsyncGenerator<DrawnStrength | WarningEvent, void, undefined> {
  const { samples, data, name } = config;
  const [prompt = ""] = samples.prompts;
  const request = {
    ...{ prompt, negativePrompt: samples.negativePrompt, sampler: samples.sampler },
    ...{ steps: samples.steps, guidanceScale: samples.guidance, seed: samples.seed, count },
    ...{ width: data.width, height: data.height },
  };
  for (const strength of strengths) {
    const result: TrainedResult = strength === 0 ? {} : await scalable.resultAt(strength);
    await using applied = await applyResult(base, result, name);
    const { pipeline, adapters } = applied;
    for await (const event of generate(pipeline, { ...request, adapters }, signal)) {
      if (event.type === "warning") yield event;
      if (event.type !== "image") continue;
      const seed = samples.seed + event.index;
      yield { type: "drawn", strength, prompt, seed, picture: event.picture };
    }
  }
}
