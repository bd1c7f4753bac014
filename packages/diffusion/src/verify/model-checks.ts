/**
 * @file Checks of a pipeline fixture: pictures to latents and back, and one call of the denoiser with the
 * gradients by its inputs.
 */

import {
  createWeights,
  type FloatTensor,
  floatTensor,
  gradients,
  input,
  mean,
  type Runtime,
  square,
  sub,
} from "@atelier/engine";
import { parameterPrefix } from "../families/components.js";
import { sampleLatents } from "../models/autoencoder-kl/latents.js";
import { conditioningInputs } from "../pipeline/graphs.js";
import type { EncodedImages, Pipeline } from "../pipeline/pipeline.js";
import {
  absent,
  compareTensors,
  type FixtureCheck,
  guarded,
  type Tolerance,
} from "./fixture-check.js";
import type { PipelineFixture } from "./open-pipeline-fixture.js";
import { asPacked, asUnpacked } from "./packed-latents.js";
import { asFloats } from "./read-model-fixture.js";

/** Autoencoder and denoiser, as far as the fixture holds them. */
export async function* modelChecks(fixture: PipelineFixture): AsyncGenerator<FixtureCheck> {
  const { label } = fixture;
  if (fixture.has("vae.image")) {
    yield* await guarded(`${label} vae`, () => autoencoderChecks(fixture));
  }
  if (fixture.has("denoiser.out")) {
    yield* await guarded(`${label} denoiser`, () => denoiserChecks(fixture));
  }
}

async function autoencoderChecks(fixture: PipelineFixture): Promise<FixtureCheck[]> {
  const { label, pipeline, runtime, tensors, tolerances } = fixture;
  const image = await tensors.readFloat32("vae.image");
  const noise = await tensors.readFloat32("vae.eps");
  const distribution = await pipeline.encodeImages(image);
  const { sample, latents } = await drawLatents(runtime, pipeline, { distribution, noise });
  const results = {
    mean: distribution.mean,
    logvar: distribution.logVariance,
    sample,
    latents,
    decoded: await pipeline.decodeLatents(latents),
  };
  const packed = fixture.has("vae.packed") ? { packed: latents } : {};
  const checks = Object.entries({ ...results, ...packed }).map(async ([name, actual]) => {
    const expected = await tensors.readFloat32(`vae.${name}`);
    const pair = { actual: asPacked(actual, expected), expected };
    return compareTensors(`${label} vae.${name}`, pair, tolerances.outputs);
  });
  return Promise.all(checks);
}

/** A sample of pictures' latents by given noise, and the same as the denoiser sees it. */
export async function drawLatents(
  runtime: Runtime,
  { family, configs }: Pipeline,
  { distribution, noise }: { distribution: EncodedImages; noise: FloatTensor },
): Promise<{ readonly sample: FloatTensor; readonly latents: FloatTensor }> {
  const { mean: center, logVariance } = distribution;
  const node = sampleLatents(
    {
      mean: input("mean", center.shape),
      logVariance: input("log_variance", logVariance.shape),
    },
    input("noise", noise.shape),
  );
  const outputs = { sample: node, latents: family.scaleLatents(configs, node) };
  await using graph = await runtime.compile({ outputs });
  const results = await graph.run({ mean: center, log_variance: logVariance, noise });
  const { sample = absent, latents = absent } = results;
  return { sample: asFloats(sample), latents: asFloats(latents) };
}

/** Tokens in a row of the packed latents that the fixture's denoiser reads. */
async function columnsOf({ tensors }: PipelineFixture): Promise<number> {
  const { data } = await tensors.readFloat32("denoiser.in.img_ids");
  return Math.max(...data.filter((_, i) => i % 3 === 2)) + 1;
}

async function denoiserChecks(fixture: PipelineFixture): Promise<FixtureCheck[]> {
  const { label, pipeline, runtime, tensors, tolerances } = fixture;
  const { family, configs } = pipeline;
  // Transformers call it hidden_states; FLUX.1's are packed, and its times go from 0 to 1.
  const sampleName = fixture.has("denoiser.in.sample") ? "sample" : "hidden_states";
  const stored = await tensors.readFloat32(`denoiser.in.${sampleName}`);
  const isPacked = stored.shape.length === 3;
  const columns = isPacked ? await columnsOf(fixture) : 0;
  const unpacked = (latents: FloatTensor) => (isPacked ? asUnpacked(latents, columns) : latents);
  const sample = unpacked(stored);
  const target = unpacked(await tensors.readFloat32("denoiser.target"));
  const { data: times, shape } = asFloats(await tensors.read("denoiser.in.timestep"));
  const timestep = floatTensor(isPacked ? times.map((time) => time * 1000) : times, shape);
  const rules = family.conditioning;
  const [rows = 0] = sample.shape;
  const states = await tensors.readFloat32(`denoiser.in.${rules.sequence}`);
  const [, tokens = 0] = states.shape;
  const values: Record<string, FloatTensor> = { sample, timestep, target };
  for (const name of Object.keys(rules.shapes(configs, rows, tokens))) {
    values[name] = await tensors.readFloat32(`denoiser.in.${name}`);
  }
  const conditioning = conditioningInputs({ family, configs }, rows, tokens);
  const inputs = { sample: input("sample", sample.shape), ...conditioning };
  const weights = createWeights({ prefix: parameterPrefix(family.denoiser) });
  const time = input("timestep", timestep.shape);
  const out = family.predict(configs, weights, { sample: inputs.sample, time, conditioning });
  const loss = mean(square(sub(out, input("target", target.shape))));
  const storedName = (name: string) => (name === "sample" ? sampleName : name);
  const graded = Object.entries(inputs).filter(([name]) =>
    fixture.has(`denoiser.grad.${storedName(name)}`),
  );
  const cotangents = gradients(
    loss,
    graded.map(([, node]) => node),
  );
  const outputs = {
    out,
    loss,
    ...Object.fromEntries(cotangents.map((node, i) => [`grad.${graded[i]?.[0] ?? ""}`, node])),
  };
  const parameters = await pipeline.parameters(family.denoiser);
  await using graph = await runtime.compile({ outputs }, { parameters });
  const results = await graph.run(values);
  const bounds: [string, Tolerance][] = [
    ["out", tolerances.outputs],
    ["loss", tolerances.loss],
    ...graded.map(([name]): [string, Tolerance] => [`grad.${name}`, tolerances.gradients]),
  ];
  const checks = bounds.map(async ([name, tolerance]) => {
    const expected = await tensors.readFloat32(
      `denoiser.${name === "grad.sample" ? `grad.${sampleName}` : name}`,
    );
    const result = asPacked(asFloats(results[name] ?? absent), expected);
    // Scalars are stored as one element.
    const actual = floatTensor(result.data, expected.shape);
    return compareTensors(`${label} denoiser.${name}`, { actual, expected }, tolerance);
  });
  return await Promise.all(checks);
}
