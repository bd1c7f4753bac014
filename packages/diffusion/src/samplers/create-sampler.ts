/** @file From a scheduler config to a sampler. */

import { AtelierError, said } from "@atelier/engine";
import { ddim } from "./ddim.js";
import { ddpm } from "./ddpm.js";
import { deis } from "./deis.js";
import { dpmMultistep, dpmSinglestep } from "./dpm-solver.js";
import { euler, eulerAncestral, flowEuler } from "./euler.js";
import { flowHeun, heun } from "./heun.js";
import { lcm } from "./lcm.js";
import { lms } from "./lms.js";
import { pndm } from "./pndm.js";
import type { Evaluation, MethodStep, Sampler, SamplingMethod } from "./sampler.js";
import type { MethodContext } from "./sampling-plan.js";
import type { SchedulerClassName } from "./scheduler-classes.js";
import { noiseScheduleOf, type ParsedScheduler } from "./scheduler-config.js";
import { unipc } from "./unipc.js";
import { weightedSum } from "./weighted-sum.js";

const methods: Readonly<Record<SchedulerClassName, (context: MethodContext) => SamplingMethod>> = {
  DDIMScheduler: ddim,
  DDPMScheduler: ddpm,
  PNDMScheduler: pndm,
  LCMScheduler: lcm,
  EulerDiscreteScheduler: euler,
  EulerAncestralDiscreteScheduler: eulerAncestral,
  HeunDiscreteScheduler: heun,
  LMSDiscreteScheduler: lms,
  DPMSolverMultistepScheduler: dpmMultistep,
  DPMSolverSinglestepScheduler: dpmSinglestep,
  UniPCMultistepScheduler: unipc,
  DEISMultistepScheduler: deis,
  FlowMatchEulerDiscreteScheduler: flowEuler,
  FlowMatchHeunDiscreteScheduler: flowHeun,
};

/** How long to sample, and what only some samplers read. */
export interface SamplerOptions {
  /** Denoising steps; Heun and PNDM evaluate the model more often. */
  readonly steps: number;
  /** How many samples the arrays hold. Dynamic thresholding looks at each by itself. */
  readonly batchSize?: number;
  /** η of DDIM (arXiv 2010.02502, eq. 16): 0 is deterministic, 1 as random as DDPM. */
  readonly eta?: number;
  /** Tokens that the denoiser makes of the picture, for schedules of flow matching that are shifted by its size. */
  readonly tokens?: number | undefined;
  /** Where σ of flow matching are spaced: over the scheduler's own table, or from 1 to 1/steps. */
  readonly flowRange?: "table" | "steps";
}

/**
 * A sampler over the noise schedule of its config.
 * @param scheduler from {@link readSchedulerConfig} or {@link schedulerForSampler}
 * @throws AtelierError `config` when the steps do not fit the schedule.
 */
export function createSampler(
  { className, config }: Pick<ParsedScheduler, "className" | "config">,
  { steps, batchSize = 1, eta = 0, tokens, flowRange = "table" }: SamplerOptions,
): Sampler {
  const schedule = noiseScheduleOf(config);
  const method = methods[className]({
    ...{ config, schedule, steps, batchSize, eta, tokens, flowRange },
  });
  const { plan } = method;
  let step = method.begin();
  let expected = 0;

  function evaluation(i: number): Evaluation {
    const at = plan.evaluations[i];
    if (at) return at;
    throw new AtelierError(
      "data",
      said`sampler ${className}: expected an evaluation from 0 to ${plan.evaluations.length - 1}, got ${i}. Step once for each of the sampler's timesteps.`,
    );
  }

  function restart(i: number): MethodStep {
    if (method.beginsStep?.(i) !== false) return method.begin();
    throw new AtelierError(
      "data",
      said`sampler ${className}: expected a run to begin with a step, got evaluation ${i} inside one. Begin at an earlier evaluation.`,
    );
  }

  return {
    timesteps: plan.evaluations.map(({ timestep }) => timestep),
    sigmas: plan.sigmas,
    initNoiseSigma: plan.initNoiseSigma,
    scaleInput(sample, i) {
      if (!plan.scalesInput) return sample;
      const { signal, noise } = evaluation(i);
      return weightedSum([1 / Math.hypot(signal, noise), sample]);
    },
    step(modelOutput, i, sample, noise) {
      const at = evaluation(i);
      if (modelOutput.length !== sample.length) {
        throw new AtelierError(
          "shape",
          said`sampler ${className}: expected a model output of ${sample.length} values, as many as the sample has, got ${modelOutput.length}. Give the prediction without a variance.`,
        );
      }
      if (i !== expected) step = restart(i);
      expected = i + 1;
      return step(modelOutput, sample, at, noise);
    },
    addNoise(x0, noise, i) {
      const { signal, noise: sigma } = evaluation(i);
      return weightedSum([signal, x0], [sigma, noise]);
    },
  };
}
