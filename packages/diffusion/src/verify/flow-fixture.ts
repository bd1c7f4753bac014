/**
 * @file Checks fixtures of flow matching: safetensors files with tables of σ and sampling loops by shift
 * (`shift3.0.sigmas`, `dyn1024.sigmas`), or with shares that were drawn by the densities of SD 3's training.
 */

import { createTorchGenerator, floatTensor } from "@atelier/engine";
import type { SafetensorsFile } from "../files/safetensors/open-safetensors.js";
import { sampleShares, type TimestepDistribution } from "../process/timestep-sampling.js";
import { flowScheduleOf } from "../samplers/flow-plan.js";
import { readSchedulerConfig } from "../samplers/scheduler-config.js";
import type { SchedulerConfig } from "../samplers/scheduler-fields.js";
import { compareTensors, type FixtureCheck, type Tolerance } from "./fixture-check.js";
import { runSchedulerLoop } from "./scheduler-loops.js";

const relativeTolerance: Tolerance = (scale) => 1e-6 * scale;
/** Of the final sample of a loop. */
const loopTolerance: Tolerance = (scale) => 1e-5 * Math.max(1, scale);
const className = "FlowMatchEulerDiscreteScheduler";

/** Whether a file holds schedules of flow matching. */
export function isFlowFixture(file: SafetensorsFile): boolean {
  return [...file.entries.keys()].some((name) => groupPattern.test(name));
}

/** A group of tensors: of a static shift, or of a picture of so many tokens. */
const groupPattern = /^(?:shift(?<shift>[\d.]+)|dyn(?<tokens>\d+))\.sigmas$/;

/** Compares every table and loop of the file. @throws AtelierError `config` for a shift out of range. */
export async function verifyFlowFixture(
  name: string,
  file: SafetensorsFile,
): Promise<FixtureCheck[]> {
  const checks: FixtureCheck[] = [];
  for (const [key, { shape }] of file.entries) {
    const { shift, tokens } = groupPattern.exec(key)?.groups ?? {};
    if (shift === undefined && tokens === undefined) continue;
    const steps = (shape[0] ?? 1) - 1;
    const loop =
      tokens === undefined
        ? { shift: Number(shift), steps, tokens }
        : { shift: 1, steps, tokens: Number(tokens) };
    checks.push(
      ...(await checkGroup(name, file, { group: key.replace(/\.sigmas$/, ""), ...loop })),
    );
  }
  return checks;
}

interface Group {
  readonly group: string;
  readonly shift: number;
  readonly steps: number;
  readonly tokens: number | undefined;
}

async function checkGroup(
  name: string,
  file: SafetensorsFile,
  { group, shift, steps, tokens }: Group,
): Promise<FixtureCheck[]> {
  const config: Partial<SchedulerConfig> = { shift, use_dynamic_shifting: tokens !== undefined };
  const shape = file.entries.get(`${group}.loop_out`)?.shape ?? [1, 1, 1, 1];
  const result = runSchedulerLoop({
    ...{ test: group, scheduler: className, config, shape, num_inference_steps: steps, tokens },
    // The stored σ of sizes are given as FLUX.1's pipeline gives them.
    range: tokens === undefined ? "table" : "steps",
  });
  if ("skipped" in result) return [{ status: "skip", name, detail: result.skipped }];
  const { config: read } = readSchedulerConfig(config, { className });
  const found: Readonly<Record<string, ArrayLike<number>>> = {
    train_sigmas: flowScheduleOf(read).sigmas.toReversed(),
    sigmas: result.sigmas ?? [],
    timesteps: result.timesteps,
    loop_out: result.sample,
  };
  const stored = Object.entries(found).filter(([key]) => file.entries.has(`${group}.${key}`));
  return await Promise.all(
    stored.map(async ([key, values]) => {
      const expected = await file.readFloat32(`${group}.${key}`);
      const extents = values.length === expected.data.length ? expected.shape : [values.length];
      const actual = floatTensor(Array.from(values), extents);
      const tolerance = key === "loop_out" ? loopTolerance : relativeTolerance;
      return compareTensors(`${name} ${group}.${key}`, { actual, expected }, tolerance);
    }),
  );
}

/** The settings and the seed that diffusers' SD 3 script has, and the stored draws were made with. */
const densities: Readonly<Record<string, TimestepDistribution>> = {
  u: { kind: "uniform" },
  logit_normal: { kind: "logit-normal", mean: 0, deviation: 1 },
  mode: { kind: "mode", scale: 1.29 },
};
const seed = 12;

/** Whether a file holds shares drawn by densities. */
export function isDensityFixture(file: SafetensorsFile): boolean {
  return file.entries.size > 0 && [...file.entries.keys()].every((name) => name in densities);
}

/** Draws the shares again, each density from the seed on. */
export async function verifyDensityFixture(
  name: string,
  file: SafetensorsFile,
): Promise<FixtureCheck[]> {
  const stored = Object.entries(densities).filter(([key]) => file.entries.has(key));
  return await Promise.all(
    stored.map(async ([key, distribution]) => {
      const expected = await file.readFloat32(key);
      const shares = sampleShares(createTorchGenerator(seed), expected.data.length, distribution);
      const actual = floatTensor(shares, expected.shape);
      return compareTensors(`${name} ${key}`, { actual, expected }, relativeTolerance);
    }),
  );
}
