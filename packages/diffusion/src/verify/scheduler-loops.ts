/**
 * @file The sampler loops of diffusers' own tests, with their dummy model and samples, so that
 * a schedulers.json of reference results can be checked on any machine.
 */

import { AtelierError, createTorchGenerator, messageOf, said } from "@atelier/engine";
import { z } from "zod";
import { parsePythonJson } from "../core/python-json.js";
import { createSampler } from "../samplers/create-sampler.js";
import type { Sampler } from "../samplers/sampler.js";
import { isSchedulerClassName, readSchedulerConfig } from "../samplers/scheduler-config.js";
import { weightedSum } from "../samplers/weighted-sum.js";
import type { FixtureCheck } from "./fixture-check.js";

/** One entry of schedulers.json: a loop and what diffusers got from it. */
export interface SchedulerLoopEntry {
  /** The upstream test's id; "with_noise" and "uneven" in it change where the loop starts. */
  readonly test: string;
  readonly scheduler: string;
  readonly config: Readonly<Record<string, unknown>>;
  /** Σ|x| and mean|x| of the final sample. */
  readonly abs_sum: number;
  readonly abs_mean: number;
  /** [batch, channels, height, width] or [batch, channels, width]. */
  readonly shape: readonly number[];
  readonly first8: readonly number[];
  readonly timesteps: readonly number[];
  readonly sigmas?: readonly number[] | undefined;
  /** Null for the classes that walk through every training timestep. */
  readonly num_inference_steps: number | null;
  /** η of DDIM; 0 where it is not given. */
  readonly eta?: number | undefined;
  /** Of flow matching: a picture's tokens, and where σ are spaced. */
  readonly tokens?: number | null | undefined;
  readonly range?: "table" | "steps" | undefined;
}

/** A loop, whatever came of it. */
export type SchedulerLoop = Pick<
  SchedulerLoopEntry,
  "test" | "scheduler" | "config" | "shape" | "num_inference_steps" | "eta" | "tokens" | "range"
>;

/** What a loop gave here, or why it was not run. */
export type SchedulerLoopResult =
  | {
      readonly sample: Float32Array;
      readonly absSum: number;
      readonly timesteps: readonly number[];
      readonly sigmas: Float32Array | null;
    }
  | { readonly skipped: string };

/** The relative error allowed for Σ|x|. */
const loopTolerance = 1e-4;
/** The steps that the tests with noise leave to go, by class, where it is not two. */
const stepsFromNoise: Readonly<Record<string, number>> = {
  DPMSolverMultistepScheduler: 5,
  DPMSolverSinglestepScheduler: 5,
};
/** Where the loop over an uneven number of steps starts. */
const unevenStart = 3;

const loopsSchema: z.ZodType<SchedulerLoopEntry[]> = z.array(
  z.object({
    test: z.string(),
    scheduler: z.string(),
    config: z.record(z.string(), z.unknown()),
    abs_sum: z.number(),
    abs_mean: z.number(),
    shape: z.array(z.int().min(1)).min(2),
    first8: z.array(z.number()),
    timesteps: z.array(z.number()),
    sigmas: z.array(z.number()).optional(),
    num_inference_steps: z.int().min(1).nullable(),
    eta: z.number().optional(),
    tokens: z.int().min(1).nullish(),
    range: z.enum(["table", "steps"]).optional(),
  }),
);

/**
 * Parses a schedulers.json.
 * @throws AtelierError `format` when it is no JSON or not a list of loops.
 */
export function parseSchedulerLoops(text: string, where = "schedulers.json"): SchedulerLoopEntry[] {
  const parsed = loopsSchema.safeParse(parsePythonJson(text, where));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new AtelierError(
    "format",
    said`${where}: expected a list of sampler loops, got ${issue?.message} at ${issue?.path.join(".")}. Restore the file.`,
    { cause: parsed.error },
  );
}

