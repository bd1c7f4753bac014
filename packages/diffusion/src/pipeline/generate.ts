/**
 * @file Pictures from text: noise, guided denoising steps, decoding. A stream of events, so that
 * every front end shows the same progress and can stop at any step.
 */

import {
  AtelierError,
  createTorchGenerator,
  type FloatTensor,
  floatTensor,
  messageOf,
  said,
  type TorchGenerator,
} from "@atelier/engine";
import { option } from "../core/option-words.js";
import { rgbFromPixels } from "../core/rgb-picture.js";
import { warningEvent } from "../core/warnings/warning.js";
import type { Conditioning } from "../families/family.js";
import { createSampler } from "../samplers/create-sampler.js";
import { guide, rescaleGuidance } from "../samplers/guidance.js";
import type { Sampler } from "../samplers/sampler.js";
import { weightedSum } from "../samplers/weighted-sum.js";
import {
  conditioningRows,
  joinConditionings,
  promptConditioning,
  zerosLike,
} from "./conditioning.js";
import type { GeneratedImage, GenerateEvent, GenerateStep } from "./generate-events.js";
import {
  type GenerateOptions,
  type GenerateSettings,
  generationParameters,
  resolveGenerateOptions,
  seedAt,
} from "./generate-settings.js";
import { type EncodedTexts, encodeTexts, generateWarnings } from "./generate-warnings.js";
import type { Denoiser, Pipeline } from "./pipeline.js";
import { createStepClock, type StepClock } from "./step-clock.js";
import { joinRows } from "./tensor-rows.js";

/**
 * Draws `count` pictures, one after the other, each from its own seed so that any can be drawn again
 * alone. Noise and arithmetic follow diffusers: the same seed gives the same picture there.
 * @throws AtelierError `config` and `weights` for options that do not fit the pipeline, `aborted`,
 *   `runtime`, also when latents stop being finite.
 * @example
 * for await (const event of generate(pipeline, { prompt: "a photo of a dog", seed: 5 })) {
 *   if (event.type === "image") show(event.picture);
 * }
 */
export async function* generate(
  pipeline: Pipeline,
  options: GenerateOptions,
  signal?: AbortSignal,
): AsyncGenerator<GenerateEvent, void, undefined> {
  const settings = resolveGenerateOptions(pipeline, options);
  const run = { pipeline, settings, signal };
  requireGoing(run, "before the first step");
  const { count } = settings;
  const evaluations = samplerOf(run).timesteps.length;
  const texts = encodeTexts(pipeline.family, await pipeline.tokenizers(), settings);
  yield* (await generateWarnings(pipeline, settings, texts)).map(warningEvent);
  const conditioning = await encodeConditions(run, texts);
  const clock = createStepClock(evaluations * count);
  for (let index = 0; index < count; index++) {
    const latents = yield* denoise(run, { index, conditioning, clock });
    requireGoing(run, "before a picture was decoded");
    yield await decode(run, latents, index);
  }
}

interface Run {
  readonly pipeline: Pipeline;
  readonly settings: GenerateSettings;
  readonly signal: AbortSignal | undefined;
}

/** What the denoiser is told: rows `[negative, prompt]`, or the prompt alone without guidance. */
export async function encodeConditions(
  { pipeline, settings }: Pick<Run, "pipeline" | "settings">,
  { prompt, negativePrompt }: EncodedTexts,
): Promise<Conditioning> {
  const { clipSkip, negativeClipSkip, adapters, sizes, negativeSizes, guidanceScale } = settings;
  const { conditioning: rules } = pipeline.family;
  const guidance = rules.ofGuidance?.(pipeline.configs, guidanceScale);
  const positive = await promptConditioning(pipeline, prompt, { clipSkip, adapters });
  const rows = [{ ...positive, ...rules.ofSizes(sizes), ...guidance }];
  if (settings.isGuided) {
    const options = { clipSkip: negativeClipSkip, adapters };
    const negative =
      negativePrompt === undefined
        ? zerosLike(positive)
        : await promptConditioning(pipeline, negativePrompt, options);
    rows.unshift({ ...negative, ...rules.ofSizes(negativeSizes), ...guidance });
  }
  return joinConditionings(rules, rows);
}

interface Picture {
  readonly index: number;
  readonly conditioning: Conditioning;
  readonly clock: StepClock;
}

