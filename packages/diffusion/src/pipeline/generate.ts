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
  type TorchGenerator,
} from "@atelier/engine";
import { rgbFromPixels } from "../io/rgb-picture.js";
import { createSampler } from "../samplers/create-sampler.js";
import { guide, rescaleGuidance } from "../samplers/guidance.js";
import type { Sampler } from "../samplers/sampler.js";
import type {
  GeneratedImage,
  GenerateEvent,
  GenerateStep,
  GenerateWarning,
} from "./generate-events.js";
import {
  type GenerateOptions,
  type GenerateSettings,
  generationParameters,
  readsEta,
  resolveGenerateOptions,
  seedAt,
} from "./generate-settings.js";
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
  const { steps, count } = settings;
  const evaluations = createSampler(settings.scheduler, { steps }).timesteps.length;
  yield* settingWarnings(settings);
  yield* await embeddingWarnings(run);
  const { embeddings, warnings } = await encodeConditions(run);
  yield* warnings;
  const clock = createStepClock(evaluations * count);
  for (let index = 0; index < count; index++) {
    const latents = yield* denoise(run, { index, embeddings, clock });
    requireGoing(run, "before a picture was decoded");
    yield await decode(run, latents, index);
  }
}

interface Run {
  readonly pipeline: Pipeline;
  readonly settings: GenerateSettings;
  readonly signal: AbortSignal | undefined;
}

function* settingWarnings({
  scheduler,
  isGuided,
  negativePrompt,
  guidanceScale,
  samplerName,
  eta,
}: GenerateSettings): Generator<GenerateWarning> {
  if (scheduler.unknown.length > 0) {
    yield {
      type: "warning",
      kind: "unknown-scheduler-fields",
      message: `scheduler config: ${scheduler.unknown.join(", ")} have no effect: no sampler here knows them.`,
    };
  }
  if (eta > 0 && !readsEta(scheduler.className)) {
    yield {
      type: "warning",
      kind: "unused-eta",
      message: `An eta of ${eta} has no effect with the sampler ${samplerName}: only ddim reads it. Leave --eta out, or draw with --sampler ddim.`,
    };
  }
  if (!isGuided && negativePrompt !== "") {
    yield {
      type: "warning",
      kind: "unused-negative-prompt",
      message: `negativePrompt has no effect with a guidanceScale of ${guidanceScale}. Guide by more than 1 to use it.`,
    };
  }
}

/** Embeddings that no prompt calls up: a word that is misspelled looks like a bad embedding. */
async function embeddingWarnings({ pipeline, settings }: Run): Promise<GenerateWarning[]> {
  if (pipeline.embeddingTokens.length === 0) return [];
  const tokenizer = await pipeline.tokenizer();
  const prompts = [settings.prompt, settings.isGuided ? settings.negativePrompt : ""];
  const used = new Set<number | undefined>(prompts.flatMap((text) => tokenizer.encode(text).ids));
  return pipeline.embeddingTokens
    .filter((token) => !used.has(tokenizer.tokenId(token)))
    .map((token) => ({
      type: "warning",
      kind: "unused-embedding",
      message: `embedding ${token}: has no effect: no prompt holds its word within the length that the text encoder reads. Write ${token} where it belongs.`,
    }));
}

/** Embeddings `[negative, prompt]`, or of the prompt alone without guidance. */
async function encodeConditions({
  pipeline,
  settings: { prompt, negativePrompt, isGuided, clipSkip, adapters },
}: Run): Promise<{ embeddings: FloatTensor; warnings: GenerateWarning[] }> {
  const positive = await pipeline.encodePrompts([prompt], { clipSkip, adapters });
  // As diffusers does it: layers are skipped for the prompt only.
  const negative = isGuided
    ? await pipeline.encodePrompts([negativePrompt], { adapters })
    : undefined;
  const encoded = negative === undefined ? [positive] : [negative, positive];
  const embeddings = joinRows(encoded.map((text) => text.embeddings));
  const truncated = encoded.flatMap((text) => text.truncated);
  const warnings = truncated.flatMap((rest, position): GenerateWarning[] => {
    if (rest === "") return [];
    const which = position === truncated.length - 1 ? "prompt" : "negativePrompt";
    return [
      {
        type: "warning",
        kind: "truncated-prompt",
        message: `${which}: its end did not fit into the text encoder and has no effect: "${rest}". Shorten it.`,
      },
    ];
  });
  return { embeddings, warnings };
}

interface Picture {
  readonly index: number;
  readonly embeddings: FloatTensor;
  readonly clock: StepClock;
}

/** Walks from the seed's noise to latents. */
async function* denoise(
  run: Run,
  { index, embeddings, clock }: Picture,
): AsyncGenerator<GenerateStep, FloatTensor, undefined> {
  const { pipeline, settings } = run;
  const { width, height, count, seed, steps, eta, adapters } = settings;
  const { latentFactor, configs } = pipeline;
  const shape = [1, configs.vae.latentChannels, height / latentFactor, width / latentFactor];
  const [, , latentHeight = 0, latentWidth = 0] = shape;
  const predict = await pipeline.denoiser(
    {
      batch: embeddings.shape[0] ?? 1,
      height: latentHeight,
      width: latentWidth,
      tokens: embeddings.shape[1] ?? 0,
    },
    { adapters },
  );
  const sampler = createSampler(settings.scheduler, { steps, eta });
  const generator = createTorchGenerator(seedAt(seed, index));
  let sample = initialNoise(sampler, generator, shape);
  const evaluations = sampler.timesteps.length;
  for (const [i, timestep] of sampler.timesteps.entries()) {
    requireGoing(run, `after step ${i} of ${evaluations}`);
    clock.begin();
    const input = floatTensor(sampler.scaleInput(sample, i), shape);
    const prediction = await predictGuided(predict, { input, timestep, embeddings }, settings);
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
    };
  }
  return floatTensor(sample, shape);
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
  readonly embeddings: FloatTensor;
}

async function predictGuided(
  predict: Denoiser,
  { input, timestep, embeddings }: Prediction,
  { isGuided, guidanceScale, guidanceRescale }: GenerateSettings,
): Promise<Float32Array> {
  if (!isGuided) return (await predict(input, timestep, embeddings)).data;
  const both = await predict(joinRows([input, input]), timestep, embeddings);
  const half = both.data.length / 2;
  const [unconditional, conditional] = [both.data.subarray(0, half), both.data.subarray(half)];
  const guided = guide(unconditional, conditional, guidanceScale);
  return guidanceRescale === 0
    ? guided
    : rescaleGuidance(guided, conditional, { rescale: guidanceRescale });
}

async function decode(
  { pipeline, settings }: Run,
  latents: FloatTensor,
  index: number,
): Promise<GeneratedImage> {
  const pixels = await pipeline.decodeLatents(latents);
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
    `generate: expected finite latents, got ${sample[bad]} after ${where}. The model's weights or an adapter are damaged, or guidance is far too strong.`,
    { context: { element: bad } },
  );
}

function requireGoing({ signal }: Run, when: string): void {
  if (signal?.aborted !== true) return;
  throw new AtelierError("aborted", `generate: stopped ${when}: ${messageOf(signal.reason)}.`, {
    cause: signal.reason,
  });
}
