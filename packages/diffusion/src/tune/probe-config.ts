/** @file A probe as a training config: the settings that are tuned, with what the probe changes. */

import type { TrainConfig } from "../train/config/train-config.js";
import { learningRateSchedule } from "../train/plan/learning-rate.js";
import { looksOf, watchShare } from "./budget.js";
import type { FactorChange, ProbePlan } from "./probe.js";
import { rangeTest } from "./range-limit.js";
import { rowsPerStep, type TuneSettings } from "./settings.js";

const noWarmup = { warmupSteps: 0, warmupShare: 0 } as const;

/** The config of a probe. @param run its folder */
export function configOfProbe(settings: TuneSettings, plan: ProbePlan, run: string): TrainConfig {
  const { config, prefer } = settings;
  const { steps, rung } = plan;
  const isProbe = plan.stage !== "final" && plan.stage !== "defaults";
  const changed = plan.change === undefined ? config : withChange(config, plan.change);
  return {
    ...withRate(changed, plan.learningRate),
    steps,
    schedule: scheduleOf(settings, plan),
    // Nobody looks at drawings of a probe; what comes of it all is drawn at least once.
    samples: {
      ...config.samples,
      everySteps: isProbe ? 0 : Math.min(config.samples.everySteps, steps),
    },
    watch: {
      ...config.watch,
      ...watchOf(settings, plan),
      act: false,
      prefer: plan.keepsLowestError === true ? undefined : prefer,
    },
    // A probe that waits goes on from here; one that is cut off loses a quarter of it at most.
    saveEverySteps: rung ?? Math.min(config.saveEverySteps, Math.ceil(steps / 4)),
    output: { ...config.output, run },
  };
}

/** The settings of the final training as a config that anybody can train with. */
export function chosenConfig(settings: TuneSettings, plan: ProbePlan): TrainConfig {
  const { output, ...config } = configOfProbe(settings, plan, "");
  const { run: _, ...rest } = output;
  return { ...config, output: rest };
}

/** Steps after which a probe is looked at. */
export function looksOfProbe(settings: TuneSettings, plan: ProbePlan): readonly number[] {
  const { share, everySteps } = watchOf(settings, plan);
  const rows = rowsPerStep(settings.config);
  return looksOf({ steps: plan.steps, rowsPerStep: rows, share, everySteps });
}

/** The rate of a step of a probe. */
export function rateOfProbe(settings: TuneSettings, plan: ProbePlan, step: number): number {
  const { learningRate, steps } = plan;
  return learningRateSchedule({ ...scheduleOf(settings, plan), learningRate, steps })(step);
}

function scheduleOf(
  { config }: TuneSettings,
  { stage, steps }: ProbePlan,
): TrainConfig["schedule"] {
  switch (stage) {
    case "range":
      return { name: "exponential", ...noWarmup, endRatio: rangeTest.factor ** steps };
    case "fast":
    case "rates":
    case "factors":
      return { name: "constant", ...noWarmup };
    case "final":
      return { name: "cosine", ...noWarmup, minRatio: 0 };
    case "defaults":
      return config.schedule;
  }
}

function watchOf(
  { config }: TuneSettings,
  { stage, steps }: ProbePlan,
): { readonly share: number; readonly everySteps?: number } {
  if (stage === "range") return { share: 1, everySteps: rangeTest.everySteps };
  return { share: watchShare({ steps, rowsPerStep: rowsPerStep(config) }) };
}

/** With another rate; those of parts keep their ratios to it. */
function withRate(config: TrainConfig, learningRate: number): TrainConfig {
  const { embedding, textEncoder } = config;
  const scaled = (rate: number) => (rate / config.learningRate) * learningRate;
  return {
    ...config,
    learningRate,
    ...(embedding === undefined
      ? {}
      : { embedding: { ...embedding, learningRate: scaled(embedding.learningRate) } }),
    textEncoder: { ...textEncoder, learningRate: scaled(textEncoder.learningRate) },
  };
}

function withChange(config: TrainConfig, change: FactorChange): TrainConfig {
  const { lora, full } = config;
  switch (change.kind) {
    case "prior": {
      const { classPrompt } = change;
      const prior = { classPrompt, source: "prediction", count: 100, lossWeight: 1 } as const;
      return { ...config, prior };
    }
    case "layers":
      return { ...config, lora: lora && { ...lora, targets: change.targets } };
    case "rank":
      return { ...config, lora: lora && { ...lora, rank: change.rank } };
    case "parts":
      return { ...config, full: full && { ...full, parts: change.parts } };
  }
}