/** Walks from the seed's noise to latents. */
async function* denoise(
  run: Run,
  { index, conditioning, clock }: Picture,
): AsyncGenerator<GenerateStep, FloatTensor, undefined> {
  const { pipeline, settings, signal } = run;
  const { width, height, count, seed, adapters } = settings;
  const { channels, factor } = pipeline.latents;
  const shape = [1, channels, height / factor, width / factor];
  const [, , latentHeight = 0, latentWidth = 0] = shape;
  const size = {
    height: latentHeight,
    width: latentWidth,
    tokens: conditioning[pipeline.family.conditioning.sequence]?.shape[1] ?? 0,
  };
  const predict = await pipeline.denoiser(
    { ...size, batch: settings.isGuided ? 2 : 1 },
    { adapters, signal },
  );
  const { skippedBlocks } = settings;
  const skips = settings.isGuided && skippedBlocks.length > 0;
  const predictWorse = skips
    ? await pipeline.denoiser({ ...size, batch: 1 }, { adapters, signal, skippedBlocks })
    : undefined;
  const sampler = samplerOf(run);
  const generator = createTorchGenerator(seedAt(seed, index));
  let sample = initialNoise(sampler, generator, shape);
  const evaluations = sampler.timesteps.length;
  for (const [i, timestep] of sampler.timesteps.entries()) {
    requireGoing(run, `after step ${i} of ${evaluations}`);
    clock.begin();
    const input = floatTensor(sampler.scaleInput(sample, i), shape);
    const isWorseRead = isBetween(i, evaluations, settings.skipRange);
    const denoisers = { predict, ...(isWorseRead && predictWorse && { predictWorse }) };
    const prediction = await predictGuided(denoisers, { input, timestep, conditioning }, settings);
    sample = sampler.step(prediction, i, sample, generator);
    requireFinite(
      sample,
      `step ${i + 1} of ${evaluations} (timestep ${timestep}, seed ${seedAt(seed, index)})`,
    );
    clock.end();
    yield {
      type: "step",
      index,
      count,
      step: i + 1,
      steps: evaluations,
      remainingMs: clock.remainingMs(),
      latents: floatTensor(sample, shape),
    };
  }
  return floatTensor(sample, shape);
}

/** The sampler of a run, for pictures of its size. */
function samplerOf({
  pipeline: { family, latents },
  settings: { scheduler, steps, eta, width, height },
}: Pick<Run, "pipeline" | "settings">): Sampler {
  const { flow } = family.sampling;
  const size = { height: height / latents.factor, width: width / latents.factor };
  return createSampler(scheduler, {
    steps,
    eta,
    ...(flow && { tokens: flow.tokensOf(size), flowRange: flow.range }),
  });
}

function initialNoise(
  sampler: Sampler,
  generator: TorchGenerator,
  shape: readonly number[],
): Float32Array {
  const size = shape.reduce((product, extent) => product * extent, 1);
  return generator.randn(size).map((value) => value * sampler.initNoiseSigma);
}

interface Prediction {
  readonly input: FloatTensor;
  readonly timestep: number;
  readonly conditioning: Conditioning;
}

/** Whether a step lies within shares of all steps, their ends left out as in diffusers. */
function isBetween(step: number, steps: number, [start, stop]: readonly [number, number]): boolean {
  return step > steps * start && step < steps * stop;
}

async function predictGuided(
  { predict, predictWorse }: { readonly predict: Denoiser; readonly predictWorse?: Denoiser },
  { input, timestep, conditioning }: Prediction,
  { isGuided, cfgScale, guidanceRescale, skipScale }: GenerateSettings,
): Promise<Float32Array> {
  if (!isGuided) return (await predict(input, timestep, conditioning)).data;
  const both = await predict(joinRows([input, input]), timestep, conditioning);
  const half = both.data.length / 2;
  const [unconditional, conditional] = [both.data.subarray(0, half), both.data.subarray(half)];
  let guided = guide(unconditional, conditional, cfgScale);
  if (predictWorse !== undefined) {
    const { data: worse } = await predictWorse(input, timestep, conditioningRows(conditioning)(1));
    guided = weightedSum([1, guided], [skipScale, conditional], [-skipScale, worse]);
  }
  return guidanceRescale === 0
    ? guided
    : rescaleGuidance(guided, conditional, { rescale: guidanceRescale });
}

async function decode(
  { pipeline, settings, signal }: Run,
  latents: FloatTensor,
  index: number,
): Promise<GeneratedImage> {
  const pixels = await pipeline.decodeLatents(latents, { signal });
  requireFinitePixels(pipeline, pixels.data);
  return {
    type: "image",
    index,
    count: settings.count,
    seed: seedAt(settings.seed, index),
    picture: rgbFromPixels(pixels),
    pixels,
    latents,
    sampler: settings.samplerName,
    parameters: generationParameters(pipeline, settings, index),
  };
}

function requireFinite(sample: Float32Array, where: string): void {
  const bad = sample.findIndex((value) => !Number.isFinite(value));
  if (bad < 0) return;
  throw new AtelierError(
    "runtime",
    said`generate: expected finite latents, got ${sample[bad]} after ${where}. The model's weights or an adapter are damaged, or guidance is far too strong.`,
    { context: { element: bad } },
  );
}

/** Latents were finite, so that what is not lies with the autoencoder. */
function requireFinitePixels({ model }: Pipeline, pixels: Float32Array): void {
  const bad = pixels.findIndex((value) => !Number.isFinite(value));
  if (bad < 0) return;
  throw new AtelierError(
    "runtime",
    said`generate: expected finite pixels, got ${pixels[bad]} from the autoencoder (VAE) of ${model.path}. Its weights are damaged or were stored with too few bits: name another one with ${option("base.vae")}.`,
    { context: { element: bad } },
  );
}

function requireGoing({ signal }: Run, when: string): void {
  if (signal?.aborted !== true) return;
  throw new AtelierError("aborted", said`generate: stopped ${when}: ${messageOf(signal.reason)}.`, {
    cause: signal.reason,
  });
}
