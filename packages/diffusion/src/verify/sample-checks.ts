/** @file Checks of a pipeline fixture: its samples, from the seed's noise to the picture. */

import type { FloatTensor } from "@atelier/engine";
import { AtelierError, createTorchGenerator, floatTensor, said, sizeOf } from "@atelier/engine";
import type { PictureSizes } from "../families/family.js";
import { openModelFiles } from "../files/model/open-model-files.js";
import { readEmbedding } from "../files/word/read-embedding.js";
import type { Adapter } from "../pipeline/adapters.js";
import { generate } from "../pipeline/generate.js";
import type { GenerateOptions } from "../pipeline/generate-settings.js";
import { loadPipeline } from "../pipeline/load-pipeline.js";
import type { OwnedPipeline, Pipeline } from "../pipeline/pipeline.js";
import { readAdapter } from "../pipeline/read-adapter.js";
import { joinRows } from "../pipeline/tensor-rows.js";
import { isField } from "../samplers/scheduler-fields.js";
import { compareTensors, type FixtureCheck, guarded } from "./fixture-check.js";
import type { SampleSettings } from "./fixture-settings.js";
import type { PipelineFixture } from "./open-pipeline-fixture.js";
import { asPacked } from "./packed-latents.js";

/** Draws every sample and compares noise, latents after each step, final latents and picture. */
export async function* sampleChecks(fixture: PipelineFixture): AsyncGenerator<FixtureCheck> {
  for (const sample of fixture.settings.samples) {
    const name = `${fixture.label} sample.${sample.name}`;
    yield* await guarded(name, () => checkSample(fixture, sample));
  }
}

async function checkSample(
  fixture: PipelineFixture,
  sample: SampleSettings,
): Promise<FixtureCheck[]> {
  const { label, tensors, tolerances } = fixture;
  const drawn = await drawSample(fixture, sample);
  const prefix = `sample.${sample.name}.`;
  const checks: FixtureCheck[] = [];
  const compare = async (part: string, actual: FloatTensor) => {
    const expected = await tensors.readFloat32(prefix + part);
    const pair = { actual: asPacked(actual, expected), expected };
    checks.push(compareTensors(`${label} ${prefix}${part}`, pair, tolerances.sampled(expected)));
  };
  if (fixture.has(`${prefix}init`)) {
    const { shape } = drawn.latents;
    const noise = createTorchGenerator(sample.seed).randn(sizeOf(shape));
    const init = floatTensor(noise, shape);
    await compare("init", init);
    if (fixture.has(`${prefix}init_packed`)) await compare("init_packed", init);
  }
  if (fixture.has(`${prefix}steps`)) await compare("steps", joinRows(drawn.steps));
  await compare("latent", drawn.latents);
  if (fixture.has(`${prefix}latent_packed`)) await compare("latent_packed", drawn.latents);
  await compare("image", drawn.pixels);
  return checks;
}

interface Drawn {
  readonly steps: readonly FloatTensor[];
  readonly latents: FloatTensor;
  readonly pixels: FloatTensor;
}

async function drawSample(fixture: PipelineFixture, sample: SampleSettings): Promise<Drawn> {
  const words = Object.entries(sample.embeddings);
  const { files, folder, pipeline } = fixture;
  if (sample.without.length > 0) {
    await using smaller = await without(fixture, sample.without);
    return await draw(fixture, smaller, sample);
  }
  if (words.length === 0) return await draw(fixture, pipeline, sample);
  const embeddings = [];
  for (const [token, file] of words) {
    const { embedding } = await readEmbedding(files, files.join(folder, file), { token });
    embeddings.push(embedding);
  }
  await using grown = await pipeline.derive({ embeddings });
  return await draw(fixture, grown, sample);
}

/** The model without components that it may do without. */
async function without(
  { files, runtime, model, folder }: PipelineFixture,
  names: readonly string[],
): Promise<OwnedPipeline> {
  const components = Object.entries(model.components).filter(([name]) => !names.includes(name));
  // Opened anew, since a pipeline closes its model.
  const own = await openModelFiles(files, files.join(folder, "pipeline"));
  return await loadPipeline(
    { ...own, components: Object.fromEntries(components) },
    { files, runtime },
  );
}

async function draw(
  fixture: PipelineFixture,
  pipeline: Pipeline,
  sample: SampleSettings,
): Promise<Drawn> {
  const { prompt_2: prompt2, negative_prompt: negativePrompt } = sample;
  const { negative_prompt_2: negativePrompt2, prompt_3: prompt3 } = sample;
  const { steps: count, guidance, seed, width, height, eta, clip_skip: clipSkip } = sample;
  const options: GenerateOptions = {
    prompt: sample.prompt,
    ...(prompt2 === undefined ? {} : { prompt2 }),
    ...(negativePrompt === undefined ? {} : { negativePrompt }),
    ...(negativePrompt2 === undefined ? {} : { negativePrompt2 }),
    ...(prompt3 === undefined ? {} : { prompt3 }),
    trueCfgScale: sample.true_cfg_scale,
    skippedBlocks: sample.skip_guidance_layers,
    skipScale: sample.skip_layer_guidance_scale,
    skipRange: [sample.skip_layer_guidance_start, sample.skip_layer_guidance_stop],
    sampler: sample.scheduler,
    schedulerOverrides: Object.fromEntries(
      Object.entries(sample).filter(([field]) => isField(field)),
    ),
    ...{ steps: count, guidanceScale: guidance, guidanceRescale: sample.guidance_rescale },
    ...{ eta, seed, width, height, clipSkip, negativeClipSkip: 0, promptSyntax: "plain" },
    ...sizesOf(sample),
    adapters: await adaptersOf(fixture, sample),
  };
  const steps: FloatTensor[] = [];
  for await (const event of generate(pipeline, options)) {
    if (event.type === "step") steps.push(event.latents);
    if (event.type === "image") return { ...event, steps };
  }
  throw new AtelierError("runtime", said`${sample.name}: expected a picture, got none.`);
}

/** Draws the samples of older fixtures that have "lora" in their names. */
const usualLora = "lora_kohya.safetensors";

async function adaptersOf(
  { files, folder, pipeline }: PipelineFixture,
  { name, lora = name.includes("lora") ? usualLora : undefined }: SampleSettings,
): Promise<Adapter[]> {
  if (lora === undefined) return [];
  return [(await readAdapter(files, files.join(folder, lora), { base: pipeline })).adapter];
}

/** Sizes as diffusers' pipeline for SDXL takes them, (height, width). */
function sizesOf(sample: SampleSettings): Pick<GenerateOptions, "sizes" | "negativeSizes"> {
  const { height, width, original_size, target_size } = sample;
  const { negative_original_size, negative_target_size } = sample;
  const own: readonly [number, number] = [height, width];
  const sizes = pictureSizes({
    original: original_size ?? own,
    crop: sample.crops_coords_top_left ?? [0, 0],
    target: target_size ?? own,
  });
  // Those of the negative prompt count if both are given.
  if (negative_original_size === undefined || negative_target_size === undefined) return { sizes };
  const negativeSizes = pictureSizes({
    original: negative_original_size,
    crop: sample.negative_crops_coords_top_left ?? [0, 0],
    target: negative_target_size,
  });
  return { sizes, negativeSizes };
}

function pictureSizes({
  original,
  crop,
  target,
}: Readonly<Record<keyof PictureSizes, readonly [number, number]>>): PictureSizes {
  return {
    original: { height: original[0], width: original[1] },
    crop: { top: crop[0], left: crop[1] },
    target: { height: target[0], width: target[1] },
  };
}