/** Runs one loop and compares Σ|x| of its final sample: relative error of at most 1e-4. */
export function verifySchedulerLoop(entry: SchedulerLoopEntry): FixtureCheck {
  const name = `${entry.scheduler} ${entry.test.split("::").slice(-2).join(" ")}`;
  try {
    const result = runSchedulerLoop(entry);
    if ("skipped" in result) return { status: "skip", name, detail: result.skipped };
    const error = Math.abs(result.absSum - entry.abs_sum) / entry.abs_sum;
    return {
      status: error <= loopTolerance ? "ok" : "FAIL",
      name,
      error,
      tolerance: loopTolerance,
    };
  } catch (error) {
    return { status: "FAIL", name, detail: messageOf(error) };
  }
}

/**
 * Runs one loop. Every loop starts from the same deterministic sample, or from it with
 * deterministic noise, and draws further noise from PyTorch's generator with seed 0.
 * @throws AtelierError `config` for a config out of range, `data` for a shape without a width.
 */
export function runSchedulerLoop(entry: SchedulerLoop): SchedulerLoopResult {
  if (!isSchedulerClassName(entry.scheduler)) {
    return { skipped: `no sampler stands for ${entry.scheduler}` };
  }
  const scheduler = readSchedulerConfig(entry.config, { className: entry.scheduler });
  const batchSize = entry.shape[0] ?? 1;
  const steps = entry.num_inference_steps ?? scheduler.config.num_train_timesteps;
  const { eta = 0, tokens, range: flowRange = "table" } = entry;
  const sampler = createSampler(scheduler, {
    ...{ steps, batchSize, eta, flowRange },
    tokens: tokens ?? undefined,
  });
  const generator = createTorchGenerator(0);
  const start = startOf(entry, sampler, steps);
  let sample = startSample(entry, sampler, start);
  for (let i = start; i < sampler.timesteps.length; i += 1) {
    // The tests step from the scaled sample, unlike a pipeline.
    const input = sampler.scaleInput(sample, i);
    sample = sampler.step(dummyModel(input, sampler.timesteps[i] ?? 0), i, input, generator);
  }
  const absSum = sample.reduce((sum, value) => sum + Math.abs(value), 0);
  return { sample, absSum, timesteps: sampler.timesteps, sigmas: sampler.sigmas };
}

function startOf(entry: SchedulerLoop, sampler: Sampler, steps: number): number {
  if (entry.test.includes("uneven")) return unevenStart;
  if (!entry.test.includes("with_noise")) return 0;
  const evaluationsPerStep = Math.round(sampler.timesteps.length / steps);
  return (steps - (stepsFromNoise[entry.scheduler] ?? 2)) * evaluationsPerStep;
}

function startSample(entry: SchedulerLoop, sampler: Sampler, start: number): Float32Array {
  const sample = weightedSum([sampler.initNoiseSigma, dummySample(entry.shape)]);
  if (!entry.test.includes("with_noise")) return sample;
  return sampler.addNoise(sample, dummySample(entry.shape, true), start);
}

/** x · t / (t + 1). */
function dummyModel(sample: Float32Array, t: number): Float32Array {
  return weightedSum([t / (t + 1), sample]);
}

/**
 * The numbers 0 to n − 1 over n (counted down for noise), laid out with the batch last and
 * transposed to [batch, …].
 */
function dummySample(shape: readonly number[], isReversed = false): Float32Array {
  const [batch, ...rest] = shape;
  if (batch === undefined || rest.length === 0) {
    throw new AtelierError(
      "data",
      said`scheduler loop: expected a shape of at least two dimensions, got [${shape.join(", ")}]. Correct the entry's shape.`,
    );
  }
  const inner = rest.reduce((product, size) => product * size, 1);
  const count = batch * inner;
  return Float32Array.from({ length: count }, (_, target) => {
    const source = (target % inner) * batch + Math.floor(target / inner);
    return (isReversed ? count - 1 - source : source) / count;
  });
}
