/**
 * @file A config once its base is known: what the user left open is as the base advises, else as is usual. What
 * a run records is the outcome, so that other advice changes no run that has begun.
 *
 * Why these defaults: 1e-4 with AdamW and a constant rate is the common ground of kohya, ai-toolkit, SimpleTuner
 * and diffusers. 500 steps are those of diffusers' DreamBooth LoRA.
 */

import { timestepsSection } from "./objective-section.js";
import { scheduleSection } from "./schedule-section.js";
import type { GivenConfig, TrainConfig, TuningName } from "./train-config.js";
import { settingsFor, type TrainingAdvice } from "./training-advice.js";

/** Learning rates of Stable Diffusion and its like. */
const usualRates: Readonly<Record<TuningName, number>> = {
  lora: 1e-4,
  full: 5e-6,
  textual_inversion: 5e-3,
  pivotal: 1e-4,
};

/** Of a word beside an adapter. */
const usualWordRate = 1e-3;

/** Of an adapter on the text encoder. */
const textAdapterRate = 1e-5;

const usual = {
  schedule: scheduleSection.parse({}),
  steps: 500,
  batchSize: 1,
  timesteps: timestepsSection.parse({}),
  targets: ["attention"],
};

/** The learning rate to begin with. */
export function usualRate(
  config: Pick<GivenConfig, "tuning" | "prior">,
  advice: TrainingAdvice = {},
): number {
  return settingsFor(config, advice).learningRate ?? usualRates[config.tuning];
}

/**
 * The whole config. What was given stays; sections such as the schedule are taken from the advice as a whole or not at all.
 * @param advice of the base; see `trainingAdviceOf`
 */
export function completeConfig(given: GivenConfig, advice: TrainingAdvice = {}): TrainConfig {
  const { base, tuning, lora, embedding, textEncoder } = given;
  const advised = settingsFor(given, advice);
  // Prodigy's learning rate is a factor of the step that it finds; any other's is the step itself.
  const isProdigy = given.optimizer.name === "prodigy";
  const learningRate = given.learningRate ?? (isProdigy ? 1 : usualRate(given, advice));
  const wordRate =
    isProdigy || tuning === "textual_inversion"
      ? learningRate
      : (advised.embedding?.learningRate ?? usualWordRate);
  const architecture = base.architecture ?? advice.base?.architecture;
  return {
    ...given,
    base: architecture === undefined ? base : { ...base, architecture },
    learningRate,
    schedule: given.schedule ?? advised.schedule ?? usual.schedule,
    steps: given.steps ?? advised.steps ?? usual.steps,
    batchSize: given.batchSize ?? advised.batchSize ?? usual.batchSize,
    timesteps: given.timesteps ?? advised.timesteps ?? usual.timesteps,
    lora: lora && { ...lora, targets: lora.targets ?? advised.lora?.targets ?? usual.targets },
    watch: { ...given.watch, prompts: given.watch.prompts ?? advised.watch?.prompts },
    embedding: embedding && {
      ...embedding,
      learningRate: embedding.learningRate ?? wordRate,
    },
    textEncoder: {
      ...textEncoder,
      learningRate:
        textEncoder.learningRate ??
        (isProdigy || tuning === "full" ? learningRate : textAdapterRate),
    },
  };
}
