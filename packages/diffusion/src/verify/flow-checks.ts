/**
 * @file Checks of a pipeline fixture of flow matching: where σ lie, for sampling and for training, and where the
 * tokens of packed latents stand.
 */

import { constant, type FloatTensor, floatTensor } from "@atelier/engine";
import { rotationBase } from "../models/flux/model.js";
import { imageIds } from "../models/flux/packing.js";
import { rotationOf } from "../models/layers/rotary.js";
import { joinRows } from "../pipeline/tensor-rows.js";
import { shiftOfSize } from "../process/flow-schedule.js";
import { flowPlan, flowScheduleOf } from "../samplers/flow-plan.js";
import { readSchedulerConfig } from "../samplers/scheduler-config.js";
import { isField } from "../samplers/scheduler-fields.js";
import {
  compareTensors,
  type FixtureCheck,
  guarded,
  type Tolerance,
  worstOf,
} from "./fixture-check.js";
import type { PipelineFixture } from "./open-pipeline-fixture.js";
import { asFloats } from "./read-model-fixture.js";

const relative: Tolerance = (scale) => 1e-6 * scale;

/** All of them, as far as the fixture holds them. */
export async function* flowChecks(fixture: PipelineFixture): AsyncGenerator<FixtureCheck> {
  const { label, pipeline } = fixture;
  const { flow } = pipeline.family.sampling;
  if (flow === undefined) return;
  yield* await guarded(`${label} schedule`, () => scheduleChecks(fixture));
  if (fixture.has("train.schedule_sigmas")) {
    yield* await guarded(`${label} train.sigmas`, () => trainingChecks(fixture));
  }
  if (fixture.has("rope.cos")) {
    yield* await guarded(`${label} ids`, () => placeChecks(fixture));
    yield* await guarded(`${label} rope`, () => rotationChecks(fixture));
  }
}

/** Tensors `schedule.steps5_tokens64.sigmas` and those of the samples. */
async function scheduleChecks(fixture: PipelineFixture): Promise<FixtureCheck[]> {
  const { label, tensors, pipeline, settings } = fixture;
  const { flow } = pipeline.family.sampling;
  const checks: FixtureCheck[] = [];
  const check = async (
    prefix: string,
    { steps, tokens, ...overrides }: { readonly steps: number; readonly tokens: number },
  ): Promise<void> => {
    const { config } = readSchedulerConfig(pipeline.scheduleConfig, { overrides });
    const plan = flowPlan({ config, steps, tokens, flowRange: flow?.range ?? "table" });
    const { sizeShift } = flowScheduleOf(config);
    const values: Record<string, ArrayLike<number>> = {
      sigmas: plan.sigmas ?? [],
      timesteps: plan.evaluations.map(({ timestep }) => timestep),
      mu: [Math.log(shiftOfSize(sizeShift, tokens))],
    };
    for (const [name, own] of Object.entries(values)) {
      if (!fixture.has(`${prefix}.${name}`)) continue;
      const expected = await tensors.readFloat32(`${prefix}.${name}`);
      const actual = floatTensor(Array.from(own), [own.length]);
      checks.push(compareTensors(`${prefix}.${name}`, { actual, expected }, relative));
    }
  };
  for (const name of tensors.entries.keys()) {
    const { steps, tokens = 1 } =
      /^schedule\.steps(?<steps>\d+)(_tokens(?<tokens>\d+))?\.sigmas$/.exec(name)?.groups ?? {};
    if (steps === undefined) continue;
    const prefix = name.slice(0, -".sigmas".length);
    await check(prefix, { steps: Number(steps), tokens: Number(tokens) });
  }
  const { factor } = pipeline.latents;
  for (const sample of settings.samples) {
    const size = { height: sample.height / factor, width: sample.width / factor };
    const overrides = Object.fromEntries(
      Object.entries(sample).filter(([field]) => isField(field)),
    );
    const tokens = flow?.tokensOf(size) ?? 1;
    await check(`sample.${sample.name}`, { ...overrides, steps: sample.steps, tokens });
  }
  return [worstOf(`${label} schedule`, checks)];
}

/** The table that training draws from, and what was drawn. */
async function trainingChecks({
  label,
  tensors,
  pipeline,
}: PipelineFixture): Promise<FixtureCheck[]> {
  const { config } = readSchedulerConfig(pipeline.scheduleConfig);
  const { sigmas, numTrainTimesteps: total } = flowScheduleOf(config);
  const table = Float32Array.from(sigmas).reverse();
  const shares = await tensors.readFloat32("train.u");
  const indices = shares.data.map((share) => Math.floor(share * total));
  const drawn = indices.map((index) => table[index] ?? Number.NaN);
  const times = (values: Float32Array) => values.map((sigma) => sigma * total);
  const values: Record<string, Float32Array> = {
    schedule_sigmas: table,
    schedule_timesteps: times(table),
    indices,
    sigmas: drawn,
    timesteps: times(drawn),
  };
  const checks = Object.entries(values).map(async ([name, own]) => {
    const expected = asFloats(await tensors.read(`train.${name}`));
    const actual = floatTensor(own, expected.shape);
    return compareTensors(`train.${name}`, { actual, expected }, relative);
  });
  return [worstOf(`${label} train.sigmas`, await Promise.all(checks))];
}

/** Where tokens of the picture and of the text stand. */
async function placeChecks({ label, tensors }: PipelineFixture): Promise<FixtureCheck[]> {
  const checks: FixtureCheck[] = [];
  for (const name of tensors.entries.keys()) {
    const isText = name.endsWith(".txt_ids");
    if (!isText && !name.endsWith(".img_ids")) continue;
    const expected = await tensors.readFloat32(name);
    const { shape, data } = expected;
    const [tokens = 0] = shape;
    const columns = Math.max(...data.filter((_, i) => i % 3 === 2)) + 1;
    const ids = isText ? new Float32Array(data.length) : imageIds(tokens / columns, columns);
    checks.push(compareTensors(name, { actual: floatTensor(ids, shape), expected }, () => 0));
  }
  return [worstOf(`${label} ids`, checks)];
}

/** How the tokens of the denoiser's call are turned, `rope.cos` and `rope.sin`. */
async function rotationChecks(fixture: PipelineFixture): Promise<FixtureCheck[]> {
  const { label, tensors, pipeline, runtime, tolerances } = fixture;
  const { transformer } = pipeline.configs;
  if (transformer?.kind !== "flux") return [];
  const ids: FloatTensor[] = [];
  for (const name of ["txt_ids", "img_ids"]) {
    ids.push(await tensors.readFloat32(`denoiser.in.${name}`));
  }
  const { cos, sin } = rotationOf(constant(joinRows(ids)), transformer.axesDimsRope, rotationBase);
  await using graph = await runtime.compile({ outputs: { cos, sin } });
  const results = await graph.run({});
  const checks = Object.entries(results).map(async ([name, result]) => {
    const expected = await tensors.readFloat32(`rope.${name}`);
    const actual = floatTensor(asFloats(result).data, expected.shape);
    return compareTensors(`${label} rope.${name}`, { actual, expected }, tolerances.outputs);
  });
  return await Promise.all(checks);
}
