/**
 * @file The inputs of a fixture's training steps: latents, noise, times, and what the denoiser is told, as
 * tensors or as token ids where text encoders train too.
 */

import {
  AtelierError,
  type FloatTensor,
  floatTensor,
  input,
  intTensor,
  said,
  type TensorMap,
  type TensorOf,
} from "@atelier/engine";
import type { TextEncoderName } from "../core/component-name.js";
import { presentEncoders } from "../families/model-files.js";
import type { Pipeline } from "../pipeline/pipeline.js";
import type { TokenIds } from "../pipeline/tokenizers.js";
import { idsInput, statesInput } from "../train/step/training-graph.js";
import { absent, compareTensors, type FixtureCheck, guarded, worstOf } from "./fixture-check.js";
import { drawLatents } from "./model-checks.js";
import { numbered, type PipelineFixture, rowAt } from "./open-pipeline-fixture.js";
import { asPacked } from "./packed-latents.js";
import { asFloats } from "./read-model-fixture.js";

/** Of all steps, in the names of the training graphs. */
export interface TrainingInputs {
  /** Latents, noise, times and sizes of each step. */
  readonly steps: readonly TensorMap[];
  /** What follows from the captions. */
  readonly conditioning: TensorMap;
  /** What a step reads of the captions that runs these text encoders. */
  encoded(encoders: readonly TextEncoderName[], ids?: TokenIds): TensorMap;
  /** What a model is told that reads its guidance as a number. */
  readonly guidance: number | undefined;
}

/** Reads the inputs. @throws AtelierError `weights` for a missing tensor, `format`. */
export async function readTrainingInputs({
  tensors,
  pipeline,
}: PipelineFixture): Promise<TrainingInputs> {
  const { family, configs } = pipeline;
  const noise = await tensors.readFloat32("train.noise");
  const latents = await tensors.readFloat32("train.latents");
  const times = await readTimes({ tensors, pipeline });
  const captions = await readIds({ tensors, pipeline }, "train.tokens");
  const conditioning = await pipeline.encodeTokens(captions);
  const [steps = 0, batch = 0] = times.shape;
  const told: Record<string, FloatTensor> = {};
  for (const name of Object.keys(family.conditioning.shapes(configs, batch, 1))) {
    if (!(name in conditioning)) told[name] = await tensors.readFloat32(`train.${name}`);
  }
  const { guidance, ...sizes } = told;
  const states: Record<string, FloatTensor> = {};
  for (const { component, words } of presentEncoders(family, configs)) {
    const ids = captions[component];
    if (words !== undefined || ids === undefined) continue;
    states[statesInput(component)] = (await pipeline.encodeStates(component, ids)).states;
  }
  return {
    steps: Array.from({ length: steps }, (_, step) => ({
      // Older fixtures have the same latents in every step.
      latents: latents.shape.length === noise.shape.length ? rowAt(latents, step) : latents,
      noise: rowAt(noise, step),
      timesteps: intTensor(times.data.slice(step * batch, (step + 1) * batch), [batch]),
      ...sizes,
    })),
    conditioning,
    guidance: guidance?.data[0],
    encoded: (encoders, ids = captions) => ({
      ...states,
      ...Object.fromEntries(
        encoders.flatMap((name) => {
          const own = ids[name];
          return own === undefined ? [] : [[idsInput(name), own] as const];
        }),
      ),
    }),
  };
}

/** Places in the schedule's table. Those of flow matching count from the noisy end in diffusers. */
async function readTimes({
  tensors,
  pipeline: { family, scheduleConfig },
}: Pick<PipelineFixture, "tensors"> & { readonly pipeline: Pipeline }): Promise<TensorOf<"int64">> {
  const { predictionType, times } = family.process(scheduleConfig);
  if (predictionType !== "flow_prediction") return await readInts({ tensors }, "train.timesteps");
  const { data, shape } = await readInts({ tensors }, "train.indices");
  return intTensor(
    Array.from(data, (index) => times.max - Number(index)),
    shape,
  );
}

/** Each text encoder's ids `[rows, tokens]`. */
export async function readIds(
  { tensors, pipeline }: Pick<PipelineFixture, "tensors"> & { readonly pipeline: Pipeline },
  name: string,
): Promise<TokenIds> {
  const ids: Record<string, TensorOf<"int64">> = {};
  for (const [index, { component }] of presentEncoders(
    pipeline.family,
    pipeline.configs,
  ).entries()) {
    if (index > 0 && !tensors.entries.has(numbered(name, index))) continue;
    ids[component] = await readInts({ tensors }, numbered(name, index));
  }
  return ids;
}

async function readInts(
  { tensors }: Pick<PipelineFixture, "tensors">,
  name: string,
): Promise<TensorOf<"int64">> {
  const tensor = await tensors.read(name);
  if (tensor.dtype === "int64") return tensor;
  throw new AtelierError(
    "format",
    said`${tensors.path}: expected ${name} as int64, got ${tensor.dtype}. Write the fixture again.`,
  );
}

/** Whether Atelier makes the stored latents of the pictures, and the first step's input and target of these. */
export async function* inputChecks(fixture: PipelineFixture): AsyncGenerator<FixtureCheck> {
  const { label } = fixture;
  if (fixture.has("train.vae_noise")) {
    yield* await guarded(`${label} train.latents`, () => latentsCheck(fixture));
  }
  if (fixture.has("train.noisy") || fixture.has("train.noisy_packed")) {
    yield* await guarded(`${label} train.noisy`, () => processChecks(fixture));
  }
}

async function latentsCheck(fixture: PipelineFixture): Promise<FixtureCheck[]> {
  const { label, tensors, pipeline, runtime, tolerances } = fixture;
  const noise = await tensors.readFloat32("train.vae_noise");
  const expected = await tensors.readFloat32("train.latents");
  const distribution = await pipeline.encodeImages(await tensors.readFloat32("train.pixels"));
  const checks: FixtureCheck[] = [];
  for (let step = 0; step < (noise.shape[0] ?? 0); step++) {
    const drawn = { distribution, noise: rowAt(noise, step) };
    const { latents: actual } = await drawLatents(runtime, pipeline, drawn);
    const pair = { actual, expected: rowAt(expected, step) };
    checks.push(compareTensors(`step ${step + 1}`, pair, tolerances.outputs));
  }
  return [worstOf(`${label} train.latents`, checks)];
}

async function processChecks(fixture: PipelineFixture): Promise<FixtureCheck[]> {
  const { label, tensors, pipeline, runtime, tolerances } = fixture;
  const [first = {}] = (await readTrainingInputs(fixture)).steps;
  const { latents = absent, noise = absent, timesteps = absent } = first;
  const process = pipeline.family.process(pipeline.scheduleConfig);
  const times = process.timesInput("timesteps", timesteps.shape[0] ?? 0);
  const mixed = { latents: input("latents", latents.shape), noise: input("noise", noise.shape) };
  const outputs = { noisy: process.mix(mixed, times), target: process.target(mixed, times) };
  await using graph = await runtime.compile({ outputs });
  // What predicts noise alone has a target without latents and times.
  const results = await graph.run({ latents, noise, timesteps });
  const checks = Object.keys(outputs).map(async (name) => {
    const packed = `train.${name}_packed`;
    const own = fixture.has(packed) ? packed : `train.${name}`;
    const expected = await tensors.readFloat32(own);
    const actual = asPacked(asFloats(results[name] ?? floatTensor([], [0])), expected);
    return compareTensors(`${label} ${own}`, { actual, expected }, tolerances.outputs);
  });
  return await Promise.all(checks);
}
