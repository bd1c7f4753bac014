/**
 * @file The inputs of a fixture's training steps: latents, noise, times, and what the denoiser is told, as
 * tensors or as token ids where text encoders train too.
 */

import {
  AtelierError,
  type FloatTensor,
  floatTensor,
  type HostTensor,
  input,
  intTensor,
  said,
  type TensorMap,
  type TensorOf,
} from "@atelier/engine";
import type { Pipeline } from "../pipeline/pipeline.js";
import type { TokenIds } from "../pipeline/tokenizers.js";
import { idsInput } from "../train/step/training-graph.js";
import { absent, compareTensors, type FixtureCheck, guarded, worstOf } from "./fixture-check.js";
import { drawLatents } from "./model-checks.js";
import { numbered, type PipelineFixture, rowAt } from "./open-pipeline-fixture.js";
import { asFloats } from "./read-model-fixture.js";

/** Of all steps, in the names of the training graphs. */
export interface TrainingInputs {
  /** Latents, noise, times and sizes of each step. */
  readonly steps: readonly TensorMap[];
  /** What follows from the captions. */
  readonly conditioning: TensorMap;
  /** The captions. */
  readonly ids: TensorMap;
}

/** Reads the inputs. @throws AtelierError `weights` for a missing tensor, `format`. */
export async function readTrainingInputs({
  tensors,
  pipeline,
}: PipelineFixture): Promise<TrainingInputs> {
  const noise = await tensors.readFloat32("train.noise");
  const latents = await tensors.readFloat32("train.latents");
  const times = await readInts({ tensors }, "train.timesteps");
  const ids = await readIds({ tensors, pipeline }, "train.tokens");
  const conditioning = await pipeline.encodeTokens(ids);
  const [steps = 0, batch = 0] = times.shape;
  const told: Record<string, FloatTensor> = {};
  const { family, configs } = pipeline;
  for (const name of Object.keys(family.conditioning.shapes(configs, batch, 1))) {
    if (!(name in conditioning)) told[name] = await tensors.readFloat32(`train.${name}`);
  }
  return {
    steps: Array.from({ length: steps }, (_, step) => ({
      // Older fixtures have the same latents in every step.
      latents: latents.shape.length === noise.shape.length ? rowAt(latents, step) : latents,
      noise: rowAt(noise, step),
      timesteps: intTensor(times.data.slice(step * batch, (step + 1) * batch), [batch]),
      ...told,
    })),
    conditioning,
    ids: idsInputs(ids),
  };
}

/** Each text encoder's ids `[rows, tokens]`. */
export async function readIds(
  { tensors, pipeline }: Pick<PipelineFixture, "tensors"> & { readonly pipeline: Pipeline },
  name: string,
): Promise<TokenIds> {
  const ids: Record<string, TensorOf<"int64">> = {};
  for (const [index, { component }] of pipeline.family.textEncoders.entries()) {
    ids[component] = await readInts({ tensors }, numbered(name, index));
  }
  return ids;
}

/** Ids in the names of the training graphs. */
export function idsInputs(ids: TokenIds): TensorMap {
  const entries = Object.entries(ids) as [Parameters<typeof idsInput>[0], HostTensor][]; // Its only keys.
  return Object.fromEntries(entries.map(([component, own]) => [idsInput(component), own]));
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
  if (fixture.has("train.noisy")) {
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
    const expected = await tensors.readFloat32(`train.${name}`);
    const actual = asFloats(results[name] ?? floatTensor([], [0]));
    return compareTensors(`${label} train.${name}`, { actual, expected }, tolerances.outputs);
  });
  return await Promise.all(checks);
}
